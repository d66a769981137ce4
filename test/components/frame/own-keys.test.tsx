import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Action } from '../../../source/actions/action.ts';
import { actionTable, nameKeysOf } from '../../../source/actions/table.ts';
import { showKey } from '../../../source/keys.ts';
import { copyMenu } from '../../../source/screen/dialogs/menu-copy.ts';
import { sinceMenu } from '../../../source/screen/dialogs/menu-since.ts';
import type { Overlay } from '../../../source/screen/overlay.ts';
import { signsText } from '../../../source/screen/texts/signs-text.ts';
import { initialUi, type Screen, type UiEvent, viewNames } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import { initialState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';

/** Keys that nixup gives to nothing, one for each action. */
const own: readonly Action[] = actionTable.map((row, index) => ({
  ...row,
  keys: [String.fromCodePoint(0x0410 + index)],
}));

/** Keys that mean the same in each pane and dialog whatever the config says, and signs that look like keys. */
const fixed = new Set([
  'Enter',
  'Esc',
  '↑',
  '↓',
  'PgUp',
  'PgDn',
  'Home',
  'End',
  'Tab',
  'left',
  'right',
]);
const signs = new Set([
  '!',
  '?',
  '<',
  '>',
  '=',
  '|',
  '-',
  '+',
  '@',
  ':',
  '&',
  '/',
  '.',
  '%',
  '[',
  ']',
  '{',
  '}',
]);

/** A default key that stands before its label, or before a word that says what a key does. */
const doesSomething =
  /^(?:again|shows|searches|clears|tests|asks|opens|runs|reads|offers|takes|finds|compares|commits|lists|marks|updates|accepts|keeps|holds|folds|unfolds|next|restores|begins|continues|copies|filter|search|scroll|whole|builds|closes|leads)\b/;

const oldKeys = new Map<string, readonly string[]>();
for (const { keys, label } of actionTable)
  for (const key of keys) {
    const shown = showKey(key);
    if (!fixed.has(shown)) oldKeys.set(shown, [...(oldKeys.get(shown) ?? []), label]);
  }

const mentions = (rows: readonly string[]): readonly string[] =>
  rows.flatMap((row) => {
    const words = row.split(/\s+/);
    return words.flatMap((word, at) => {
      const labels = oldKeys.get(word);
      const after = words.slice(at + 1).join(' ');
      if (labels === undefined) return [];
      const isLabel = labels.some((label) => after.startsWith(label));
      const isSaid = !signs.has(word) && doesSomething.test(after);
      return isLabel || isSaid ? [`${word} ${after.slice(0, 30)}`] : [];
    });
  });

beforeAll(() => nameKeysOf(own));
afterAll(() => nameKeysOf(actionTable));

const drawn = async (app: AppState, events: readonly UiEvent[]): Promise<readonly string[]> => {
  const screen = draw(app, { columns: 160, rows: 50, events, table: own });
  const rows = await screen.rows();
  screen.close();
  return rows;
};

const views: readonly Screen[] = [
  ...viewNames.map((view): Screen => ({ kind: 'view', view })),
  ...(['facts', 'generations', 'health', 'charts', 'log'] as const).map(
    (tab): Screen => ({ kind: 'host', host: 'razer', tab }),
  ),
];

test.each(
  views,
)('with own keys $kind $view $tab names no key that nixup would give', async (screen) => {
  for (const app of [runbookState, initialState])
    expect(mentions(await drawn(app, [{ type: 'showed', screen }]))).toEqual([]);
});

const commits: Overlay = {
  kind: 'commits',
  title: 'Commits of nixpkgs',
  path: 'nixpkgs',
  note: null,
  subjects: [{ revision: 'a'.repeat(40), at: 0, subject: 'one', body: '' }],
  cursor: null,
  isOpen: true,
  messages: {},
  top: 0,
};

const overlays: readonly (readonly [name: string, overlay: () => Overlay])[] = [
  ['help', () => ({ kind: 'help', filter: '', cursor: null })],
  ['palette', () => ({ kind: 'palette', filter: '', cursor: null })],
  ['commands', () => ({ kind: 'commands', cursor: null, unfolded: true })],
  ['signs', () => ({ kind: 'text', title: 'Signs', lines: signsText(), top: 0 })],
  ['copy', () => copyMenu(runbookState, initialUi, noon)],
  [
    'difference',
    () => ({
      kind: 'difference',
      title: 'flake.lock',
      rows: [],
      others: [],
      isFolded: false,
      layout: 'unified',
      top: 0,
    }),
  ],
  ['commits', () => commits],
  ['since', () => sinceMenu(runbookState, initialUi, noon)],
];

test.each(
  overlays,
)('with own keys %s names no key that nixup would give', async (_name, overlay) => {
  expect(mentions(await drawn(runbookState, [{ type: 'opened', overlay: overlay() }]))).toEqual([]);
});

test('the header names the own keys of the views and of the next step', async () => {
  const rows = await drawn(runbookState, []);
  const keyOf = (action: string): string => own.find(({ id }) => id === action)?.keys[0] ?? '';
  expect(rows[3]).toContain(`${keyOf('show-fleet')} Fleet`);
  expect(rows[1]).toContain(` ${keyOf('move-on')} `);
});
