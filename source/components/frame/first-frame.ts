import type { Action } from '../../actions/action.ts';
import { fitLine, type Line, lineWidth, muted, span, widthOf } from '../../model/words/line.ts';
import { frameAt, glyph } from '../../screen/glyphs.ts';
import { bodyRows, isTooSmall } from '../../screen/layout.ts';
import { activityOf } from '../../screen/reducer/activity.ts';
import { filterFleet } from '../../screen/reducer/lists.ts';
import { messageLines } from '../../screen/reducer/message-lines.ts';
import { initialUi } from '../../screen/ui.ts';
import { nextStage } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { type Paint, paintLine } from '../base/paint.ts';
import { type DrawnRow, fleetLines } from '../fleet/fleet-lines.ts';
import { keysLine } from './footer-lines.ts';
import { countsClock, stagesLine, stateCounts, titleLine, viewsLine } from './header-lines.ts';

/** The rows of the screen before anything is asked, from the same lines as later. */
const firstLines = (
  app: AppState,
  { columns, rows, now }: FirstSize,
  { table, filter = '' }: FirstParts,
): readonly DrawnRow[] => {
  const ui = filterFleet({ ...initialUi, columns, rows, now }, filter);
  const said = activityOf(app, now) ?? '';
  const activity: Line = [span(`${frameAt(0)} ${said} `, 'busy')];
  const minute = Math.floor(now / 60_000) * 60_000;
  const counts = stateCounts(app, countsClock(app, now), columns - 2 - widthOf(said) - 4);
  const fleet = fleetLines(app, ui);
  return [
    ...[
      titleLine(app, minute, columns),
      stagesLine(app, nextStage(app), now, columns),
      [...fitLine(counts, columns - lineWidth(activity)), ...activity],
      viewsLine(app, ui.screen, columns),
      [muted(glyph.rule.repeat(columns))],
    ].map(unselected),
    ...Array.from({ length: bodyRows(rows) }, (_, row) => fleet[row] ?? unselected([])),
    ...[messageLines(app, ui)[0] ?? [], table === null ? [] : keysLine({ app, ui }, table)].map(
      unselected,
    ),
  ];
};

const unselected = (line: Line): DrawnRow => ({ line, isSelected: false });

interface FirstParts {
  /** Null where the keys are not known yet: the person has own ones. */
  readonly table: readonly Action[] | null;
  /** What the fleet is filtered by from the start. */
  readonly filter?: string;
}

interface FirstSize {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
}

/**
 * The first frame as plain escape sequences: it stands while React is read, and
 * Ink draws the same cells over it. Nothing heavy may be imported here.
 */
export const firstFrame = (app: AppState, size: FirstSize, look: Paint & FirstParts): string =>
  isTooSmall(size)
    ? ''
    : firstLines(app, size, look)
        .map(
          ({ line, isSelected }, row) =>
            `\u001b[${row + 1};1H${paintLine(line, look, { columns: size.columns, isSelected })}`,
        )
        .join('');
