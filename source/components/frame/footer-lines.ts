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
import { keyName } from '../../screen/key-names.ts';
import type { Overlay } from '../../screen/overlay.ts';
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

/** Keys of a confirmation: a text is typed where one is wanted, and only commands can be folded. */
const confirmHints = ({
  required,
  commands,
}: Extract<Overlay, { readonly kind: 'confirm' }>): readonly string[] => {
  const isTyped = required.kind !== 'nothing';
  const long = commands.length === 0 ? '' : '^o whole commands · ';
  const short = commands.length === 0 ? '' : '^o commands · ';
  return isTyped
    ? [
        `type it · left right choose · up down PgUp PgDn scroll · ${long}Enter takes · Esc closes`,
        `type it · left right · up down scroll · ${short}Enter · Esc closes`,
        'type it · left right · up down scroll · Enter · Esc closes',
      ]
    : [
        `left right choose · up down PgUp PgDn g G scroll · ${long}Enter takes · Esc closes`,
        `left right choose · up down g G scroll · ${short}Enter takes · Esc closes`,
        'left right choose · up down scroll · Enter · Esc closes',
      ];
};

/** Keys of what is open, in the longest words that fit: closing it is never cut. */
const hintOf = (overlay: Overlay): readonly string[] => {
  const move = `${keyName('down')} ${keyName('up')}`;
  const ends = `${keyName('first')} ${keyName('last')}`;
  const find = `${keyName('filter')} search`;
  const next = `${keyName('next-hit')} ${keyName('previous-hit')}`;
  const page = `${keyName('open-link')} page`;
  const copies = `${keyName('copy')} copies`;
  const opens = keyName('open');
  const folds = keyName('fold-hashes');
  const breaks = `${keyName('breaking')} breaking`;
  switch (overlay.kind) {
    case 'confirm':
      return confirmHints(overlay);
    case 'message':
      return [
        'type · arrows Home End, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps the text',
        'type · arrows, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps it',
        'type · arrows · ^w ^u ^k erase · Esc ends, keeps it',
      ];
    case 'menu':
      return [
        'a letter takes its row · up down choose · Enter takes · Esc closes',
        'letter takes · up down choose · Enter · Esc closes',
      ];
    case 'help':
    case 'palette':
      return [
        'type letters of a name · up down choose · Enter takes · Esc closes',
        'type letters of a name · up down · Enter · Esc closes',
      ];
    case 'difference':
      return [
        `${move} PgUp PgDn ${ends} scroll · ${find} · ${next} next change or hit · ${folds} folds hashes · Tab layout · Esc closes`,
        `${move} PgUp PgDn · ${find} · ${next} next · ${folds} folds hashes · Tab layout · Esc closes`,
        `${move} · ${find} · ${next} next · ${folds} folds · Tab · Esc closes`,
      ];
    case 'commands':
      return [
        `${move} PgUp PgDn ${ends} choose · ${keyName('filter')} filter · ${opens} how it was called · ${copies} · Esc closes`,
        `${move} choose · ${keyName('filter')} filter · ${opens} how it was called · ${copies} · Esc closes`,
        `${move} · ${keyName('filter')} filter · ${opens} whole · ${copies} · Esc`,
      ];
    case 'commits':
      return [
        `${move} PgUp PgDn ${ends} choose · ${opens} message · ${keyName('details-up')} ${keyName('details-down')} scroll it · ${breaks} · ${keyName('copy')} copies the hash · ${page} · ${find} ${next} · Esc closes`,
        `${move} choose · ${opens} message · ${breaks} · ${keyName('copy')} hash · ${page} · ${find} ${next} · Esc closes`,
        `${move} · ${opens} message · ${breaks} · ${keyName('copy')} hash · ${page} · ${keyName('filter')} · Esc closes`,
        `${move} choose · ${opens} message · ${keyName('copy')} hash · ${page} · ${keyName('filter')} · Esc`,
      ];
    case 'text':
      return [
        `${move} PgUp PgDn ${ends} scroll · ${find} · Esc closes`,
        `${move} scroll · ${find} · Esc closes`,
        `${move} scroll · Esc closes`,
        'Esc closes',
      ];
  }
};

const overlayKeys = (state: ScreenState, table: readonly Action[]): Line | undefined => {
  const { overlay, columns } = state.ui;
  if (overlay === null) return undefined;
  const acts = overlay.kind === 'text' ? actKeys(overlay.acts ?? [], state, table) : [];
  const hints = hintOf(overlay);
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
