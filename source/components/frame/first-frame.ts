import type { Action } from '../../actions/action.ts';
import {
  cutLine,
  fitLine,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  widthOf,
} from '../../model/words/line.ts';
import { frameAt, glyph, toAscii } from '../../screen/glyphs.ts';
import { bodyRows, isTooSmall } from '../../screen/layout.ts';
import { activityOf } from '../../screen/reducer/activity.ts';
import { filterFleet } from '../../screen/reducer/lists.ts';
import { messageLines } from '../../screen/reducer/message-lines.ts';
import { initialUi } from '../../screen/ui.ts';
import { nextStage } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { drawable } from '../base/drawable.ts';
import type { Theme } from '../base/theme.ts';
import { type DrawnRow, fleetLines } from '../fleet/fleet-lines.ts';
import { keysLine } from './footer-lines.ts';
import { countsClock, stagesLine, stateCounts, titleLine, viewsLine } from './header-lines.ts';

/** Select Graphic Rendition of the colours that themes use. */
const colours: Readonly<Record<string, number>> = { red: 31, green: 32, yellow: 33, cyan: 36 };

/** Bits of a colour that the terminal draws; 1 for none. */
export type ColourDepth = 1 | 4 | 8 | 24;

interface FirstLook {
  readonly theme: Theme;
  readonly ascii: boolean;
  readonly depth: ColourDepth;
}

/** The background of the selected row, which themes give as `#rrggbb`: each depth has its own way. */
const background = (hex: string, depth: ColourDepth): string => {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  if (depth === 24) return `48;2;${parts.join(';')}`;
  // The cube of 6 by 6 by 6 colours; with 16 there is no other than blue.
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Math.round(part / 51));
  return depth === 8 ? `48;5;${16 + 36 * red + 6 * green + blue}` : '44';
};

/** What `LineText` puts around a selected row. */
const selectionCodes = ({ theme, depth }: FirstLook): readonly string[] => {
  if (theme.selection === null) return ['7'];
  return depth === 1 ? ['1'] : ['1', '37', background(theme.selection.backgroundColor, depth)];
};

const drawSpan = (
  { text, tone, bold, inverse }: Span,
  look: FirstLook,
  isSelected: boolean,
): string => {
  const { theme, ascii, depth } = look;
  const { color, dim } = theme.tones[tone ?? 'plain'];
  const colour = color === undefined || depth === 1 ? undefined : colours[color];
  const codes = [
    ...(isSelected ? selectionCodes(look) : []),
    ...(bold === true ? [1] : []),
    ...(dim === true && !isSelected ? [2] : []),
    ...(inverse === true ? [7] : []),
    ...(colour === undefined ? [] : [colour]),
  ];
  const shown = ascii ? toAscii(text) : text;
  return codes.length === 0 ? shown : `\u001b[${codes.join(';')}m${shown}\u001b[0m`;
};

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
export const firstFrame = (app: AppState, size: FirstSize, look: FirstLook & FirstParts): string =>
  isTooSmall(size)
    ? ''
    : firstLines(app, size, look)
        .map(({ line, isSelected }, row) => {
          const cells = cutLine(line.map(drawable), size.columns);
          return `\u001b[${row + 1};1H${cells.map((part) => drawSpan(part, look, isSelected)).join('')}`;
        })
        .join('');
