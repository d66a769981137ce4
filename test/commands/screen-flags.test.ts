import { expect, test } from 'vitest';
import type { Console } from '../../source/commands/console.ts';
import { runCommand } from '../../source/commands/run-command.ts';

/** What is said and done on a terminal. */
const onTerminal = async (...argv: readonly string[]) => {
  const said: string[] = [];
  let screens = 0;
  const never = new AbortController().signal;
  const console: Console = {
    answer: (text) => said.push(text),
    answerRaw: (text) => said.push(text),
    answerJson: (value) => said.push(JSON.stringify(value)),
    tell: (text) => said.push(text),
    terminal: null,
    canAsk: true,
    ask: async () => undefined,
    askSecret: async () => null,
    canceled: never,
    unread: never,
  };
  const status = await runCommand(argv, {
    console,
    createWorld: () => Promise.reject(new Error('nothing needs a world')),
    openEngine: () => Promise.reject(new Error('nothing needs an engine')),
    openScreen: async () => {
      screens += 1;
      return 0;
    },
  });
  return { status, screens, said: said.join('\n') };
};

test.each([
  '@nosuch',
  '@server',
])('the screen refuses --on %s, which it would not read', async (tag) => {
  const { status, screens, said } = await onTerminal('--on', tag);
  expect([status, screens]).toEqual([2, 0]);
  expect(said).toContain(`nixup status --on ${tag}`);
});

test('the screen of the demo has no --on', async () => {
  expect(await onTerminal('demo', '--on', '@server')).toMatchObject({ status: 2, screens: 0 });
});

test('the screen opens with the flags that it reads', async () => {
  expect(await onTerminal('--read-only')).toEqual({ status: 0, screens: 1, said: '' });
});
