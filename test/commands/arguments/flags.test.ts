import { expect, expectTypeOf, test } from 'vitest';
import { readGlobalFlags, readOwnFlags } from '../../../source/commands/arguments/flag-values.ts';
import {
  allRead,
  type FlagsOf,
  type GlobalFlags,
  type OwnFlags,
} from '../../../source/commands/arguments/invocation.ts';
import type { FlagRow } from '../../../source/commands/arguments/rows.ts';
import type { FlaglessRun } from '../../../source/commands/program/command.ts';

const rows = [
  { name: 'no-deploy', value: null, help: 'a switch' },
  { name: 'build-on', value: 'WHERE', help: 'a text' },
  { name: 'cores', value: 'N', isNumber: true, help: 'a number' },
  { name: 'with', value: 'A', list: 'whole', help: 'a list' },
  { name: 'validate', value: 'HOW', choices: ['quick', 'full'], help: 'a choice or none' },
  { name: 'mode', value: 'MODE', choices: ['a', 'b'], initial: 'a', help: 'a choice' },
] as const satisfies readonly FlagRow[];

test('the type of flags follows from their rows', () => {
  expectTypeOf<FlagsOf<(typeof rows)[number]>>().branded.toEqualTypeOf<{
    readonly noDeploy: boolean;
    readonly buildOn: string | null;
    readonly cores: number | null;
    readonly with: readonly string[];
    readonly validate: 'quick' | 'full' | null;
    readonly mode: 'a' | 'b';
  }>();
  expectTypeOf<GlobalFlags['on']>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<OwnFlags<'status'>>().branded.toEqualTypeOf<Record<never, never>>();
});

test('a flag that nobody reads does not compile', () => {
  const { all, undo, ...unread } = readOwnFlags('revert', { all: true });
  // @ts-expect-error: nobody took out `keep`.
  allRead(unread);
  const { keep, ...none } = unread;
  allRead(none);
  expect({ all, undo, keep }).toEqual({ all: true, undo: false, keep: false });
});

test('a subcommand that says it has no flags does not compile once it has some', () => {
  expectTypeOf<FlaglessRun<'status'>>().toBeFunction();
  // @ts-expect-error: `revert` has flags.
  expectTypeOf<FlaglessRun<'revert'>>().toBeFunction();
});

test('flags that are not given have the values that their rows say', () => {
  expect(readOwnFlags('deploy', {})).toEqual({
    mode: 'switch',
    waves: false,
    canary: null,
    expectAddress: null,
    expectHostKey: null,
    expectMachine: null,
    reboot: false,
  });
  expect(readGlobalFlags({})).toMatchObject({ flake: null, on: [], jobs: null, yes: false });
});

test('a list keeps commas, blanks or empty words as its row says', () => {
  expect(readOwnFlags('commit', { with: ['a,b', 'c'] }).with).toEqual(['a,b', 'c']);
  expect(readOwnFlags('update', { exclude: ['a,b', ''] }).exclude).toEqual(['a', 'b']);
  expect(readGlobalFlags({ on: ['@a,', ''] }).on).toEqual(['@a', '', '']);
});
