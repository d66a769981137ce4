import { memoLast } from '../../model/memo.ts';
import { type Line, lineWidth, muted, span, strong } from '../../model/words/line.ts';
import type { AppState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import type { Ui } from '../ui.ts';
import { firstSigns } from './signs-text.ts';

/** In a lower window the hint has the row of messages, while nothing else is said there. */
const rowsForBlock = 22;

const asParts = (signs: typeof firstSigns): readonly Line[] =>
  signs.map(([sign, means]): Line => [strong(sign, 'accent'), muted(` ${means}`)]);

const gap = '   ';

/** One and the same, as selectors compare what they give. */
const none: readonly Line[] = [];

/** Rows that it may take before the less wanted signs leave. */
const mostRows = 3;

/** Without these a new user reads the fleet all the same. */
const lessWanted: readonly string[] = [glyph.proven, glyph.failed, 'protected', '@server'];

const flow = (signs: typeof firstSigns, columns: number): readonly Line[] => {
  const parts: readonly Line[] = [
    [strong('New here?', 'accent')],
    ...asParts(signs),
    [span('Esc hides this')],
  ];
  const lines: Line[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || lineWidth(last) + gap.length + lineWidth(part) > columns)
      lines.push([span(' '), ...part]);
    else lines[lines.length - 1] = [...last, span(gap), ...part];
  }
  return lines;
};

const fitting = memoLast((columns: number): readonly Line[] => {
  const whole = flow(firstSigns, columns);
  return whole.length <= mostRows
    ? whole
    : flow(
        firstSigns.filter(([sign]) => !lessWanted.includes(sign)),
        columns,
      );
});

/** Who tests or deploys wants to see what is said of the hosts there. */
const isAtWork = ({ run }: Pick<AppState, 'run'>): boolean =>
  run.kind !== 'none' && (run.goal === 'test' || run.goal === 'deploy' || run.goal === 'run');

/** What the signs of the fleet mean, below it, until a run of hosts needs its rows, or a person puts it away; none where there is no room. */
export const hintLines = (
  { hint, columns, rows }: Pick<Ui, 'hint' | 'columns' | 'rows'>,
  app: Pick<AppState, 'run'>,
): readonly Line[] =>
  hint === 'hidden' || rows < rowsForBlock || isAtWork(app) ? none : fitting(columns);

const shortSigns: typeof firstSigns = [
  [glyph.needs, 'needs you'],
  [glyph.todo, 'not yet'],
  ['g241', 'generation'],
  ['2 of 2', 'critical'],
];

/** The same in a row, for a low window; empty where it is hidden, or stands in rows of its own. */
export const hintLine = ({ hint, rows }: Pick<Ui, 'hint' | 'rows'>): Line =>
  hint === 'hidden' || rows >= rowsForBlock
    ? []
    : asParts(shortSigns).flatMap(
        (part, index): Line => (index === 0 ? part : [span('  '), ...part]),
      );
