import type { IBufferCell, Terminal } from '@xterm/headless';

const cellWidth = 8.4;
const cellHeight = 18;
const padding = 12;
/** The colours that the terminal of a picture has by itself. */
export interface Ground {
  readonly background: string;
  readonly foreground: string;
}

export const darkGround: Ground = { background: '#11151c', foreground: '#d7dce2' };
export const lightGround: Ground = { background: '#ffffff', foreground: '#1f2328' };

/** The sixteen colours, quiet enough for a page of text. */
const palette = [
  '#11151c',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d7dce2',
  '#5c6370',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#ffffff',
];

const levels = [0, 95, 135, 175, 215, 255];

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const indexed = (index: number): string => {
  const known = palette[index];
  if (known !== undefined) return known;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const cube = index - 16;
  return `#${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6]
    .map((step) => hex(levels[step] ?? 0))
    .join('')}`;
};

interface Style {
  readonly color: string;
  readonly fill: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const colourOf = (isRgb: boolean, isPalette: boolean, value: number, otherwise: string): string => {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? indexed(value) : otherwise;
};

const styleOf = (cell: IBufferCell, { background, foreground }: Ground): Style => {
  const color = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor(), foreground);
  const fill = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor(), background);
  const isInverse = cell.isInverse() !== 0;
  return {
    color: isInverse ? fill : color,
    fill: isInverse ? color : fill,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
  };
};

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const near = (value: number): string => String(Math.round(value * 10) / 10);

interface Run {
  readonly from: number;
  readonly text: string;
  readonly style: Style;
}

const sameStyle = (one: Style, other: Style): boolean =>
  one.color === other.color &&
  one.fill === other.fill &&
  one.bold === other.bold &&
  one.dim === other.dim;

const runsOf = (terminal: Terminal, row: number, ground: Ground): readonly Run[] => {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const style = styleOf(cell, ground);
    const last = runs.at(-1);
    if (last !== undefined && sameStyle(last.style, style))
      runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ from: column, text, style });
  }
  return runs;
};

const drawRun = ({ from, text, style }: Run, row: number, ground: Ground): string => {
  const x = padding + from * cellWidth;
  const y = padding + row * cellHeight;
  const width = near([...text].length * cellWidth);
  const behind =
    style.fill === ground.background
      ? ''
      : `<rect x="${near(x)}" y="${y}" width="${width}" height="${cellHeight}" fill="${style.fill}"/>`;
  if (text.trim() === '') return behind;
  const weight = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`;
  return `${behind}<text x="${near(x)}" y="${y + 13}" fill="${style.color}"${weight} textLength="${width}" xml:space="preserve">${escapeText(text)}</text>`;
};

/** The rows of a terminal as they are now, each as elements of SVG. */
export const drawRows = (terminal: Terminal, ground: Ground): readonly string[] =>
  Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(terminal, row, ground)
      .map((run) => drawRun(run, row, ground))
      .join(''),
  );

interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  readonly ground: Ground;
}

const framed = (
  { columns, rows, title, ground }: Canvas,
  head: readonly string[],
  content: readonly string[],
): string => {
  const width = Math.ceil(columns * cellWidth + 2 * padding);
  const height = rows * cellHeight + 2 * padding;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    ...head,
    `<rect width="100%" height="100%" rx="8" fill="${ground.background}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`,
    ...content.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

/** The cells of a terminal as an SVG: columns stay aligned with any font, as each run has its length. */
export const drawPicture = (
  terminal: Terminal,
  title: string,
  ground: Ground = darkGround,
): string =>
  framed(
    { columns: terminal.cols, rows: terminal.rows, title, ground },
    [],
    drawRows(terminal, ground),
  );

/** What a film shows at a time, and for how long. */
export interface FilmFrame {
  readonly rows: readonly string[];
  readonly seconds: number;
}

/** A row as it is from one frame up to another. */
interface Stay {
  readonly markup: string;
  readonly from: number;
  readonly to: number;
}

const staysOf = (frames: readonly FilmFrame[], row: number): readonly Stay[] => {
  const stays: Stay[] = [];
  for (const [at, frame] of frames.entries()) {
    const markup = frame.rows[row] ?? '';
    const last = stays.at(-1);
    if (last !== undefined && last.markup === markup)
      stays[stays.length - 1] = { ...last, to: at + 1 };
    else stays.push({ markup, from: at, to: at + 1 });
  }
  return stays;
};

/**
 * Frames one after the other, for ever, by CSS alone. A row that stays is drawn once: most of a screen does. Whoever asks
 * for less motion sees the last frame.
 */
export const drawFilm = (canvas: Canvas, frames: readonly FilmFrame[]): string => {
  const begins = [0];
  for (const { seconds } of frames) begins.push((begins.at(-1) ?? 0) + seconds);
  const whole = begins.at(-1) ?? 0;
  const percent = (frame: number): string => near(((begins[frame] ?? 0) / whole) * 100);
  const stays = Array.from({ length: canvas.rows }, (_, row) => staysOf(frames, row)).flat();
  const moving = stays.filter(({ from, to }) => to - from < frames.length);
  const spans = [...new Set(moving.map(({ from, to }) => `${from}-${to}`))];
  const style = spans.map((span) => {
    const [from = 0, to = 0] = span.split('-').map(Number);
    const before = from === 0 ? '' : '0%{visibility:hidden}';
    const after = to === frames.length ? '' : `${percent(to)}%{visibility:hidden}`;
    return `@keyframes k${span}{${before}${percent(from)}%{visibility:visible}${after}}.k${span}{visibility:${to === frames.length ? 'visible' : 'hidden'};animation:k${span} ${near(whole)}s step-end infinite}`;
  });
  return framed(
    canvas,
    [
      `<style>${style.join('')}@media(prefers-reduced-motion:reduce){*{animation:none!important}}</style>`,
    ],
    stays
      .filter(({ markup }) => markup !== '')
      .map(({ markup, from, to }) =>
        to - from === frames.length ? markup : `<g class="k${from}-${to}">${markup}</g>`,
      ),
  );
};
