import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '../../../source/model/explain/explain.ts';
import { readRevisionWish } from '../../../source/model/inputs/chosen-revision.ts';
import type { Attributes } from '../../../source/model/lock/lock.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { chooseRevision } from '../../../source/services/inputs/choose-revision.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { type Forge, startForge } from '../../support/forge.ts';
import { hasTools } from '../../support/needs.ts';
import { strictWorld } from '../../support/strict-world.ts';

/* Commits that are chosen on a forge: git fetches commits alone, of a large history a part. */

const can = hasTools(import.meta.filename, 'openssl');
const folder = mkdtempSync(join(tmpdir(), 'nixup-choose-'));
let forge: Forge | undefined;

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...forge?.environment,
});

const git = (where: string, args: readonly string[], input?: string): string => {
  const ended = spawnSync('git', ['-C', where, ...args], {
    encoding: 'utf8',
    env: environment(),
    ...(input === undefined ? {} : { input }),
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout.trim();
};

/** A repository with a commit of each of these days, and their hashes. */
const makeRemote = (place: string, days: readonly string[]): readonly string[] => {
  const where = forge?.folderOf(place) ?? '';
  git(where, ['init', '--quiet', '--initial-branch=main']);
  const stream = days.map((day, index) => {
    const subject = `commit ${index}`;
    const seconds = Date.parse(`${day}T12:00:00Z`) / 1_000;
    return `commit refs/heads/main\ncommitter a <a@example> ${seconds} +0000\ndata ${subject.length}\n${subject}\n`;
  });
  git(where, ['fast-import', '--quiet'], stream.join('\n'));
  return git(where, ['rev-list', '--reverse', 'main']).split('\n');
};

let caches = 0;

/** As one nixup after the other would ask: what was fetched before is there. */
const session = (original: Attributes, lastModified = '2026-02-01') => {
  caches += 1;
  const cache = join(folder, `cache-${caches}`);
  mkdirSync(cache);
  const world = {
    ...strictWorld({}),
    exec: createExec(environment(), () => 0),
    files: createFiles(),
    environment: environment(),
    folders: { state: folder, home: folder, runtime: folder, cache },
  };
  return async (word: string): Promise<string> => {
    const read = readRevisionWish(word, '2026-11-29');
    if ('wrong' in read) return read.wrong;
    const locked = { ...original, lastModified: Date.parse(lastModified) / 1_000 };
    const found = await chooseRevision(world, { input: 'a', original, locked, wish: read.wish });
    if (!found.ok) {
      const { what, next: advice } = explain(found.failure);
      const next = adviceLine(advice);
      return `${what} ${next}`;
    }
    const { revision, onBranch, branch } = found.value;
    return `${revision} ${onBranch} ${branch}`;
  };
};

let large: readonly string[] = [];
let many: readonly string[] = [];
beforeAll(async () => {
  if (!can) return;
  forge = await startForge(folder);
  // The name says that the history is too large to be fetched as a whole.
  large = makeRemote('github.com/o/nixpkgs', [
    '2024-01-01',
    '2025-01-01',
    '2026-01-10',
    '2026-01-20',
    '2026-02-01',
  ]);
  many = makeRemote(
    'github.com/o/many',
    Array.from({ length: 1_500 }, (_, index) =>
      new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10),
    ),
  );
  forge.folderOf('github.com/o/empty');
  git(forge.folderOf('github.com/o/empty'), ['init', '--quiet']);
});
afterAll(async () => {
  await forge?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const github = (repo: string, more: Attributes = {}): Attributes => ({
  type: 'github',
  owner: 'o',
  repo,
  ...more,
});

/** Each alone, and all after each other, from the oldest: a cut history is another one each time. */
test.skipIf(!can).each(['alone', 'after each other'] as const)(
  'a large history is asked for a day, near, far back and in a long pause: %s',
  async (how) => {
    const rows = [
      ['2026-11-20', `${large[4]} true main`],
      ['2026-02-01', `${large[4]} true main`],
      ['2026-01-31', `${large[3]} true main`],
      ['2025-12-31', `${large[1]} true main`],
      ['2025-01-01', `${large[1]} true main`],
      ['2024-12-31', `${large[0]} true main`],
      ['2023-12-31', 'main had no commit on 2023-12-31: it begins on 2024-01-01'],
      [large[0] ?? '', `${large[0]} true main`],
      [large[3]?.slice(0, 10) ?? '', `${large[3]} true main`],
      [large[0]?.slice(0, 10) ?? '', 'and no commit since 2024-12-28 that begins so'],
      ['0'.repeat(40), `has no branch, tag or commit ${'0'.repeat(40)}`],
    ] as const;
    const one = session(github('nixpkgs'));
    for (const [word, answer] of how === 'after each other' ? rows.toReversed() : rows) {
      const choose = how === 'alone' ? session(github('nixpkgs')) : one;
      const told = await choose(word);
      // What was fetched for another question may know more.
      if (how !== 'alone' && answer.includes('begins so')) continue;
      expect(told, word).toContain(answer);
    }
  },
);

test.skipIf(!can)(
  'the beginning of more than one hash is refused with those it could be',
  async () => {
    const byStart = new Map<string, string[]>();
    for (const hash of many) {
      const start = hash.slice(0, 4);
      byStart.set(start, [...(byStart.get(start) ?? []), hash]);
    }
    const [start, hashes = []] = [...byStart].find(([, found]) => found.length > 1) ?? [];
    expect(start).toBeDefined();
    const told = await session(github('many'))(start ?? '');
    expect(told).toContain(`${start} is the beginning of more than one commit`);
    for (const hash of hashes) expect(told).toContain(hash.slice(0, 7));
    expect(told).toContain('Write more of the hash');
  },
);

test.skipIf(!can)(
  'names win over hashes, a tag over a branch, and case does not matter',
  async () => {
    const where = forge?.folderOf('github.com/o/many') ?? '';
    git(where, ['branch', 'beef', many[3] ?? '']);
    git(where, ['branch', 'release/1.0', many[4] ?? '']);
    git(where, ['branch', 'both', many[5] ?? '']);
    git(where, ['tag', 'both', many[6] ?? '']);
    git(where, ['tag', 'v1.0', many[7] ?? '']);
    const choose = session(github('many'));
    for (const [word, index] of [
      ['beef', 3],
      ['release/1.0', 4],
      ['both', 6],
      ['v1.0', 7],
      [many[8]?.toUpperCase() ?? '', 8],
      [many[8]?.slice(0, 12).toUpperCase() ?? '', 8],
    ] as const)
      expect(await choose(word), word).toBe(`${many[index]} true main`);
  },
);

test.skipIf(!can)('what a remote does not have is told with its url', async () => {
  const choose = session(github('many'));
  expect(await choose('nowhere')).toContain(
    'https://github.com/o/many has no branch, tag or commit nowhere',
  );
  expect(await session(github('empty'))('v1')).toContain(
    'https://github.com/o/empty has no commit',
  );
  expect(await session(github('gone'))('v1')).toContain(
    'https://github.com/o/gone could not be asked',
  );
  expect(await session(github('many', { ref: 'old' }))('v1')).toContain(
    'https://github.com/o/many has no branch or tag old',
  );
  expect(await session(github('many', { ref: 'v1.0' }))('2020-01-03')).toContain(
    `${many[2]} true v1.0`,
  );
});
