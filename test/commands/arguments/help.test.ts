import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  bashCompletion,
  bashFlagCases,
  fishCompletion,
  zshCompletion,
} from '../../../source/commands/arguments/completion-scripts.ts';
import { worstStatus } from '../../../source/commands/arguments/exit-status.ts';
import { helpText } from '../../../source/commands/arguments/help.ts';
import { parseArguments } from '../../../source/commands/arguments/parse.ts';
import {
  type FlagRow,
  globalFlags,
  type SubcommandRow,
} from '../../../source/commands/arguments/rows.ts';
import { subcommands } from '../../../source/commands/arguments/subcommands.ts';

const rows: readonly SubcommandRow[] = subcommands;

test('help names every subcommand, flag and exit status', () => {
  const help = helpText(null);
  for (const { name } of rows) expect(help).toContain(`  nixup ${name}`);
  for (const { name } of globalFlags) expect(help).toContain(`  --${name}`);
  for (const status of [0, 1, 2, 3, 4, 5, 130])
    expect(help).toMatch(new RegExp(`^ {2}${status} `, 'm'));
});

test('help fits into eighty columns where it lists flags', () => {
  for (const line of helpText('run').split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('every example of the help is understood, by the subcommand it stands under', () => {
  for (const row of rows)
    for (const example of row.examples) {
      const words = (example.split('|')[0] ?? '').trim().split(' ').slice(1);
      const parsed = parseArguments(words);
      expect(
        parsed.ok && parsed.value.kind === 'work' && parsed.value.invocation.command,
        example,
      ).toBe(row.name);
    }
});

test('a flag of the same name takes a value everywhere or nowhere', () => {
  const valued = new Map<string, boolean>();
  const flags: readonly FlagRow[] = [...globalFlags, ...rows.flatMap((row) => row.flags)];
  for (const { name, value } of flags) {
    expect(valued.get(name) ?? value !== null, name).toBe(value !== null);
    valued.set(name, value !== null);
  }
});

test.each([
  ['bash', bashCompletion()],
  ['zsh', zshCompletion()],
  ['fish', fishCompletion()],
])('the completion of %s names every subcommand and flag', (_, script) => {
  for (const { name, flags } of rows) {
    expect(script).toContain(name);
    for (const flag of flags) expect(script).toContain(flag.name);
  }
});

const complete = (...words: readonly string[]): readonly string[] => {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `${bashCompletion()}\nCOMP_WORDS=(nixup ${quoted}); COMP_CWORD=${words.length}; _nixup; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
};

test('bash completes subcommands, flags and fixed values', () => {
  expect(complete('sta')).toEqual(['status']);
  expect(complete('deploy', '--ca')).toEqual(['--canary']);
  expect(complete('deploy', '--mode', 'dry')).toEqual(['dry-activate']);
  expect(complete('completions', 'f')).toEqual(['fish']);
  expect(complete('--json', 'resume', 'fi')).toEqual(['finish']);
});

test('the value of a flag before the subcommand is not taken for the subcommand', () => {
  expect(complete('--flake', '/etc', 'deploy', '--ca')).toEqual(['--canary']);
  expect(complete('--flake', '/etc', 'sta')).toEqual(['status']);
  expect(complete('--json', '--on', 'server', 'resume', 'fi')).toEqual(['finish']);
});

test('bash completes files where the row of a flag asks for one', () => {
  expect(complete('commit', '--message', '/etc/host')).toContain('/etc/hosts');
  expect(complete('--config', '/etc/host')).toContain('/etc/hosts');
});

test('a flag of two subcommands has the values of each', () => {
  const row = { help: '', argument: null, steps: [], examples: [], unnarrowed: null };
  const flag = { name: 'how', value: 'HOW', help: '' };
  const cases = bashFlagCases([
    { ...row, name: 'one', flags: [{ ...flag, choices: ['fast'] }] },
    { ...row, name: 'two', flags: [flag] },
    { ...row, name: 'three', flags: [{ ...flag, choices: ['slow'] }] },
  ]);
  const patterns = cases.map((line) => line.trim().replace(/ -- .*/, ''));
  expect(patterns).toEqual([
    "'one --how') COMPREPLY=($(compgen -W 'fast'",
    "'two --how') COMPREPLY=($(compgen -W ''",
    "*' --how') COMPREPLY=($(compgen -W 'slow'",
    "*' --flake') COMPREPLY=($(compgen -f",
    "*' --config') COMPREPLY=($(compgen -f",
  ]);
});

test.each(
  rows.filter(({ flags }) => flags.length > 0).map(({ name }) => name),
)('%s calls allRead, so that its file does not compile with a flag that nobody reads', (name) => {
  const file = new URL(`../../../source/commands/subcommands/${name}.ts`, import.meta.url);
  expect(readFileSync(file, 'utf8')).toContain('allRead(rest)');
});

test('of several statuses the gravest counts', () => {
  expect(worstStatus([])).toBe(0);
  expect(worstStatus([0, 4])).toBe(4);
  expect(worstStatus([4, 5])).toBe(5);
  expect(worstStatus([5, 1, 4])).toBe(1);
  expect(worstStatus([4, 3])).toBe(3);
  expect(worstStatus([1, 130])).toBe(130);
});
