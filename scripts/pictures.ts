import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless, { type Terminal } from '@xterm/headless';
import { drawPicture } from './picture.ts';

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
  { name: 'fleet', columns: 120, rows: 34, steps: [[listed, '']], shows: /\d behind/ },
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
    shows: /@@ line/,
  },
  {
    name: 'build',
    columns: 120,
    rows: 34,
    steps: [
      [listed, 'u'],
      [updated, 'T'],
    ],
    shows: /derivations built {2}\d+ failed[\s\S]*✗ /,
  },
  {
    name: 'building-fleet',
    columns: 120,
    rows: 30,
    steps: [
      [listed, 'u'],
      [updated, 'T'],
      [/of \d+ derivations built/, '1'],
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

const take = async (shot: Shot): Promise<void> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-picture-'));
  const terminal = new headless.Terminal({
    cols: shot.columns,
    rows: shot.rows,
    allowProposedApi: true,
    scrollback: 0,
  });
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'demo'], {
    cols: shot.columns,
    rows: shot.rows,
    cwd: root,
    env: {
      ...process.env,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      XDG_STATE_HOME: folder,
      XDG_CACHE_HOME: folder,
    },
  });
  let look = (): void => undefined;
  child.onData((data) => terminal.write(data, () => look()));
  const until = (condition: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${shot.name}: ${condition} did not come:\n${text(terminal)}`)),
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
    for (const [waitFor, keys, pauseMs] of shot.steps) {
      await until(waitFor);
      if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      child.write(keys);
    }
    await until(shot.shows);
    writeFileSync(
      path.join(media, `${shot.name}.svg`),
      drawPicture(terminal, `nixup, ${shot.name}`),
    );
    process.stderr.write(`media/${shot.name}.svg\n`);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};

mkdirSync(media, { recursive: true });
const wanted = process.argv.slice(2);
for (const shot of shots) if (wanted.length === 0 || wanted.includes(shot.name)) await take(shot);
// node-pty keeps the loop alive after its children are gone.
process.exit(0);
