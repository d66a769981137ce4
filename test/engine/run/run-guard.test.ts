import { expect, test } from 'vitest';
import { createRunGuard, type RunGuard } from '../../../source/engine/run/run-guard.ts';
import type { Undated } from '../../../source/state/events.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** The guard of the runs of a fleet; `onResult` is called the moment the screen hears the first result. */
const guardWith = async (onResult: (guard: RunGuard) => void): Promise<RunGuard> => {
  const { context } = await fakeFleet([entryOf('p620')]);
  let told = 0;
  const emitter = {
    ...context.emitter,
    emit: (...events: readonly Undated[]) => {
      context.emitter.emit(...events);
      if (!events.some(({ type }) => type === 'result')) return;
      told += 1;
      if (told === 1) onResult(guard);
    },
  };
  const guard: RunGuard = createRunGuard({
    context: () => ({ ...context, emitter }),
    isReadOnly: false,
    lookAgain: () => Promise.resolve(),
  });
  return guard;
};

const look = (guard: RunGuard, summary: string): Promise<RunResult> =>
  guard.start('check', [], () => Promise.resolve({ summary }), 'looks');

test('a run that is asked for as soon as the one before has told its result is done', async () => {
  let second: Promise<RunResult> | undefined;
  const guard = await guardWith((all) => {
    second = look(all, 'second');
  });
  expect(await look(guard, 'first')).toMatchObject({ ok: true, summary: 'first' });
  expect(await second).toMatchObject({ ok: true, summary: 'second' });
  expect(guard.isRunning()).toBe(false);
});

test('of two that are wished then, one is done and the other is refused', async () => {
  const wished: Promise<RunResult>[] = [];
  const guard = await guardWith((all) => {
    wished.push(look(all, 'second'), look(all, 'third'));
  });
  await look(guard, 'first');
  expect((await Promise.all(wished)).map(({ exitCode }) => exitCode)).toEqual([0, 3]);
});

test('a second run while one is active is refused', async () => {
  const guard = await guardWith(() => undefined);
  const [first, second] = await Promise.all([look(guard, 'first'), look(guard, 'second')]);
  expect([first.exitCode, second.exitCode]).toEqual([0, 3]);
  expect(second.summary).toBe('Something runs already. Wait for it, or cancel it with ^c.');
});

test('a pause that comes when nothing is left to begin does not hold the next run', async () => {
  const { context } = await fakeFleet([entryOf('p620')]);
  const guard = createRunGuard({
    context: () => context,
    isReadOnly: false,
    lookAgain: () => Promise.resolve(),
  });
  await guard.start(
    'deploy',
    [],
    () => {
      guard.pause();
      return Promise.resolve({ summary: 'its last host was begun' });
    },
    'changes',
  );
  expect(context.pace.isPaused).toBe(true);
  const next = await guard.start(
    'deploy',
    [],
    async ({ signal }) => {
      await context.pace.untilGo(signal);
      return { summary: 'begun' };
    },
    'changes',
  );
  expect(next).toMatchObject({ ok: true, summary: 'begun' });
});
