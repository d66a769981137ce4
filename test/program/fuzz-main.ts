import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { fuzzSpoken } from './fuzz-spoken.ts';

/**
 * `npm run fuzz -- --keys 100000 --times 50 --seed 7`: random keys, shared out to three seeds, a tenth as many for a screen
 * that is said in lines, and each random unit test so many times as often as in `npm test`. Each run has a seed of its own,
 * unless one is named. `--keys 0` or `--times 0` leaves that part out.
 */
const root = path.join(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '20000' },
    times: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const usage = (text: string): never => {
  process.stderr.write(
    `usage: npm run fuzz -- --keys NUMBER --times NUMBER --seed NUMBER\n${text} is no whole number\n`,
  );
  process.exit(2);
};
const numberOf = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : usage(text));
const [keys, times, seed] = [
  numberOf(values.keys),
  numberOf(values.times),
  numberOf(values.seed),
] as const;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** How many seeds failed. */
const pressKeys = async (): Promise<number> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-fuzz-'));
  let failed = 0;
  for (const one of [seed, seed + 1, seed + 2]) {
    try {
      const done = await fuzz(one, Math.ceil(keys / 3), folder);
      say(
        `seed ${one}: ${done.keys} keys, ${done.pastes} pastes, ${done.answers} answers, ${done.clicks} clicks, ${done.resizes} sizes, ${done.terminals} terminals; ` +
          `${done.compared} screens compared, ${done.left} times left by a key; ${Math.round(done.milliseconds / 1_000)} s`,
      );
    } catch (error) {
      failed += 1;
      say(error instanceof Error ? error.message : String(error));
    }
  }
  try {
    const done = await fuzzSpoken(seed, Math.ceil(keys / 10), folder);
    say(
      `seed ${seed}, said in lines: ${done.keys} keys, ${done.answered} answered one by one, ${done.lines} lines, ${done.left} times left by a key; ${Math.round(done.milliseconds / 1_000)} s`,
    );
  } catch (error) {
    failed += 1;
    say(error instanceof Error ? error.message : String(error));
  }
  rmSync(folder, { recursive: true, force: true });
  return failed;
};

/** The files of unit tests that draw something. */
const randomTests = (): readonly string[] =>
  readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name}`)
    .filter((name) => /\.test\.tsx?$/.test(name) && !/^test\/(?:lab|program|nix)\//.test(name))
    .filter((name) => readFileSync(path.join(root, name), 'utf8').includes('support/chance.ts'));

const tryProperties = (): number => {
  const ended = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project=unit*',
      '--testTimeout=3600000',
      ...randomTests(),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NIXUP_FUZZ_SEED: String(seed), NIXUP_FUZZ_TIMES: String(times) },
    },
  );
  return ended.status === 0 ? 0 : 1;
};

say(`seed ${seed}; the same again: npm run fuzz -- --seed ${seed}`);
let failed = 0;
if (times > 0) failed += tryProperties();
if (keys > 0) failed += await pressKeys();
if (failed > 0) say(`failed with seed ${seed}`);
process.exitCode = failed === 0 ? 0 : 1;
