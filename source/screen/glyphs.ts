import { clustersOf, isOneCellEach } from '../model/words/clusters.ts';
import { type Tone, widthOf } from '../model/words/line.ts';
import type { Ending } from '../state/run.ts';

/**
 * Every sign on the screen, one cell wide in every terminal that was measured.
 * Texts are written with these; `toAscii` replaces them cell by cell at the end.
 */
export const glyph = {
  /** Needs the person. */
  needs: '●',
  todo: '○',
  /** Done for a part. */
  begun: '◐',
  proven: '✓',
  failed: '✗',
  look: '!',
  /** Absent or asleep. */
  absent: '·',
  selected: '▶',
  marked: '◆',
  arrow: '→',
  ellipsis: '…',
  rule: '─',
  side: '│',
  topLeft: '┌',
  topRight: '┐',
  bottomLeft: '└',
  bottomRight: '┘',
  barFull: '▓',
  barEmpty: '░',
  up: '↑',
  down: '↓',
  folded: '▸',
  unfolded: '▾',
  /** Beside the title of the column by which rows are sorted. */
  ascending: '▲',
  descending: '▼',
  /** In a chart: nothing was measured. */
  gap: '┄',
  deployed: '▲',
  rolledBack: '▼',
  restarted: '↻',
} as const;

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

/** The frame of the one animation at a moment; ten a second. */
export const frameAt = (now: number): string =>
  frames[Math.floor(now / 100) % frames.length] ?? glyph.needs;

const asciiFrames = '|/-\\';

const ascii: ReadonlyMap<string, string> = new Map([
  ['●', '*'],
  ['○', 'o'],
  ['◐', '%'],
  ['✓', '+'],
  ['✗', 'x'],
  ['·', '.'],
  ['▶', '>'],
  ['◆', '#'],
  ['→', '>'],
  ['…', '~'],
  ['─', '-'],
  ['│', '|'],
  ['┌', '+'],
  ['┐', '+'],
  ['└', '+'],
  ['┘', '+'],
  ['▓', '#'],
  ['░', '.'],
  ['↑', '^'],
  ['↓', 'v'],
  ['▸', '>'],
  ['▾', 'v'],
  ['□', '?'],
  ['┄', '~'],
  ['▲', '^'],
  ['▼', 'v'],
  ['↻', '@'],
  ['▁', '.'],
  ['▂', '.'],
  ['▃', ':'],
  ['▄', ':'],
  ['▅', '-'],
  ['▆', '='],
  ['▇', '='],
  ['█', '#'],
  ...frames.map((frame, index): [string, string] => [frame, asciiFrames.charAt(index % 4)]),
]);

/** Marks of sentences, in texts that others wrote. */
const typography: ReadonlyMap<string, string> = new Map([
  ['\u00a0', ' '],
  ['‘', "'"],
  ['’', "'"],
  ['“', '"'],
  ['”', '"'],
  ['‐', '-'],
  ['–', '-'],
  ['—', '-'],
  ['×', 'x'],
]);

/** How many dots of a cell of braille are set decides its sign; a point is what lies behind the line. */
const brailleDensity = ' ::--==##';

/** The signs of a line in ASCII, from few dots to all. */
export const brailleSigns = [...new Set(brailleDensity)].join('').trim();

/** A cell of a chart in ASCII. */
export const brailleInAscii = (sign: string): string => {
  const dots = (sign.codePointAt(0) ?? 0) - 0x28_00;
  const count = [...dots.toString(2)].filter((bit) => bit === '1').length;
  return brailleDensity[count] ?? '#';
};

const isAscii = /^\p{ASCII}*$/u;

/** Most text needs no segmenter, which takes longer to make than a first frame to draw. */
const charactersOf = (text: string): readonly string[] =>
  isOneCellEach(text) ? [...text] : [...clustersOf(text)].map(({ segment }) => segment);

/**
 * The same text, as wide, in ASCII alone. A letter that it does not have is a
 * question mark for each of its cells: another letter would be another name.
 */
export const toAscii = (text: string): string =>
  isAscii.test(text)
    ? text
    : charactersOf(text)
        .map((segment) =>
          isAscii.test(segment)
            ? segment
            : (ascii.get(segment) ?? typography.get(segment) ?? '?'.repeat(widthOf(segment))),
        )
        .join('');

/** A document of JSON that says the same in ASCII alone (RFC 8259, section 7). */
export const jsonInAscii = (text: string): string =>
  text.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What stands before a run of the history and a step of the runbook. */
export const endingSign: Readonly<Record<Ending, { readonly sign: string; readonly tone: Tone }>> =
  {
    well: { sign: glyph.proven, tone: 'good' },
    partly: { sign: glyph.look, tone: 'warn' },
    unhealthy: { sign: glyph.look, tone: 'bad' },
    canceled: { sign: glyph.absent, tone: 'muted' },
    failed: { sign: glyph.failed, tone: 'bad' },
  };
