import type { IBufferCell, Terminal } from '@xterm/headless';

const cellWidth = 8.4;
const cellHeight = 18;
const padding = 12;
const background = '#11151c';
const foreground = '#d7dce2';

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

const styleOf = (cell: IBufferCell): Style => {
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

const runsOf = (terminal: Terminal, row: number): readonly Run[] => {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const style = styleOf(cell);
    const last = runs.at(-1);
    if (last !== undefined && sameStyle(last.style, style))
      runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ from: column, text, style });
  }
  return runs;
};

const drawRun = ({ from, text, style }: Run, row: number): string => {
  const x = padding + from * cellWidth;
  const y = padding + row * cellHeight;
  const width = near([...text].length * cellWidth);
  const behind =
    style.fill === background
      ? ''
      : `<rect x="${near(x)}" y="${y}" width="${width}" height="${cellHeight}" fill="${style.fill}"/>`;
  if (text.trim() === '') return behind;
  const weight = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`;
  return `${behind}<text x="${near(x)}" y="${y + 13}" fill="${style.color}"${weight} textLength="${width}" xml:space="preserve">${escapeText(text)}</text>`;
};

/** The cells of a terminal as an SVG: columns stay aligned with any font, as each run has its length. */
export const drawPicture = (terminal: Terminal, title: string): string => {
  const width = Math.ceil(terminal.cols * cellWidth + 2 * padding);
  const height = terminal.rows * cellHeight + 2 * padding;
  const rows = Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(terminal, row)
      .map((run) => drawRun(run, row))
      .join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};
