import { expect, test } from 'vitest';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { foldedRows, pairedRows } from '../../../source/screen/difference-rows.ts';
import type { DifferenceOverlay } from '../../../source/screen/overlay.ts';
import { findInPane } from '../../../source/screen/reducer/find.ts';
import { inputPaths, rawDifference } from '../../../source/screen/texts/difference.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { runbookState } from '../../fixtures/states.ts';
import { github, lockOf } from '../../support/lock-samples.ts';
import { draw } from '../../support/screen-fixture.tsx';

const hash = (letter: string): string => `sha256-${letter.repeat(43)}=`;
const revision = (letter: string): string => letter.repeat(40);
const lockAt = (letter: string): string =>
  writeFlakeLock(lockOf({ nixpkgs: github('NixOS/nixpkgs', letter) }))
    .replace(/"narHash": "[^"]*"/, `"narHash": "${hash(letter)}"`)
    .replace(/"rev": "[^"]*"/, `"rev": "${revision(letter)}"`);

const known = new Map([
  ['nixpkgs', { dates: '2026-11-20 → 2026-11-29', alarms: ['owner-changed'] }],
]);

/** The difference of two locks with so many lines before the input that changed. */
const pane = (layout: 'unified' | 'side-by-side', linesBefore = 0): DifferenceOverlay => {
  const [before, after] = [lockAt('a'), lockAt('b')];
  const hunks = rawDifference(before, after).map((hunk) => ({
    ...hunk,
    lines: hunk.lines.map((line) => ({
      ...line,
      oldLine: line.oldLine === null ? null : line.oldLine + linesBefore,
      newLine: line.newLine === null ? null : line.newLine + linesBefore,
    })),
  }));
  const rows = pairedRows(hunks, inputPaths(after), known);
  const others = foldedRows(rows);
  return {
    kind: 'difference',
    title: 'flake.lock',
    rows,
    others,
    isFolded: false,
    layout,
    top: 0,
  };
};

/** Rows that hold a text, as often as it stands in them. */
const rowsWith = (rows: readonly string[], text: string): number =>
  rows.filter((row) => row.includes(text)).length;

test.each([
  [60, 'unified', 0],
  [80, 'unified', 0],
  [80, 'unified', 12_000],
  [120, 'side-by-side', 0],
  [120, 'side-by-side', 4_000],
  [120, 'side-by-side', 12_000],
  [200, 'side-by-side', 0],
] as const)('at %i columns, %s, each hash and revision is whole in one row (%i lines before)', async (columns, layout, before) => {
  const screen = draw(runbookState, {
    columns,
    rows: 50,
    events: [{ type: 'opened', overlay: pane(layout, before) }],
  });
  const rows = await screen.rows();
  for (const letter of ['a', 'b']) {
    expect(rowsWith(rows, `"${hash(letter)}",`)).toBe(1);
    expect(rowsWith(rows, `"${revision(letter)}",`)).toBe(1);
  }
  screen.close();
});

test.each([
  [60, /@@ nixpkgs {3}! owner-changed {3}11-20 → 11-29 @@/],
  [120, /@@ nixpkgs {3}! owner-changed {3}2026-11-20 → 2026-11-29 {3}line \d+ → \d+ @@/],
])('at %i columns a heading has the input, its alarm and its dates', async (columns, heading) => {
  const screen = draw(runbookState, {
    columns,
    events: [{ type: 'opened', overlay: pane('unified') }],
  });
  expect((await screen.rows()).join('\n')).toMatch(heading);
  screen.close();
});

test.each([
  [80, 'unified', 12_000],
  [120, 'side-by-side', 4_000],
] as const)('at %i columns, %s, a revision stands in the row of its name', async (columns, layout, before) => {
  const screen = draw(runbookState, {
    columns,
    events: [{ type: 'opened', overlay: pane(layout, before) }],
  });
  const rows = await screen.rows();
  for (const letter of ['a', 'b']) expect(rowsWith(rows, `"rev": "${revision(letter)}",`)).toBe(1);
  screen.close();
});

test('where hashes are folded none is shown, and revisions are short', async () => {
  const screen = draw(runbookState, {
    columns: 120,
    events: [{ type: 'opened', overlay: pane('unified') }, { type: 'noise-folded' }],
  });
  const text = (await screen.rows()).join('\n');
  expect(text).not.toContain('sha256-');
  expect(text).toMatch(/▸ .*rev [0-9a-f]{7} → [0-9a-f]{7}/);
  screen.close();
});

test('a search finds an alarm and a date above a change', () => {
  const shown = { ...initialUi, overlay: pane('unified') };
  for (const text of ['owner-changed', '2026-11-29', 'nixpkgs'])
    expect(findInPane({ ...shown, find: { text, hit: null } }, 1).find.hit).toBe(0);
});

test.each([
  60, 80, 120,
])('at %i columns the title says which change of which input is at the top, whole', async (columns) => {
  const screen = draw(runbookState, {
    columns,
    rows: 16,
    events: [{ type: 'opened', overlay: pane('unified', 0) }],
  });
  const title = (await screen.rows()).find((row) => row.includes('flake.lock')) ?? '';
  expect(title).toContain('1 of 1 nixpkgs');
  expect(title).not.toContain('…');
  screen.close();
});
