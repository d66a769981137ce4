import { expect, test } from 'vitest';
import { defaultConfig } from '../../../source/model/config/settings.ts';
import { openBoard } from '../../../source/services/board/board.ts';
import { openStage } from '../../support/play.ts';

test('no row of the demo comes or goes from the first question to the last answer', async () => {
  const { engine, events, state } = await openStage();
  await engine.check();
  const boards = events.flatMap((event) => (event.type === 'board-observed' ? [event.rows] : []));
  const asked = boards[0] ?? [];
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.every((row) => row.state === 'checking')).toBe(true);
  // `left out` hosts are named as well: no row comes or goes.
  expect(
    state()
      .board.map(({ id }) => id)
      .toSorted(),
  ).toEqual(asked.map(({ id }) => id).toSorted());
});

test('the board of some hosts has the rows of these, and knows the names of all', async () => {
  const { engine, state } = await openStage();
  await engine.check(['p620']);
  const { board } = state();
  expect(board.filter(({ id }) => id.startsWith('hosts.')).map(({ id }) => id)).toEqual([
    'hosts.p620',
  ]);
  expect(board.find(({ id }) => id === 'config.stale')?.state).toBe('green');
});

test('what the config does not raise is not asked', () => {
  const ids = openBoard(defaultConfig, null, []).map(({ id }) => id);
  expect(ids).toContain('monitoring.prometheus');
  expect(ids).not.toContain('monitoring.targets');
  expect(ids).not.toContain('config.stale');
  expect(openBoard(defaultConfig, 'nixup.toml', []).map(({ id }) => id)).toContain('config.stale');
});
