import { expect, test } from 'vitest';
import type { Console } from '../../../source/commands/program/console.ts';
import { runCommand } from '../../../source/commands/run-command.ts';
import { strictWorld } from '../../support/strict-world.ts';

/** What is said and done on a terminal. */
const onTerminalIn = async (
  files: Readonly<Record<string, string>>,
  ...argv: readonly string[]
) => {
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
    createWorld: async () => strictWorld({ files }),
    openEngine: () => Promise.reject(new Error('nothing needs an engine')),
    openScreen: async () => {
      screens += 1;
      return 0;
    },
  });
  return { status, screens, said: said.join('\n') };
};

const tagged = {
  '/flake/flake.nix': '{}',
  '/flake/nixup.toml': '[hosts.p620]\ntags = ["server"]\n',
};

const onTerminal = (...argv: readonly string[]) => onTerminalIn(tagged, ...argv);

test.each([
  [['--on', '@nosuch']],
  [['demo', '--on', '@nosuch']],
  [['diff', '--on', '@nosuch']],
  [['config', 'check', '--on', '@nosuch']],
  [['completions', 'bash', '--on', '@nosuch']],
])('%s names no tag: that is said before anything opens, with the tags that there are', async (argv) => {
  const { status, screens, said } = await onTerminal(...argv);
  expect([status, screens]).toEqual([2, 0]);
  expect(said).toContain('No host has the tag @nosuch.');
  expect(said).toMatch(/Tags that hosts have: .*@server/);
});

test('where no host has a tag, the way to give one is told', async () => {
  const { status, said } = await onTerminalIn({ '/flake/flake.nix': '{}' }, 'diff', '--on', 'x');
  expect(status).toBe(2);
  expect(said).toContain('[hosts.NAME] tags = ["server"]');
});

test('the screen opens with a tag that hosts have', async () => {
  expect(await onTerminal('--on', '@server')).toEqual({ status: 0, screens: 1, said: '' });
  expect(await onTerminal('demo', '--on', '@server')).toEqual({ status: 0, screens: 1, said: '' });
});

test('what no host narrows says so and is done', async () => {
  const { status, said } = await onTerminal('completions', 'bash', '--on', 'server');
  expect(status).toBe(0);
  expect(said).toContain(
    '--on @server narrows nothing here: a completion script is about no host.',
  );
});

test('the screen opens with the flags that it reads', async () => {
  expect(await onTerminal('--read-only')).toEqual({ status: 0, screens: 1, said: '' });
});
