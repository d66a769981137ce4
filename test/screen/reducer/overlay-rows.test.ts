import { expect, test } from 'vitest';
import { bodyRows } from '../../../source/screen/layout.ts';
import type { Confirmation, Overlay } from '../../../source/screen/overlay.ts';
import { confirmationLayout } from '../../../source/screen/reducer/confirmation-layout.ts';
import {
  coversHeader,
  overlayRows,
  rowsOverView,
} from '../../../source/screen/reducer/overlay-rows.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const confirmation = (lines: number): Confirmation => ({
  kind: 'confirm',
  title: 'Deploy',
  body: [
    ...Array.from(
      { length: lines },
      (_, line) => ({ text: `line ${line}`, tone: 'plain' }) as const,
    ),
    { text: 'not now: samsung is asleep', tone: 'plain', isPinned: true },
    { text: 'way back: both by themselves', tone: 'plain', isPinned: true },
  ],
  commands: [],
  choices: [
    { label: 'No', wish: null, guarded: false },
    { label: 'Deploy both', wish: null, guarded: true },
  ],
  focus: 0,
  required: { kind: 'count', count: 2 },
  typed: '',
  top: 0,
  openedAt: noon - 1_000,
});

const text = (lines: number): Overlay => ({
  kind: 'text',
  title: 'unit',
  lines: Array.from({ length: lines }, () => ({ text: 'line', tone: 'plain' })),
  top: 0,
});

const at = (overlay: Overlay | null, columns: number, rows: number) => ({ overlay, columns, rows });

test.each([
  ['no dialog', null, 60, 16, false],
  ['a dialog in a low window', confirmation(4), 60, 16, true],
  ['a dialog that fits there', confirmation(1), 60, 16, false],
  ['a long dialog at 80x24', confirmation(60), 80, 24, true],
  ['a short dialog at 80x24', confirmation(2), 80, 24, false],
  ['a long dialog at 100x30', confirmation(60), 100, 30, false],
  ['a long text at 80x24', text(60), 80, 24, true],
  ['a short text at 80x24', text(4), 80, 24, false],
] as const)('%s: the header gives way or not', (_what, overlay, columns, rows, covers) => {
  expect(coversHeader(at(overlay, columns, rows))).toBe(covers);
  const behind = rowsOverView(at(overlay, columns, rows));
  expect(overlayRows(at(overlay, columns, rows))).toBe(
    behind === 0 ? bodyRows(rows) + (covers ? 5 : 0) : behind,
  );
  expect(behind > 0 && covers).toBe(false);
});

test('at 60x16 what is not done and the way back stay in sight, and a page is more than a line', () => {
  const dialog = confirmation(76);
  const layout = confirmationLayout(dialog, 60, overlayRows(at(dialog, 60, 16)));
  expect(layout.pinned.map((line) => line.map(({ text }) => text).join(''))).toEqual([
    'not now: samsung is asleep',
    'way back: both by themselves',
  ]);
  const ui = { ...initialUi, columns: 60, rows: 16, now: noon, overlay: dialog };
  const moved = reduceUi(ui, { type: 'moved', by: 1, unit: 'page' }, runbookState);
  expect(moved.overlay).toMatchObject({ top: layout.bodyRows - 1 });
  expect(layout.bodyRows).toBeGreaterThanOrEqual(6);
});

test('the keys that fold the commands do not make the header come and go', () => {
  const command = `nix copy --to ssh://p620 ${'/nix/store/x '.repeat(40)}`;
  const folded: Confirmation = { ...confirmation(6), commands: [command, command] };
  for (const isUnfolded of [true, false])
    expect(coversHeader(at({ ...folded, isUnfolded }, 80, 24))).toBe(true);
});

test('a question of which nothing is left out leaves its view in sight, and is as high folded as unfolded', () => {
  const asked = { ...confirmation(2), commands: ['git push'] };
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const) {
    const height = overlayRows(at(asked, columns, rows));
    // Two lines, blank, heading and command, two pinned ones, field, choices, a row for more, and the frame.
    const whole = 2 + 3 + 2 + 1 + 1 + 1 + 2;
    expect(height).toBe(bodyRows(rows) - whole < 8 ? bodyRows(rows) : whole);
    expect(overlayRows(at({ ...asked, isUnfolded: true }, columns, rows))).toBe(height);
    const layout = confirmationLayout(asked, columns, height);
    expect(layout.overflow).toBe(0);
  }
});
