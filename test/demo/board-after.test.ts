import { expect, test } from 'vitest';
// The keys that texts name.
import '../../source/actions/table.ts';
import { agedLine, rowWidths } from '../../source/components/run/check-view.tsx';
import { guiltyInput } from '../../source/demo/world.ts';
import type { CheckRow } from '../../source/model/board/board.ts';
import { lineWidth } from '../../source/model/words/line.ts';
import { checkText } from '../../source/screen/texts/check-details.ts';
import type { AppState } from '../../source/state/state.ts';
import { openStage } from '../support/play.ts';

const rowOf = ({ board }: AppState, id: string): CheckRow => {
  const found = board.find((row) => row.id === id);
  if (found === undefined) throw new Error(`the board has no row ${id}`);
  return found;
};

test('the step check loses its tick when a commit leaves a row of its board failed', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.check();
  expect(state().stages.check.kind).toBe('passed');
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.build.test(deployables());
  engine.stages.passReview('person');
  expect(state().stages.check.kind).toBe('passed');
  await engine.commit.run(await engine.commit.plan());
  expect(rowOf(state(), 'git.upstream').state).toBe('red');
  expect(state().stages.check).toMatchObject({
    kind: 'partly',
    evidence: expect.stringContaining('1 failed that stops nothing: unpushed commits'),
  });
  await engine.commit.push();
  await engine.close();
  expect(state().stages.check.kind).toBe('passed');
});

test('an update whose lock has alarms takes the tick of the step check until they are looked at', async () => {
  const { engine, state } = await openStage();
  await engine.check();
  await engine.lock.update('all');
  expect(rowOf(state(), 'lock.alarms').state).toBe('red');
  expect(state().stages.check.kind).toBe('partly');
  engine.stages.passReview('person');
  expect(state().stages.check.kind).toBe('passed');
});

test('questions of git that only a whole check asks are asked again after a commit', async () => {
  const { engine, state, deployables, world } = await openStage();
  await engine.check();
  const before = rowOf(state(), 'git.push').askedAt ?? 0;
  await world.clock.sleep(600_000);
  await engine.lock.update(['nixpkgs']);
  await engine.build.test(deployables());
  await engine.commit.run(await engine.commit.plan());
  await engine.close();
  for (const id of ['git.push', 'git.identity', 'git.commit', 'git.conflicts', 'git.untracked'])
    expect(rowOf(state(), id).askedAt ?? 0).toBeGreaterThan(before + 600_000);
  // Tasks are about nothing that an update or a commit changes: their answer has its age.
  expect(rowOf(state(), 'tasks.open').askedAt ?? 0).toBeLessThan(before + 600_000);
});

test('the row of a host tells what its last answer was, not that of the check', async () => {
  const { engine, state, world } = await openStage();
  await engine.check();
  const before = rowOf(state(), 'hosts.nas').askedAt ?? 0;
  const other = rowOf(state(), 'hosts.p620').askedAt;
  await world.clock.sleep(600_000);
  await engine.health.verify(['nas']);
  expect(rowOf(state(), 'hosts.nas').askedAt ?? 0).toBeGreaterThan(before + 600_000);
  expect(rowOf(state(), 'hosts.p620').askedAt).toBe(other);
});

test.each([
  58, 78, 118,
])('an old answer has its age at the end of a row of %i cells', async (cells) => {
  const { engine, state, world } = await openStage();
  await engine.check();
  const now = world.clock.now() + 5 * 60_000;
  for (const row of state().board) {
    const text = agedLine(row, now, cells)
      .map((part) => part.text)
      .join('');
    expect(text).toMatch(/ 5 m ago$/);
    expect(lineWidth(agedLine(row, now, cells))).toBe(cells);
    const whole = checkText(row, state().hosts[row.label], now).map(({ text: line }) => line);
    expect(whole[0]).toBe(row.evidence);
    expect(whole).toContainEqual(expect.stringContaining('checked 5 m ago; C checks again.'));
  }
});

test('in a narrow window the evidence has what sign and name leave', async () => {
  const { engine, state, world } = await openStage();
  await engine.check();
  const rows = state().board.filter(({ label }) => label.length < 10);
  const now = world.clock.now();
  for (const row of rows) {
    const words = agedLine(row, now, 56, rowWidths(rows, 60)).map(({ text }) => text);
    expect(words.join('').indexOf(row.evidence)).toBeLessThan(14);
  }
  expect(rows.length).toBeGreaterThan(0);
  expect(rowWidths(rows, 80).state).toBeGreaterThan(0);
});
