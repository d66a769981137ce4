import type { Action } from '../../actions/action.ts';
import { cutLine, fitLine, type Line, muted, type Span, span } from '../../model/words/line.ts';
import { frameAt, glyph, toAscii } from '../../screen/glyphs.ts';
import { bodyRows, isTooSmall } from '../../screen/layout.ts';
import { activityOf } from '../../screen/reducer/activity.ts';
import { initialUi } from '../../screen/ui.ts';
import { nextStage } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { Theme } from '../base/theme.ts';
import { emptyFleetLines } from '../fleet/empty.ts';
import { keysLine } from './footer-lines.ts';
import { stagesLine, titleLine, viewsLine } from './header-lines.ts';

/** Select Graphic Rendition of the colours that themes use. */
const colours: Readonly<Record<string, number>> = { red: 31, green: 32, yellow: 33, cyan: 36 };

const drawSpan = ({ text, tone, bold, inverse }: Span, theme: Theme, ascii: boolean): string => {
  const { color, dim } = theme.tones[tone ?? 'plain'];
  const colour = color === undefined ? undefined : colours[color];
  const codes = [
    ...(bold === true ? [1] : []),
    ...(dim === true ? [2] : []),
    ...(inverse === true ? [7] : []),
    ...(colour === undefined ? [] : [colour]),
  ];
  const shown = ascii ? toAscii(text) : text;
  return codes.length === 0 ? shown : `\u001b[${codes.join(';')}m${shown}\u001b[0m`;
};

/** The rows of the screen before anything is known, from the same lines as later. */
const firstLines = (
  app: AppState,
  columns: number,
  rows: number,
  now: number,
  table: readonly Action[],
): readonly Line[] => {
  const ui = { ...initialUi, columns, rows, now };
  const activity: Line = [span(`${frameAt(0)} ${activityOf(app, now) ?? ''} `, 'busy')];
  const said = emptyFleetLines(app, ui);
  const body = Array.from({ length: bodyRows(rows) }, (_, row): Line => said[row - 1] ?? []);
  return [
    titleLine(app, now, columns),
    stagesLine(app.stages, nextStage(app.stages), now, columns),
    [
      ...fitLine([], columns - activity.reduce((sum, { text }) => sum + text.length, 0)),
      ...activity,
    ],
    viewsLine(app, ui.screen, columns),
    [muted(glyph.rule.repeat(columns))],
    ...body,
    [],
    keysLine({ app, ui }, table),
  ];
};

/**
 * The first frame as plain escape sequences: it stands while React is read, and
 * Ink draws the same cells over it. Nothing heavy may be imported here.
 */
export const firstFrame = (
  app: AppState,
  size: { readonly columns: number; readonly rows: number; readonly now: number },
  look: { readonly theme: Theme; readonly ascii: boolean; readonly table: readonly Action[] },
): string =>
  isTooSmall(size)
    ? ''
    : firstLines(app, size.columns, size.rows, size.now, look.table)
        .map((line, row) => {
          const cells = cutLine(line, size.columns);
          return `\u001b[${row + 1};1H${cells.map((part) => drawSpan(part, look.theme, look.ascii)).join('')}`;
        })
        .join('');
