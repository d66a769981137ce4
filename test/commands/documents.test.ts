import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentFaults } from '../support/document-faults.ts';
import { cutNewestDeploy, lostKeys, runLine } from '../support/documents.ts';
import { stillWorld } from '../support/play.ts';

/**
 * What nixup 0.1.0 (b88eaf4) answered to these command lines on the demo, one
 * line of a session after the other. Of like elements of a list, and of like
 * events of all sessions, the first was kept.
 */
const folder = new URL('../fixtures/documents/', import.meta.url);

interface Captured {
  /** The command line; absent where something happened between two of them. */
  readonly line?: string;
  readonly status: number;
  readonly answers: readonly unknown[];
}

const sessionOf = (file: string): readonly Captured[] =>
  readFileSync(new URL(file, folder), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Captured => JSON.parse(line));

describe('what --json answered before is still answered, each key, its type, its value, and fits the schemas', () => {
  test.each(readdirSync(folder))('%s', async (file) => {
    const world = stillWorld();
    const lost: string[] = [];
    for (const { line, status, answers } of sessionOf(file)) {
      if (line === undefined) {
        await cutNewestDeploy(world);
        continue;
      }
      const now = await runLine(world, line);
      if (now.status !== status) lost.push(`${line}: status ${status} became ${now.status}`);
      lost.push(...lostKeys(answers, now.answers, line));
      if (line.includes('--json')) lost.push(...documentFaults(line, now.answers));
    }
    expect(lost).toEqual([]);
  });
});

test.each([
  ['a key that is gone', { a: 1, b: null }, { a: 1 }, ['x.b is gone']],
  ['another type', { a: 1 }, { a: '1' }, ['x.a: number became string']],
  ['another word', { kind: 'read' }, { kind: 'seen' }, ['x.kind: read became seen']],
  ['an element that is gone', [{ id: 'p620' }], [{ id: 'razer' }], ['x: no id p620']],
  ['a commit that was not known', { revision: null }, { revision: 'a1b2c3d' }, []],
  [
    'a commit that is not known any more',
    { revision: 'a' },
    { revision: null },
    ['x.revision: string became null'],
  ],
  ['a key and an element more', [{ a: 1 }], [{ a: 2 }, { a: 1, b: 2 }], []],
  ['the same in other words', { text: 'for a place' }, { text: 'for a slot' }, []],
])('%s is seen as what it is', (_what, before, now, lost) => {
  expect(lostKeys(before, now, 'x')).toEqual(lost);
});
