import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { seed } from '../support/chance.ts';
import { hasTools } from '../support/needs.ts';
import {
  carryOutUpdates,
  revertOneOfFive,
  type Shell,
  shellStart,
} from '../support/nix-updates.ts';

const hasNix = hasTools(import.meta.filename, 'nix');

const folder = mkdtempSync(join(tmpdir(), 'nixup-lock-'));
afterAll(() => {
  // The store makes its paths read-only.
  spawnSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

mkdirSync(join(folder, 'conf'));
writeFileSync(
  join(folder, 'conf', 'nix.conf'),
  'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\n',
);

/** The Nix of this machine, with a store and a home of its own. */
const shellIn =
  (name: string): Shell =>
  async (script) => {
    const ended = spawnSync('bash', ['-c', `${shellStart(join(folder, name))}${script}`], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        NIX_CONF_DIR: join(folder, 'conf'),
        NIX_STORE_DIR: join(folder, 'store'),
        NIX_STATE_DIR: join(folder, 'state'),
        NIX_LOG_DIR: join(folder, 'log'),
        GIT_CONFIG_NOSYSTEM: '1',
      },
    });
    if (ended.status !== 0) throw new Error(`${script}\n${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  };

test.skipIf(!hasNix)('of twenty updates nixup tells what Nix prints', async () => {
  const updates = await carryOutUpdates(shellIn('updates'), seed);
  expect(updates).toHaveLength(20);
  expect(updates.flatMap(({ nix }) => nix).length).toBeGreaterThan(30);
  for (const { title, nix, nixup } of updates) expect(nixup, `seed ${seed}, ${title}`).toEqual(nix);
});

test.skipIf(!hasNix)(
  'one of five updated inputs is put back, and Nix builds with exactly that',
  async () => {
    expect(await revertOneOfFive(shellIn('revert'))).toEqual({
      words: 'a1 b2 c1 d2 e2 f2',
      isKept: true,
    });
  },
);
