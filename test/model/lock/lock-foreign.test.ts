import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commitMessage } from '../../../source/model/commit/message.ts';
import { breakingChanges } from '../../../source/model/inputs/breaking.ts';
import { lockDifferenceMarkdown } from '../../../source/model/inputs/report-markdown.ts';
import { lockDifferenceText } from '../../../source/model/inputs/report-text.ts';
import { inputCopies } from '../../../source/model/lock/copies.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { headlineInput, inputFacts } from '../../../source/model/lock/facts.ts';
import type { FlakeLock } from '../../../source/model/lock/lock.ts';
import { revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { changeDetailLines, inputDetailLines } from '../../../source/screen/texts/lock-details.ts';
import { initialState } from '../../../source/state/state.ts';
import { fc, runs } from '../../support/chance.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const original = readFileSync(
  new URL('../../fixtures/locks/every-type.lock', import.meta.url),
  'utf8',
);

const strange: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e18,
  -1e18,
  1.5,
  '',
  'x',
  '\u001b[2J',
  '__proto__',
  'constructor',
  '../..',
  'a/b',
  [],
  [''],
  ['nixpkgs'],
  ['constructor'],
  {},
  { type: 'git' },
  'x'.repeat(5_000),
];

const leavesOf = (value: Json): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, one) => sum + leavesOf(one), 1)
    : 1;

/** The value with its part number `index`, counted depth first, replaced. */
const replaced = (value: Json, index: number, by: Json): Json => {
  let left = index;
  const walk = (one: Json): Json => {
    if (left === 0) {
      left -= 1;
      return by;
    }
    left -= 1;
    if (Array.isArray(one)) return one.map(walk);
    return typeof one === 'object' && one !== null
      ? Object.fromEntries(Object.entries(one).map(([key, part]) => [key, walk(part)]))
      : one;
  };
  return walk(value);
};

const json = JSON.parse(original) as Json;
const foreign = fc
  .array(fc.tuple(fc.nat(leavesOf(json) - 1), fc.constantFrom(...strange)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((changes) => changes.reduce((one, [index, by]) => replaced(one, index, by), json))
  .map((value) => JSON.stringify(value, null, 2));

const read = (text: string): FlakeLock | null => {
  const lock = parseFlakeLock(text, 'flake.lock');
  return lock.ok ? lock.value : null;
};

const showEverything = (old: FlakeLock, now: FlakeLock): string => {
  const changes = diffLocks(old, now);
  const inputs = inputFacts(now);
  const breaking = breakingChanges(changes, {}, inputs, {});
  const copies = inputCopies(now);
  const subjects = {};
  const shown = [
    lockDifferenceText(changes, 80, { breaking, copies, subjects }),
    lockDifferenceMarkdown(changes, { breaking, copies, subjects }),
    JSON.stringify([changes, inputs, headlineInput(now)]),
    commitMessage({
      style: 'plain',
      changes: changes.map((change) => ({ change, count: null })),
      built: [],
      tests: [],
      hosts: [],
      files: ['flake.lock'],
    }),
    writeFlakeLock(now),
  ];
  for (const change of changes) changeDetailLines(initialState, change, 80, 0);
  for (const input of inputs) inputDetailLines(initialState, input, 80, 0);
  for (const { path } of changes) revertInputs(old, now, [path]);
  return shown.join('\n');
};

test('a lock with any value in any place is shown, or refused with words', () => {
  const known = read(original);
  if (known === null) throw new Error('the fixture is a lock');
  let shown = 0;
  fc.assert(
    fc.property(foreign, (text) => {
      const lock = read(text);
      if (lock === null) return;
      shown += 1;
      for (const shownText of [showEverything(known, lock), showEverything(lock, known)])
        expect(shownText).not.toContain('\u001b');
    }),
    { numRuns: runs(400) },
  );
  expect(shown).toBeGreaterThan(50);
});
