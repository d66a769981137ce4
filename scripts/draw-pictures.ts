import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import headless, { type Terminal } from '@xterm/headless';
import type { ColourDepth } from '../source/components/base/theme.ts';
import { rgbOf } from '../source/model/terminal/colour.ts';
import type { ThemeName } from '../source/model/terminal/theme-names.ts';
import type { ScreenState } from '../source/store.ts';
import { draw } from '../test/support/screen-fixture.tsx';
import { inWindow, playViews, type Shot, viewsOfPlay } from '../test/views/play.ts';
import {
  createLetters,
  darkGround,
  drawFilm,
  drawPicture,
  drawRows,
  drawSheet,
  type Ground,
  lightGround,
} from './picture.ts';

const root = process.cwd();

/** How a picture is looked at: on which terminal, in which theme. */
interface Look {
  readonly ground: Ground;
  readonly theme?: ThemeName;
  readonly depth?: ColourDepth;
  readonly ascii?: boolean;
}

const looks: Readonly<Record<string, Look>> = {
  dark: { ground: darkGround },
  light: { ground: lightGround },
  'high-contrast': { ground: darkGround, theme: 'high-contrast' },
  'high-contrast-light': { ground: lightGround, theme: 'high-contrast' },
  'colour-blind': { ground: darkGround, theme: 'colour-blind' },
  'colour-blind-light': { ground: lightGround, theme: 'colour-blind' },
  mono: { ground: darkGround, theme: 'mono' },
  'no-color': { ground: darkGround, depth: 1 },
  sixteen: { ground: darkGround, depth: 4 },
  'sixteen-light': { ground: lightGround, depth: 4 },
  ascii: { ground: darkGround, ascii: true },
};

type Size = readonly [columns: number, rows: number];

const sizes: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
  [80, 60],
];

/** A screen in a window of that size, as a terminal has it. */
const drawn = async (
  view: ScreenState,
  [columns, rows]: Size,
  { ground, theme = 'auto', depth = 24, ascii = false }: Look,
): Promise<Terminal> => {
  const { app, ui } = inWindow(view, columns, rows);
  const screen = draw(app, {
    columns,
    rows,
    ui: {
      ...ui,
      colours: {
        theme,
        foreground: rgbOf(ground.foreground),
        background: rgbOf(ground.background),
      },
    },
    depth,
    ascii,
  });
  await screen.rows();
  const written = screen.terminal.written();
  screen.close();
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    scrollback: 0,
  });
  await new Promise<void>((resolve) => {
    terminal.write(written, resolve);
  });
  return terminal;
};

const save = (file: string, svg: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, svg);
  process.stderr.write(`${path.relative(root, file)}\n`);
};

const drawWholeFilm = async (shots: readonly Shot[], look: Look, file: string): Promise<void> => {
  const size: Size = [110, 34];
  const letters = createLetters();
  const frames = [];
  for (const { seconds, ...shot } of shots)
    frames.push({
      rows: drawRows(await drawn(shot, size, look), look.ground, letters),
      seconds,
    });
  const [columns, rows] = size;
  save(
    file,
    drawFilm({ columns, rows, title: 'nixup, the runbook', ground: look.ground }, frames, letters),
  );
};

/** The sign of what works turns by an interval: here it stands. */
const stillSigns = (): void => {
  Object.assign(globalThis, { setInterval: () => 0, clearInterval: () => undefined });
};

/**
 * `npm run pictures` draws all of `media/`: each view in each size, the film of the runbook, and a sheet of the
 * views for each look. `npm run pictures -- fleet lock` draws these alone, `film` the film, `sheets` the sheets.
 * `--in FOLDER --look light --look ascii --size 60x16` draws elsewhere, in other looks (`all`) and sizes.
 */
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    in: { type: 'string' },
    look: { type: 'string', multiple: true },
    size: { type: 'string', multiple: true },
  },
});
const target = path.resolve(options.in ?? path.join(root, 'media'));
const lookOf = (name: string): Look => {
  const look = looks[name];
  if (look === undefined)
    throw new Error(`there is no look ${name}: ${Object.keys(looks).join(', ')}`);
  return look;
};
const chosen = (options.look ?? ['dark']).flatMap((name) =>
  name === 'all' ? Object.keys(looks) : [name],
);
const chosenSizes = options.size?.map((size): Size => {
  const [columns = 0, rows = 0] = size.split('x').map(Number);
  return [columns, rows];
});
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

const { views, film } = await playViews();
stillSigns();
const viewOf = (name: (typeof viewsOfPlay)[number]): ScreenState => {
  const view = views.get(name);
  if (view === undefined) throw new Error(`${name} was not played`);
  return view;
};
for (const name of viewsOfPlay.filter(isWanted))
  for (const look of chosen)
    for (const size of chosenSizes ?? sizes) {
      const folder = `${size.join('x')}${options.look === undefined ? '' : `-${look}`}`;
      const terminal = await drawn(viewOf(name), size, lookOf(look));
      const title = `nixup, ${name}, ${size.join(' by ')}`;
      save(
        path.join(target, folder, `${name}.svg`),
        drawPicture(terminal, title, lookOf(look).ground),
      );
    }
if (wanted.length === 0 && chosenSizes === undefined)
  save(
    path.join(target, 'small.svg'),
    drawPicture(
      await drawn(viewOf('fleet'), [60, 16], lookOf('dark')),
      'nixup in a window of 60 by 16',
      darkGround,
    ),
  );
if (isWanted('sheets'))
  for (const look of options.look === undefined ? Object.keys(looks) : chosen) {
    const pictures = [];
    for (const name of viewsOfPlay)
      pictures.push({ name, terminal: await drawn(viewOf(name), [80, 24], lookOf(look)) });
    save(
      path.join(target, 'looks', `${look}.svg`),
      drawSheet(pictures, `nixup, ${look}`, lookOf(look).ground, 4),
    );
  }
if (isWanted('film')) await drawWholeFilm(film, lookOf('dark'), path.join(target, 'runbook.svg'));
process.exit(0);
