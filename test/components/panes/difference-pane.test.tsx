import { expect, test } from 'vitest';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { foldedRows, pairedRows } from '../../../source/screen/difference-rows.ts';
import { inputPaths, rawDifference } from '../../../source/screen/texts/difference.ts';
import { runbookState } from '../../fixtures/states.ts';
import { github, lockOf } from '../../support/lock-samples.ts';
import { draw } from '../../support/screen-fixture.tsx';

const hash = (letter: string): string => `sha256-${letter.repeat(43)}=`;
const lockAt = (letter: string): string =>
  writeFlakeLock(lockOf({ nixpkgs: github('NixOS/nixpkgs', letter) })).replace(
    /"narHash": "[^"]*"/,
    `"narHash": "${hash(letter)}"`,
  );

const before = lockAt('a');
const after = lockAt('b');
const rows = pairedRows(rawDifference(before, after), inputPaths(after));

test.each([
  [60, 'unified'],
  [80, 'unified'],
  [80, 'side-by-side'],
  [120, 'side-by-side'],
  [200, 'side-by-side'],
] as const)('at %i columns, %s, no hash is cut', async (columns, layout) => {
  const screen = draw(runbookState, {
    columns,
    rows: 50,
    events: [
      {
        type: 'opened',
        overlay: {
          kind: 'difference',
          title: 'flake.lock',
          rows,
          others: foldedRows(rows),
          isFolded: false,
          layout,
          top: 0,
        },
      },
    ],
  });
  const cells = (await screen.rows()).map((row) => row.replaceAll('│', ' '));
  // The parts of a hash that was wrapped stand below each other in their halves.
  const side = Math.floor((columns - 7) / 2);
  const left = cells.map((row) => row.slice(0, side + 3).trim()).join('');
  const right = cells.map((row) => row.slice(side + 3).trim()).join('');
  const whole = cells.map((row) => row.trim()).join('');
  const text = layout === 'unified' ? [whole] : [left, right];
  for (const letter of ['a', 'b'])
    expect(text.some((part) => part.replaceAll(' ', '').includes(hash(letter)))).toBe(true);
  expect(cells.join('\n')).toMatch(/@@ nixpkgs {3}line \d+ → \d+ @@/);
  const folded = await screen.after({ type: 'noise-folded' });
  expect(folded.join('\n')).not.toContain('sha256-');
  expect(folded.join('\n')).toMatch(/▸ .*rev [0-9a-f]{7} → [0-9a-f]{7}/);
  screen.close();
});
