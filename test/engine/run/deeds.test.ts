import { expect, test } from 'vitest';
import { createDeeds, type Deeds } from '../../../source/engine/run/deeds.ts';
import type { Undated } from '../../../source/state/events.ts';
import type { RunResult } from '../../../source/state/run.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** Deeds of a fleet; `onResult` is called the moment the screen hears the first result. */
const deedsWith = async (onResult: (deeds: Deeds) => void): Promise<Deeds> => {
  const { context } = await fakeFleet([entryOf('p620')]);
  let told = 0;
  const emitter = {
    ...context.emitter,
    emit: (...events: readonly Undated[]) => {
      context.emitter.emit(...events);
      if (!events.some(({ type }) => type === 'result')) return;
      told += 1;
      if (told === 1) onResult(deeds);
    },
  };
  const deeds: Deeds = createDeeds({
    context: () => ({ ...context, emitter }),
    isReadOnly: false,
    lookAgain: () => Promise.resolve(),
  });
  return deeds;
};

const look = (deeds: Deeds, summary: string): Promise<RunResult> =>
  deeds.start('check', [], () => Promise.resolve({ summary }), 'looks');

test('a deed that is wished as soon as the result of the one before is told is done', async () => {
  let second: Promise<RunResult> | undefined;
  const deeds = await deedsWith((all) => {
    second = look(all, 'second');
  });
  expect(await look(deeds, 'first')).toMatchObject({ ok: true, summary: 'first' });
  expect(await second).toMatchObject({ ok: true, summary: 'second' });
  expect(deeds.isRunning()).toBe(false);
});

test('of two that are wished then, one is done and the other is refused', async () => {
  const wished: Promise<RunResult>[] = [];
  const deeds = await deedsWith((all) => {
    wished.push(look(all, 'second'), look(all, 'third'));
  });
  await look(deeds, 'first');
  expect((await Promise.all(wished)).map(({ exitCode }) => exitCode)).toEqual([0, 3]);
});

test('a second deed while one runs is refused', async () => {
  const deeds = await deedsWith(() => undefined);
  const [first, second] = await Promise.all([look(deeds, 'first'), look(deeds, 'second')]);
  expect([first.exitCode, second.exitCode]).toEqual([0, 3]);
  expect(second.summary).toBe('Something runs already. Wait for it, or cancel it with ^c.');
});
