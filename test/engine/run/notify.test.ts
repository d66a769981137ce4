import { expect, test } from 'vitest';
import { notifyPerson } from '../../../source/engine/run/notify.ts';
import { defaultConfig } from '../../../source/model/config/settings.ts';
import { success } from '../../../source/model/result.ts';
import { notificationOfWatch } from '../../../source/model/run/notification.ts';
import type { Undated } from '../../../source/state/events.ts';
import { openStage } from '../../support/play.ts';

test('a run that takes long is told once, with what it did and how it ended', async () => {
  const { engine, events, deployables } = await openStage();
  await engine.lock.update('all');
  const tested = await engine.build.test(deployables());
  await engine.close();
  const told = events.flatMap((event) => (event.type === 'notified' ? [event] : []));
  expect(tested.exitCode).toBe(1);
  const [last] = told.slice(-1);
  expect(last).toMatchObject({
    terminal: null,
    notification: {
      event: 'run-ended',
      goal: 'test',
      ending: 'failed',
      isBad: true,
      title: 'nixup: test ended: failed',
    },
  });
  expect(told.filter(({ notification }) => notification.goal === 'test')).toHaveLength(1);
});

const notification = notificationOfWatch('20261128-1-4f2a9c', 'worse', true, '1 worse; rm -rf', 7);

/** What was run, with what on its standard input, and what was said. */
const notified = async (isTrusted: boolean) => {
  const ran: unknown[] = [];
  const said: Undated[] = [];
  await notifyPerson(
    {
      flake: '/flake',
      isTrusted,
      config: {
        ...defaultConfig,
        notify: { terminal: null, command: ['notify-send', '{title}', '{text}'] },
      },
      emitter: { emit: (...events) => said.push(...events) },
      world: {
        exec: async ({ file, args }, options = {}) => {
          ran.push([file, ...args], JSON.parse(options.input ?? 'null'));
          return success({ stdout: '', stderr: '', tookMs: 1 });
        },
      },
    },
    notification,
  );
  return { ran, said };
};

test('the command of the config gets its words as arguments, and the event as JSON', async () => {
  const { ran } = await notified(true);
  expect(ran).toEqual([
    ['notify-send', 'nixup: watch ended: worse', '1 worse; rm -rf'],
    { version: 1, ...notification, flake: '/flake' },
  ]);
});

test('the command of a file that nobody trusted is not run, and that is said', async () => {
  const { ran, said } = await notified(false);
  expect(ran).toEqual([]);
  expect(said.map((event) => (event.type === 'noticed' ? event.text : event.type)).join()).toMatch(
    /notified,The command of \[notify\] was not run/,
  );
});
