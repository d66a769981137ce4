import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubcommandRow } from '../../source/commands/arguments/rows.ts';
import { subcommands } from '../../source/commands/arguments/subcommands.ts';
import { documentFaults } from '../support/document-faults.ts';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';

/** Every subcommand as the built program, with nobody at the terminal, on one fleet that answers. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
const rows: readonly SubcommandRow[] = subcommands;

let fleet: ScaleFleet;
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 2 });
  fleet.deployAll();
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

/**
 * In their order: command line and exit status. The hosts of this fleet tell nothing of services and metrics, have one
 * system in all generations, and its lock has no inputs.
 */
const session: readonly (readonly [line: string, status: number])[] = [
  ['status', 0],
  ['check', 0],
  ['update --read-only', 3],
  ['diff', 0],
  ['impact', 0],
  ['test host1', 0],
  ['packages', 0],
  ['deploy host1', 0],
  ['services', 1],
  ['verify host1', 0],
  ['watch', 4],
  ['commit', 0],
  ['rollback host1', 3],
  ['hold nixpkgs --reason kernel', 2],
  ['revert nothing', 2],
  ['clean', 0],
  ['run --yes --read-only', 3],
  ['run --yes --pr --read-only', 3],
  ['history', 0],
  ['resume', 0],
  ['config check', 0],
  ['timer', 0],
  ['completions bash', 0],
  ['demo --wrong', 2],
];

test('every subcommand stands in the session', () => {
  const run = new Set(session.map(([line]) => line.split(' ')[0]));
  expect(rows.map(({ name }) => name).filter((name) => !run.has(name))).toEqual([]);
});

/** One document, perhaps of several lines, or one event in each line. A half one is an error. */
const answersOf = (text: string): readonly unknown[] => {
  const [first = ''] = text.split('\n');
  return /^\{$/.test(first)
    ? [JSON.parse(text)]
    : text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
};

test.skipIf(!hasNix)('each answer of the built program fits its schema, with its status', () => {
  const faults: string[] = [];
  for (const [line, status] of session) {
    const ended = spawnSync(process.execPath, [program, ...line.split(' '), '--json'], {
      cwd: fleet.flake,
      env: { ...fleet.environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (ended.status !== status)
      faults.push(`${line}: ${ended.status} and not ${status}: ${ended.stderr}`);
    const answers = answersOf(ended.stdout);
    faults.push(...documentFaults(`${line} --json`, answers).map((one) => `${line}: ${one}`));
  }
  expect(faults).toEqual([]);
});
