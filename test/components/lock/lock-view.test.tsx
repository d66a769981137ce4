import { expect, test } from 'vitest';
import type { UiEvent } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { type DrawnScreen, type DrawOptions, draw } from '../../support/screen-fixture.tsx';

const inLock: UiEvent = { type: 'showed', screen: { kind: 'view', view: 'lock' } };

const drawn = (app: AppState, options: DrawOptions = {}): DrawnScreen =>
  draw(app, { ...options, events: [inLock, ...(options.events ?? [])] });

const subjects = Array.from({ length: 40 }, (_, index) => ({
  revision: String(index).padStart(40, '0'),
  at: 1_764_000_000,
  subject: `subject ${index}`,
}));

const counted: AppState = {
  ...runbookState,
  commits: {
    nixpkgs: { count: { count: 40, exact: true, source: 'git' }, subjects },
  },
};

const toNixpkgs: readonly UiEvent[] = [
  { type: 'jumped', to: 'first' },
  { type: 'moved', by: 1, unit: 'row' },
];

test.each([
  [80, 24],
  [160, 50],
])('at %dx%d the details scroll to their last line, and say how much is hidden', async (columns, rows) => {
  const screen = drawn(counted, { columns, rows, events: toNixpkgs });
  const before = await screen.rows();
  expect(before.join('\n')).toMatch(/nixpkgs {3}updated/);
  expect(before.join('\n')).toMatch(/↓\d+/);
  const down: readonly UiEvent[] = Array.from({ length: 30 }, () => ({
    type: 'details-scrolled',
    by: 1,
  }));
  const after = await screen.after(...down);
  expect(after.join('\n')).toContain('+locked.rev');
  expect(after.join('\n')).not.toMatch(/nixpkgs {3}updated/);
  // One key back is seen at once, however often the other was pressed.
  const back = await screen.after({ type: 'details-scrolled', by: -1 });
  expect(back.join('\n')).not.toBe(after.join('\n'));
  const other = await screen.after({ type: 'moved', by: 1, unit: 'row' });
  expect(other.join('\n')).toMatch(/ {3}(?:unchanged|updated|repointed)/);
  screen.close();
});

test.each([
  80, 101, 160,
])('at %d columns the mark of a list that scrolls takes no digit of the number beside it', async (columns) => {
  const { lock } = runbookState;
  const change = lock.kind === 'read' ? lock.changes.find((one) => one.kind === 'updated') : null;
  if (lock.kind !== 'read' || change == null) throw new Error('the fixture has an update');
  const paths = Array.from({ length: 40 }, (_, index) => `input${index}`);
  const changes = paths.map((path) => ({ ...change, path, alarms: [] }));
  const commits = Object.fromEntries(
    paths.map((path) => [
      path,
      { count: { count: 118, exact: true, source: 'git' as const }, subjects },
    ]),
  );
  const screen = drawn({ ...runbookState, lock: { ...lock, changes }, commits }, { columns });
  await screen.rows();
  for (const by of [0, 20]) {
    const rows = await screen.after({ type: 'moved', by, unit: 'row' });
    const marked = rows.filter((row) => /input\d+ .*[↓↑]\d+/.test(row));
    expect(marked.length).toBeGreaterThan(0);
    for (const row of marked) expect(row).toMatch(/ 118 +[↓↑]\d+/);
  }
  screen.close();
});

test('a used-up limit of a forge stands in the title of a narrow window, with its end', async () => {
  const screen = drawn({
    ...runbookState,
    forgeLimits: [{ host: 'github.com', remaining: 0, until: noon + 12 * 60_000 }],
  });
  const title = (await screen.rows()).find((row) => row.startsWith(' Lock'));
  expect(title).toContain('github.com: no more requests for 12 m');
  screen.close();
});
