import { expect, test } from 'vitest';
import { commitChoice } from '../../source/commands/commit-choice.ts';
import { parseArguments } from '../../source/commands/parse-arguments.ts';
import { choiceWords } from '../../source/model/commit-plan.ts';

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
