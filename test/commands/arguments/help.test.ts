import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test.each([
  null,
  ...subcommands.map(({ name }) => name),
])('help of %s fits into eighty columns, and says all of each flag', (name) => {
  const help = helpText(name);
  for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  const words = help.replaceAll(/\s+/g, ' ');
  const flags: readonly FlagRow[] = rows.find((row) => row.name === name)?.flags ?? [];
  for (const flag of flags) expect(words).toContain(flag.help);
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

test.each(
  rows.filter(({ flags }) => flags.length > 0).map(({ name }) => name),
)('%s calls allRead, so that its file does not compile with a flag that nobody reads', (name) => {
  const file = new URL(`../../../source/commands/subcommands/${name}.ts`, import.meta.url);
  expect(readFileSync(file, 'utf8')).toMatch(/\ballRead\(rest\b/);
});

test('of several statuses the gravest counts', () => {
  expect(worstStatus([])).toBe(0);
  expect(worstStatus([0, 4])).toBe(4);
  expect(worstStatus([4, 5])).toBe(5);
  expect(worstStatus([5, 1, 4])).toBe(1);
  expect(worstStatus([4, 3])).toBe(3);
  expect(worstStatus([1, 130])).toBe(130);
});
