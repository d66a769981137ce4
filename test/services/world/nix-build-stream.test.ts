import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { BuildProgress } from '../../../source/model/build/progress.ts';
import { createNix } from '../../../source/services/nix.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { after } from '../../../source/services/world/timer.ts';
import type { World } from '../../../source/services/world/world.ts';
import { makeStream } from '../../support/nix-stream.ts';
import { strictWorld } from '../../support/strict-world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nixup-stream-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { lines, truth } = makeStream(200_000);
writeFileSync(path.join(folder, 'stream'), `${lines.join('\n')}\n`);
// A Nix that replays a recorded stream at full speed, and says that nothing is valid.
writeFileSync(
  path.join(folder, 'nix'),
  `#!/bin/sh
case "$1" in
  --version) echo 'nix (Nix) 2.34.1' ;;
  build) cat "$NIX_STREAM" >&2; exit 1 ;;
  *) exit 1 ;;
esac
`,
);
chmodSync(path.join(folder, 'nix'), 0o755);

test('200,000 lines at full speed leave the right counts, and the program answers meanwhile', async () => {
  const environment = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    NIX_STREAM: path.join(folder, 'stream'),
  };
  const world: World = {
    ...strictWorld(),
    exec: createExec(environment, () => Date.now()),
    clock: {
      after,
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
  };
  let progress: BuildProgress | undefined;
  let turns = 0;
  let wasWaiting = 0;
  let logged = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 10);
  const [build] = await createNix(world).build(
    [{ host: 'p620', derivation: '/nix/store/p620.drv', toplevel: '/nix/store/p620' }],
    {
      jobs: 1,
      rootsFolder: folder,
      onLog: () => {
        logged += 1;
      },
      onProgress: (host, shown) => {
        if (host === null) progress = shown;
        wasWaiting = Math.max(wasWaiting, shown.builds.running);
      },
    },
  );
  clearInterval(timer);
  expect(build?.outcome.ok).toBe(false);
  expect(progress?.builds).toMatchObject({ done: truth.built, failed: truth.failed });
  expect(progress?.fetches.done).toBe(truth.fetched);
  // Every line of every builder arrived, none in another's name; and one line for each failure's text.
  expect(logged).toBeGreaterThanOrEqual((truth.built + truth.failed) * 40);
  // The event loop turned while the stream ran: a key pressed meanwhile is answered.
  expect(turns).toBeGreaterThan(5);
});
