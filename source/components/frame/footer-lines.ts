import type { Action } from '../../actions/action.ts';
import { footerActions, labelHere } from '../../actions/footer.ts';
import { showKey } from '../../keys.ts';
import {
  joinFitting,
  type Line,
  lineWidth,
  muted,
  pressable,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { hintsOf } from '../../screen/texts/overlay-keys.ts';
import type { ScreenState } from '../../store.ts';

const keyWords = (row: Action, state: ScreenState): Line => {
  const [key] = row.keys;
  if (key === undefined) return [];
  const label = labelHere(row, state);
  const words: Line =
    row.disabled(state) === undefined
      ? [strong(showKey(key)), span(` ${label}`)]
      : [muted(`${showKey(key)} ${label}`)];
  return pressable(words, `act:${row.id}`);
};

/** Keys of actions that an open text names. */
const actKeys = (
  acts: readonly string[],
  state: ScreenState,
  table: readonly Action[],
): readonly Line[] =>
  table
    .filter(({ id }) => acts.includes(id))
    .map((row) => [span(' '), ...keyWords(row, state), muted(' ·')]);

const overlayKeys = (state: ScreenState, table: readonly Action[]): Line | undefined => {
  const { overlay, columns } = state.ui;
  if (overlay === null) return undefined;
  const acts = overlay.kind === 'text' ? actKeys(overlay.acts ?? [], state, table) : [];
  const hints = hintsOf(overlay);
  for (let shown = acts.length; shown >= 0; shown -= 1) {
    const before = acts.slice(0, shown).flat();
    const hint = hints.find((words) => lineWidth(before) + widthOf(words) + 1 <= columns);
    if (hint !== undefined) return [...before, muted(` ${hint}`)];
  }
  return [muted(` ${hints.at(-1) ?? ''}`)];
};

/** The keys that matter on this screen; those not available now are dimmed. */
export const keysLine = (state: ScreenState, table: readonly Action[]): Line => {
  const { ui } = state;
  const own = overlayKeys(state, table);
  if (own !== undefined) return own;
  const rows = footerActions(table, ui, state.app.run.kind);
  const isFixed = (row: Action): boolean => row.id === 'help' || row.id === 'palette';
  const fixed: Line = rows.filter(isFixed).flatMap((row) => [span('  '), ...keyWords(row, state)]);
  const others = rows.filter((row) => !isFixed(row)).map((row) => keyWords(row, state));
  return [span(' '), ...joinFitting(others, '  ', ui.columns - lineWidth(fixed) - 2), ...fixed];
};
