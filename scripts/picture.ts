import type { IBufferCell, Terminal } from '@xterm/headless';

const cellWidth = 8.4;
const cellHeight = 18;
const padding = 12;
/** The colours that the terminal of a picture has by itself. */
export interface Ground {
  readonly background: string;
  readonly foreground: string;
  /** Its sixteen. */
  readonly palette: readonly string[];
}

/** Quiet enough for a page of text. */
export const darkGround: Ground = {
  background: '#11151c',
  foreground: '#d7dce2',
  palette: [
    ...['#11151c', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d7dce2'],
    ...['#5c6370', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#ffffff'],
  ],
};

/** With the sixteen of xterm, some of which cannot be read on white: the worst that is met. */
export const lightGround: Ground = {
  background: '#ffffff',
  foreground: '#1f2328',
  palette: [
    ...['#000000', '#cd0000', '#00cd00', '#cdcd00', '#0000ee', '#cd00cd', '#00cdcd', '#e5e5e5'],
    ...['#7f7f7f', '#ff0000', '#00ff00', '#ffff00', '#5c5cff', '#ff00ff', '#00ffff', '#ffffff'],
  ],
};

const levels = [0, 95, 135, 175, 215, 255];

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const indexed = (palette: readonly string[], index: number): string => {
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

const styleOf = (cell: IBufferCell, { background, foreground, palette }: Ground): Style => {
  const colourOf = (isRgb: boolean, isPalette: boolean, value: number, own: string): string => {
    if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
    return isPalette ? indexed(palette, value) : own;
  };
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

/** Names for the looks of letters, in the order in which they come. */
export interface Letters {
  readonly classOf: (style: Pick<Style, 'color' | 'bold' | 'dim'>) => string;
  readonly css: () => string;
}

export const createLetters = (): Letters => {
  const known = new Map<string, string>();
  return {
    classOf: ({ color, bold, dim }) => {
      const look = `fill:${color}${bold ? ';font-weight:bold' : ''}${dim ? ';opacity:.6' : ''}`;
      const name = known.get(look) ?? `t${known.size.toString(36)}`;
      known.set(look, name);
      return name;
    },
    css: () => [...known].map(([look, name]) => `.${name}{${look}}`).join(''),
  };
};

const drawRun = ({ from, text, style }: Run, ground: Ground, letters: Letters): string => {
  const width = near([...text].length * cellWidth);
  const behind =
    style.fill === ground.background
      ? ''
      : `<rect x="${near(from * cellWidth)}" width="${width}" height="${cellHeight}" fill="${style.fill}"/>`;
  // Blanks at its ends show nothing: its length is that of what is seen.
  const seen = text.trimEnd();
  const begun = seen.trimStart();
  if (begun === '') return behind;
  const x = near((from + [...seen].length - [...begun].length) * cellWidth);
  return `${behind}<text x="${x}" y="13" class="${letters.classOf(style)}" textLength="${near([...begun].length * cellWidth)}">${escapeText(begun)}</text>`;
};

/** The rows of a terminal as they are now, each as elements of SVG. */
export const drawRows = (terminal: Terminal, ground: Ground, letters: Letters): readonly string[] =>
  Array.from({ length: terminal.rows }, (_, row) => {
    const drawn = runsOf(terminal, row, ground)
      .map((run) => drawRun(run, ground, letters))
      .join('');
    return drawn === ''
      ? ''
      : `<g transform="translate(${padding},${padding + row * cellHeight})">${drawn}</g>`;
  });

interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  readonly ground: Ground;
}

const font =
  'font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="14"';

const sizeOf = ({ columns, rows }: Pick<Canvas, 'columns' | 'rows'>) => ({
  width: Math.ceil(columns * cellWidth + 2 * padding),
  height: rows * cellHeight + 2 * padding,
});

const inSvg = (
  { width, height }: { readonly width: number; readonly height: number },
  title: string,
  css: string,
  content: readonly string[],
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    `<style>text{white-space:pre}${css}</style>`,
    ...content.filter((row) => row !== ''),
    '</svg>',
    '',
  ].join('\n');

const framed = (canvas: Canvas, css: string, content: readonly string[]): string =>
  inSvg(sizeOf(canvas), canvas.title, css, [
    `<rect width="100%" height="100%" rx="8" fill="${canvas.ground.background}"/>`,
    `<g ${font} xml:space="preserve">`,
    ...content,
    '</g>',
  ]);

/** The cells of a terminal as an SVG: columns stay aligned with any font, as each run has its length. */
export const drawPicture = (
  terminal: Terminal,
  title: string,
  ground: Ground = darkGround,
): string => {
  const letters = createLetters();
  const drawn = drawRows(terminal, ground, letters);
  return framed(
    { columns: terminal.cols, rows: terminal.rows, title, ground },
    letters.css(),
    drawn,
  );
};

/** Several of the same size, side by side and below each other, each below its name. */
export const drawSheet = (
  pictures: readonly { readonly name: string; readonly terminal: Terminal }[],
  title: string,
  ground: Ground,
  across: number,
): string => {
  const letters = createLetters();
  const [first] = pictures;
  if (first === undefined) throw new Error('there is nothing to show');
  const { width, height } = sizeOf({ columns: first.terminal.cols, rows: first.terminal.rows });
  const below = height + 2 * padding;
  const drawn = pictures.map(({ name, terminal }, index) => {
    const at = `${(index % across) * width},${Math.floor(index / across) * below + 2 * padding}`;
    return `<g transform="translate(${at})"><text x="${padding}" y="0" fill="#888888">${escapeText(name)}</text><rect x="4" y="4" width="${width - 8}" height="${height - 8}" rx="8" fill="${ground.background}"/>${drawRows(terminal, ground, letters).join('')}</g>`;
  });
  return inSvg(
    {
      width: width * Math.min(across, pictures.length),
      height: below * Math.ceil(pictures.length / across),
    },
    title,
    letters.css(),
    [`<g ${font} xml:space="preserve">`, ...drawn, '</g>'],
  );
};

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
export const drawFilm = (
  canvas: Canvas,
  frames: readonly FilmFrame[],
  letters: Letters,
): string => {
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
    `${letters.css()}${style.join('')}@media(prefers-reduced-motion:reduce){*{animation:none!important}}`,
    stays
      .filter(({ markup }) => markup !== '')
      .map(({ markup, from, to }) =>
        to - from === frames.length ? markup : `<g class="k${from}-${to}">${markup}</g>`,
      ),
  );
};
