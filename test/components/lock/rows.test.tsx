import '../../../source/actions/table.ts';
import { afterEach, expect, test } from 'vitest';
import type { InputStanding } from '../../../source/model/inputs/standing.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { inputFacts } from '../../../source/model/lock/facts.ts';
import { inputDetailLines } from '../../../source/screen/texts/lock-details.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';
import { github, lockOf } from '../../support/lock-samples.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

const open: DrawnScreen[] = [];

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

const rev = 'a'.repeat(40);
const before = lockOf({
  bad: github('o/bad', '1'),
  held: github('o/held', '1'),
  pin: github('o/pin', '1', { original: { ref: 'main', rev } }),
  quiet: github('o/quiet', '1', { original: { ref: 'nixos-26.05' } }),
});
const after = lockOf({
  bad: github('o/bad', '2'),
  held: github('o/held', '1'),
  pin: github('o/pin', '1', { original: { rev } }),
  quiet: github('o/quiet', '1', { original: { ref: 'nixos-26.05' } }),
});

const stateWith = (change: Partial<AppState>): AppState => ({
  ...runbookState,
  lock: {
    kind: 'read',
    fingerprint: 'f',
    changes: diffLocks(before, after),
    inputs: inputFacts(after),
    copies: [],
    headline: null,
    oldText: '',
    newText: '',
  },
  ...change,
});

const rowOf = async (name: string, change: Partial<AppState>, columns = 160): Promise<string> => {
  const screen = draw(stateWith(change), { columns });
  open.push(screen);
  const rows = await screen.after({ type: 'showed', screen: { kind: 'view', view: 'lock' } });
  return rows.find((row) => row.slice(0, 40).includes(name)) ?? '';
};

test('a pin that Nix only writes otherwise stays one in its row', async () => {
  expect(await rowOf('pin ', {})).toContain('pinned');
});

test('an input that was put back by a hold says until when and why it is held', async () => {
  const held: InputStanding = {
    kind: 'held',
    reason: 'it breaks',
    until: '2026-12-24',
    newer: null,
  };
  expect(await rowOf('held ', { putBack: ['held'] })).toContain('reverted by you');
  const row = await rowOf('held ', { putBack: ['held'], standings: { held } });
  expect(row).toContain('held until 2026-12-24: it breaks');
  expect(row).not.toContain('stale');
});

test('an input that moved to a revision that failed before says on which host', async () => {
  const bad: InputStanding = {
    kind: 'failed-before',
    revision: '2'.repeat(40),
    hosts: ['p620'],
    at: noon - 3 * 86_400_000,
    why: 'widget does not build',
    together: [],
  };
  const row = await rowOf('bad ', { standings: { bad } });
  expect(row).toMatch(/! bad .*failed before on p620/);
});

test('an input that moved before and could not be fetched now says so as well', async () => {
  const bad: InputStanding = {
    kind: 'unfetched',
    obstacle: 'nix',
    why: 'no such repository',
    remedy: 'git ls-remote /nowhere',
  };
  expect(await rowOf('bad ', { standings: { bad } })).toMatch(/! bad .*fetch failed/);
});

test('where an unchanged input stands is read in full in a narrow window', async () => {
  const quiet: InputStanding = { kind: 'behind', revision: '3'.repeat(40) };
  expect(await rowOf('quiet ', { standings: { quiet } }, 80)).toContain('newer 3333333');
});

test.each([
  [80, /newer 3333333[^…]* \d+ d$/, /held until 2026-12-24 /],
  [60, /newer 3333333[ ,]/, /held {4,}/],
])('at %i columns what does not fit of where an input stands leaves whole', async (columns, newer, kept) => {
  const quiet: InputStanding = { kind: 'behind', revision: '3'.repeat(40) };
  const held: InputStanding = {
    kind: 'held',
    reason: 'the kernel breaks the GPU of razer and nobody knows why',
    until: '2026-12-24',
    newer: null,
  };
  expect(await rowOf('quiet ', { standings: { quiet } }, columns)).toMatch(newer);
  expect(await rowOf('held ', { standings: { held } }, columns)).toMatch(kept);
});

test('an input that is behind did not fail to move where nobody updated it', async () => {
  const quiet: InputStanding = { kind: 'behind', revision: '3'.repeat(40) };
  const app = stateWith({ standings: { quiet } });
  const selected = inputFacts(after).find(({ name }) => name === 'quiet');
  if (selected === undefined) throw new Error('no such input');
  const told = inputDetailLines(app, selected, 80, noon).map((line) =>
    line.map(({ text }) => text).join(''),
  );
  expect(told).toContainEqual(expect.stringMatching(/state +newer available: 3333333/));
});

test('commits that may break something have words in a wide row, and in a narrow one a sign that no alarm has', async () => {
  const read = { subjects: [{ revision: 'x', at: 1, subject: 'feat!: drop it' }], count: null };
  const commits = { bad: read };
  expect(await rowOf('bad', { commits }, 200)).toMatch(/^▶ {3}bad .*! 1 breaking/);
  expect(await rowOf('bad', { commits }, 60)).toMatch(/^▶ b bad /);
});
