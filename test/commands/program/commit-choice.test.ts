import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseArguments } from '../../../source/commands/arguments/parse.ts';
import { commitChoice } from '../../../source/commands/program/commit-choice.ts';
import { choiceWords } from '../../../source/model/commit/commit-plan.ts';
import { cleanLine } from '../../../source/parsers/nix/clean-line.ts';

const dirty = ['flake.lock', 'a,b.nix', 'nix/it is.nix', 'notes.md'];

test('the flags that are named take the files that are meant, with commas and blanks too', () => {
  expect(choiceWords(['a,b.nix', 'nix/it is.nix', 'notes.md'])).toMatch(
    /^--with 'nix\/it is\.nix,notes\.md' --with a,b\.nix commits them too/,
  );
  const parsed = parseArguments([
    'commit',
    ...['--with', 'nix/it is.nix,notes.md', '--with', 'a,b.nix'],
  ]);
  if (!parsed.ok || parsed.value.kind !== 'work') throw new Error('refused');
  const choice = commitChoice(parsed.value.invocation.flags, { root: '/fleet', dirty }, '/fleet');
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
    const parsed = parseArguments(['commit', ...words, '--push']);
    if (!parsed.ok || parsed.value.kind !== 'work') throw new Error('refused');
    expect(parsed.value.invocation.words).toEqual([]);
    expect(parsed.value.invocation.flags).toMatchObject({ message: value, push: true });
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
    if (shell === 'sh' && offered.includes("$'")) continue;
    const parsed = parseArguments(['commit', ...words.split('\0').slice(0, -1)]);
    if (!parsed.ok || parsed.value.kind !== 'work') throw new Error('refused');
    const { flags, words: others } = parsed.value.invocation;
    expect(others).toEqual([]);
    expect(flags.push).toBe(false);
    const { also } = commitChoice(flags, { root: '/fleet', dirty: names }, '/fleet');
    expect([...also].sort()).toEqual([...names].sort());
  }
});
