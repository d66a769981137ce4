import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Invocation } from '../../../source/commands/arguments/invocation.ts';
import { parseArguments } from '../../../source/commands/arguments/parse.ts';
import { commitChoice } from '../../../source/commands/program/commit-choice.ts';
import { choiceWords } from '../../../source/model/commit/commit-plan.ts';
import { cleanLine } from '../../../source/parsers/nix/clean-line.ts';

const understood = (words: readonly string[]): Invocation<'commit'> => {
  const parsed = parseArguments(['commit', ...words]);
  if (!parsed.ok || parsed.value.kind !== 'work') throw new Error('refused');
  const { invocation } = parsed.value;
  if (invocation.command !== 'commit') throw new Error('another subcommand');
  return invocation;
};

const dirty = ['flake.lock', 'a,b.nix', 'nix/it is.nix', 'notes.md'];

test('the flags that are named take the files that are meant, with commas and blanks too', () => {
  expect(choiceWords(['a,b.nix', 'nix/it is.nix', 'notes.md'])).toMatch(
    /^--with 'nix\/it is\.nix,notes\.md' --with a,b\.nix commits them too/,
  );
  const { own } = understood(['--with', 'nix/it is.nix,notes.md', '--with', 'a,b.nix']);
  const choice = commitChoice(own, { root: '/fleet', dirty }, '/fleet');
  expect(choice.also).toEqual(['nix/it is.nix', 'notes.md', 'a,b.nix']);
});

test('a name is one of git, or a path from here', () => {
  const flags = { with: ['it is.nix', '../notes.md', '../a,b.nix'], leaveRest: true };
  expect(commitChoice(flags, { root: '/fleet', dirty }, '/fleet/nix')).toEqual({
    also: ['nix/it is.nix', 'notes.md', 'a,b.nix'],
    rest: 'left',
  });
});

test.each([[['-']], [['/dev/stdin']], [['it is']]])('--message takes %j as its value', ([
  value = '',
]) => {
  for (const words of [['--message', value], [`--message=${value}`]]) {
    const invocation = understood([...words, '--push']);
    expect(invocation.words).toEqual([]);
    expect(invocation.own).toMatchObject({ message: value, push: true });
  }
});

const odd = [
  'a,b.nix',
  'a',
  'b.nix',
  '-x',
  '--push',
  'tab\there',
  'line\nbreak',
  'ends\n',
  'it\'s "so"',
  '$HOME `id` !x %d \\n',
  '#comment',
  '=ls',
  ' blank ',
  '\u202ename',
  'ends\n',
  'no]tes [a] \\ *-z "`$\'\n\n',
  '\x1b[31mred\x01',
  'ünï',
  ':(top)',
];

test.each([
  ...odd.map((name) => [name]),
  odd,
  ['a', 'b.nix', 'a,b.nix'],
])('what is offered is taken literally by a shell and by nixup: %j', (...names) => {
  const offered = choiceWords(names).replace(/ commits them too.*$/, '');
  // As it stands on the terminal.
  expect(cleanLine(offered)).toBe(offered);
  for (const shell of ['sh', 'bash']) {
    const words = execFileSync(shell, ['-c', `for w in ${offered}; do printf '%s\\0' "$w"; done`], {
      encoding: 'utf8',
    });
    const { own, words: others } = understood(words.split('\0').slice(0, -1));
    expect(others).toEqual([]);
    expect(own.push).toBe(false);
    const { also } = commitChoice(own, { root: '/fleet', dirty: names }, '/fleet');
    expect([...also].sort()).toEqual([...names].sort());
  }
});
