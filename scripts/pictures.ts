import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { spawn } from '@lydell/node-pty';
import headless, { type Terminal } from '@xterm/headless';
import { toAscii } from '../source/screen/glyphs.ts';
import {
  darkGround,
  drawFilm,
  drawPicture,
  drawRows,
  type FilmFrame,
  type Ground,
  lightGround,
} from './picture.ts';

const root = path.join(import.meta.dirname, '..');
const media = path.join(root, 'media');

interface Shot {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  /**
   * Keys to press one after the other, each when the screen shows what it waits for; after a pause where a dialog takes
   * none at first.
   */
  readonly steps: readonly (readonly [waitFor: RegExp, keys: string, pauseMs?: number])[];
  /** What the picture must show. */
  readonly shows: RegExp;
}

/** The hosts are known: keys that come before are answered by words alone. */
const listed = /\d to deploy/;
const updated = /✓ update/;
/** The test ended, its clock is gone from the header; the demo has one host that cannot be built. */
const tested = /✗ test(?![\s\S]* test \d+:\d\d)/;

/** The windows in which the views of the watch are drawn: the pane that people have, and wider ones. */
const sizes: readonly (readonly [columns: number, rows: number])[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

/** The watch is over, and the screen is still. */
const watched = /✗ watch/;

/**
 * What health and watch show: the overview, a chart with a gap, one of a host that became worse, the numbers behind a
 * verdict, a unit, services that run old code, the health of one host, the checklist.
 */
// Over 60 lines: one picture after the other.
const watchShots = ([columns, rows]: (typeof sizes)[number]): readonly Shot[] => [
  {
    name: `watch-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'w'],
      [watched, ''],
    ],
    shows: /✗ w[\s\S]*CPU worse: /,
  },
  {
    name: `chart-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'w'],
      [watched, 'jM'],
    ],
    shows: /CPU, 24 h[\s\S]*middle half of the days before/,
  },
  {
    name: `gap-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'M'],
    ],
    shows: /CPU, 24 h[\s\S]*┄[\s\S]*middle half of the days before/,
  },
  {
    name: `metric-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'w'],
      [/CPU worse: /, 'jjjj'],
      [/▶ +CPU worse/, '\r'],
    ],
    shows: /Asked of Prometheus/,
  },
  {
    name: `old-code-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'w'],
      [/2 services still run old code: /, 'G'],
      [/▶ +! 2 services/, '\r'],
    ],
    shows: /Old code on vault[\s\S]*nginx/,
  },
  {
    name: `host-health-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/▂/, 'w'],
      [watched, 'j\r'],
      [/generations +health/, ']]'],
    ],
    shows: /facts[\s\S]*CPU [\s\S]*at these hours/,
  },
  {
    name: `criteria-${columns}`,
    columns,
    rows,
    steps: [
      [listed, 'C'],
      [/✓ check/, 'F'],
    ],
    shows: /Success criteria/,
  },
];

/** A dialog takes no key for its first half second. */
const guardMs = 800;

/** A unit that failed, the journal of one that runs, and the report about a host after its deploy. */
const unitShots = ([columns, rows]: (typeof sizes)[number]): readonly Shot[] => [
  {
    name: `unit-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '5'],
      [/nzbget/, 'jj\r'],
    ],
    shows: /Status of nzbget[\s\S]*Journal since/,
  },
  {
    name: `journal-${columns}`,
    columns,
    rows,
    steps: [
      [listed, '/vault\r'],
      [/filter: vault/, 'J'],
      [/unit of vault/, 'nginx\r'],
      [/Status of nginx/, 'L'],
      [/all levels[\s\S]*request done/, '+++'],
    ],
    shows: /warning and worse[\s\S]*slow answer/,
  },
  {
    name: `report-${columns}`,
    columns,
    rows,
    steps: [
      [listed, 'u'],
      [updated, '1/p510\r'],
      [/filter: p510/, 't'],
      [/p510 +✓ built/, 'd'],
      [/Deploy p510/, '\u001b[C\r', guardMs],
      [/watch until/, 'O'],
    ],
    shows: /Watch of the run/,
  },
];

/** Every main view, from the running program. */
const shots: readonly Shot[] = [
  {
    name: 'fleet',
    columns: 120,
    rows: 34,
    steps: [[listed, '']],
    shows: /went backward[\s\S]*asleep/,
  },
  {
    name: 'check',
    columns: 120,
    rows: 40,
    steps: [
      [listed, 'C'],
      [/✓ check/, ''],
    ],
    shows: /\d+ passed(?![\s\S]* \d+ running)/,
  },
  {
    name: 'lock',
    columns: 120,
    rows: 30,
    steps: [
      [listed, 'u'],
      [updated, 'jjjjj'],
    ],
    // The last of the counts, which come one by one.
    shows: /nixpkgs .* 1,204[\s\S]*stylix .* 11\b/,
  },
  {
    name: 'raw-difference',
    columns: 100,
    rows: 30,
    steps: [
      [listed, 'u'],
      [updated, '='],
    ],
    shows: /@@ \S.* @@/,
  },
  {
    name: 'build',
    columns: 120,
    rows: 34,
    steps: [
      [listed, 'u'],
      [updated, 'T'],
    ],
    shows: /\d failed[\s\S]*✗ /,
  },
  {
    name: 'building-fleet',
    columns: 120,
    rows: 30,
    steps: [
      [listed, 'u'],
      [updated, 'T'],
      [/test \d+:\d\d/, '1'],
    ],
    shows: /✓ built[\s\S]*building \d/,
  },
  {
    name: 'ways-on',
    columns: 110,
    rows: 26,
    // `m` goes by the first step that has not passed: check and review come before the test.
    steps: [
      [listed, 'C'],
      [/✓ check/, 'u'],
      [updated, 'm'],
      [/next: review/, 'm'],
      [/reviewed/, 'T'],
      [tested, 'm'],
      [/the test failed/, 'm'],
    ],
    shows: /failed: what next/,
  },
  {
    name: 'confirmation',
    columns: 110,
    rows: 38,
    steps: [
      [listed, 'u'],
      [updated, 'T'],
      [tested, '1'],
      // The host that failed is left out: the others are marked, and deployed.
      [/studio .*failed/, 'a'],
      [/◆ nas/, 'jjjjjj '],
      [/◆ vault/, 'd'],
    ],
    shows: /type \S+ to do it/,
  },
  {
    name: 'health',
    columns: 110,
    rows: 24,
    steps: [[listed, '5']],
    shows: /nzbget[\s\S]*[▂▅]/,
  },
  {
    name: 'host',
    columns: 110,
    rows: 28,
    steps: [
      // The last host is known to be asleep: nothing is being asked any more.
      [/1 asleep/, 'jjj\r'],
      [/facts/, ''],
    ],
    shows: /boots/,
  },
  {
    name: 'help',
    columns: 100,
    rows: 34,
    steps: [[listed, '?']],
    shows: /Keys/,
  },
  ...sizes.flatMap(watchShots),
  ...sizes.flatMap(unitShots),
  { name: 'small', columns: 60, rows: 16, steps: [[listed, '']], shows: /step 1 of 8/ },
];

const text = (terminal: Terminal): string =>
  Array.from(
    { length: terminal.rows },
    (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
  ).join('\n');

/** The demo runs by its own clock, minutes long; a loaded machine draws it late. */
const longestWait = 600_000;

/** How a picture is looked at: on which terminal, in which theme. */
interface PictureLook {
  readonly env: Readonly<Record<string, string>>;
  readonly ground: Ground;
}

const looks: Readonly<Record<string, PictureLook>> = {
  dark: { env: {}, ground: darkGround },
  light: { env: {}, ground: lightGround },
  'high-contrast': { env: { NIXUP_THEME: 'high-contrast' }, ground: darkGround },
  'high-contrast-light': { env: { NIXUP_THEME: 'high-contrast' }, ground: lightGround },
  'colour-blind': { env: { NIXUP_THEME: 'colour-blind' }, ground: darkGround },
  'colour-blind-light': { env: { NIXUP_THEME: 'colour-blind' }, ground: lightGround },
  mono: { env: { NIXUP_THEME: 'mono' }, ground: darkGround },
  'no-color': { env: { NO_COLOR: '1' }, ground: darkGround },
  sixteen: { env: { TERM: 'xterm-16color', COLORTERM: '' }, ground: darkGround },
  'sixteen-light': {
    env: { TERM: 'xterm-16color', COLORTERM: '', COLORFGBG: '0;15' },
    ground: lightGround,
  },
  ascii: { env: { LC_ALL: 'C' }, ground: darkGround },
};

/** `#rrggbb` as a terminal answers it. */
const answered = (hex: string): string =>
  `rgb:${hex.slice(1, 3)}/${hex.slice(3, 5)}/${hex.slice(5, 7)}`;

/** What is waited for, in the signs that are drawn. */
const inSigns = (condition: RegExp, isAscii: boolean): RegExp =>
  isAscii
    ? new RegExp(
        condition.source.replace(/\P{ASCII}/gu, (sign) =>
          toAscii(sign).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
        ),
      )
    : condition;

interface Stage {
  readonly terminal: Terminal;
  readonly write: (keys: string) => void;
  readonly until: (condition: RegExp) => Promise<void>;
}

/** The demo on a terminal with this look, for as long as the work lasts. */
const withDemo = async (
  { name, columns, rows }: Pick<Shot, 'name' | 'columns' | 'rows'>,
  { env, ground }: PictureLook,
  work: (stage: Stage) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-picture-'));
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 0,
  });
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'demo'], {
    cols: columns,
    rows,
    cwd: root,
    env: {
      ...process.env,
      LC_ALL: '',
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      XDG_STATE_HOME: folder,
      XDG_CACHE_HOME: folder,
      ...env,
    },
  });
  let look = (): void => undefined;
  terminal.parser.registerOscHandler(11, (asked) => {
    if (asked === '?')
      child.write(
        `\u001b]10;${answered(ground.foreground)}\u0007\u001b]11;${answered(ground.background)}\u0007\u001b[?62;c`,
      );
    return true;
  });
  child.onData((data) => terminal.write(data, () => look()));
  const until = (wanted: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const condition = inSigns(wanted, env['LC_ALL'] === 'C');
      const limit = setTimeout(
        () => reject(new Error(`${name}: ${condition} did not come:\n${text(terminal)}`)),
        longestWait,
      );
      look = () => {
        // Never in the middle of a frame.
        if (terminal.modes.synchronizedOutputMode || !condition.test(text(terminal))) return;
        clearTimeout(limit);
        look = () => undefined;
        resolve();
      };
      look();
    });
  try {
    await work({ terminal, write: (keys) => child.write(keys), until });
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const save = (file: string, svg: string): void => {
  writeFileSync(file, svg);
  process.stderr.write(`${path.relative(root, file)}\n`);
};

const take = async (shot: Shot, look: PictureLook, file: string): Promise<void> =>
  await withDemo(shot, look, async ({ terminal, write, until }) => {
    for (const [waitFor, keys, pauseMs] of shot.steps) {
      await until(waitFor);
      if (pauseMs !== undefined) await pause(pauseMs);
      write(keys);
    }
    await until(shot.shows);
    save(file, drawPicture(terminal, `nixup, ${shot.name}`, look.ground));
  });

/** The runbook from the first frame to the deploy: after what is waited for, a frame, and the keys that lead to the next. */
const filmSteps: Shot['steps'] = [
  [listed, 'C'],
  [/✓ check|✗ check/, 'u'],
  [updated, '2jj'],
  [/▶/, 'm'],
  [/next: review/, 'm'],
  [/reviewed/, '4T'],
  [/test \d+:\d\d/, ''],
  [tested, '1a'],
  [/◆ nas/, 'jjjjjj '],
  [/◆ vault/, 'd'],
  [/type \S+ to do it/, ''],
];

const film = async (file: string): Promise<void> => {
  const [columns, rows] = [110, 34];
  const frames: FilmFrame[] = [];
  const shot = { name: 'runbook', columns, rows };
  await withDemo(shot, looks['dark'] ?? { env: {}, ground: darkGround }, async (stage) => {
    const shoot = (seconds: number): void => {
      frames.push({ rows: drawRows(stage.terminal, darkGround), seconds });
    };
    for (const [waitFor, keys] of filmSteps) {
      await stage.until(waitFor);
      await pause(400);
      shoot(2);
      if (keys !== '') stage.write(keys);
    }
    await pause(guardMs);
    const wanted = /type (\S+) to do it/.exec(text(stage.terminal))?.[1] ?? '';
    stage.write(wanted);
    await pause(300);
    shoot(2);
    stage.write('\r');
    await stage.until(/deploy \d+:\d\d/);
    stage.write('1');
    for (let count = 0; count < 6; count += 1) {
      await pause(4_000);
      shoot(0.8);
    }
    await stage.until(/[✓◐✗] deploy(?![\s\S]* deploy \d+:\d\d)/);
    await pause(1_000);
    shoot(3);
    // One host went back by itself, and one waits for a reboot: their units, then what is left to do.
    stage.write('5');
    await stage.until(/Health/);
    await pause(1_000);
    shoot(3);
    stage.write('7');
    await stage.until(/History/);
    await pause(1_000);
    shoot(4);
  });
  save(file, drawFilm({ columns, rows, title: 'nixup, the runbook', ground: darkGround }, frames));
};

/**
 * `npm run pictures` draws all of `media/`; `npm run pictures -- fleet lock` these alone, `film` the animated one.
 * `--in FOLDER --look light --look ascii --size 80x60` draws them elsewhere, in other looks (`all`) and sizes, to be looked at.
 */
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    in: { type: 'string' },
    look: { type: 'string', multiple: true },
    size: { type: 'string', multiple: true },
  },
});
const target = options.in === undefined ? media : path.resolve(options.in);
mkdirSync(target, { recursive: true });
const chosen = (options.look ?? ['dark']).flatMap((name) =>
  name === 'all' ? Object.keys(looks) : [name],
);
for (const shot of shots) {
  if (wanted.length > 0 && !wanted.includes(shot.name)) continue;
  for (const name of chosen)
    for (const size of options.size ?? [`${shot.columns}x${shot.rows}`]) {
      const look = looks[name];
      const [columns = 0, rows = 0] = size.split('x').map(Number);
      if (look === undefined)
        throw new Error(`there is no look ${name}: ${Object.keys(looks).join(', ')}`);
      const suffix = `${options.look === undefined ? '' : `-${name}`}${options.size === undefined ? '' : `-${size}`}`;
      await take({ ...shot, columns, rows }, look, path.join(target, `${shot.name}${suffix}.svg`));
    }
}
if (wanted.length === 0 || wanted.includes('film')) await film(path.join(target, 'runbook.svg'));
// node-pty keeps the loop alive after its children are gone.
process.exit(0);
