import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

/** `npm run fuzz -- --keys 100000 --seeds 1,2,3`: the keys are shared out to the seeds. */
const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '20000' },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
const seeds = values.seeds.split(',').map(Number);
const keys = Math.ceil(Number(values.keys) / seeds.length);
if (!(keys > 0) || seeds.some((seed) => !Number.isInteger(seed))) {
  process.stderr.write('usage: npm run fuzz -- --keys NUMBER --seeds NUMBER[,NUMBER…]\n');
  process.exit(2);
}
const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-fuzz-'));
let failed = 0;
for (const seed of seeds) {
  try {
    const done = await fuzz(seed, keys, folder);
    process.stdout.write(
      `seed ${seed}: ${done.keys} keys, ${done.pastes} pastes, ${done.answers} answers, ${done.resizes} sizes; ` +
        `${done.compared} screens compared, ${done.left} times left by a key; ${Math.round(done.milliseconds / 1_000)} s\n`,
    );
  } catch (error) {
    failed += 1;
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
