import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { type Reply, startStandIn } from '../support/stand-in-prometheus.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
let fleet: ScaleFleet;

beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 1 });
  fleet.deployAll();
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});
test.skipIf(!hasNix)('try', { timeout: 100_000 }, async () => {
  for (const answer of ['large', 'cut', 'drips'] as const) {
  await using server = await startStandIn({ hosts: ['host1'], instead: () => answer });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path.join(fleet.flake, 'nixup.toml'), `[monitoring]\nprometheus = "${server.url}"\n`);
  const ended = await fleet.run([process.execPath, program, 'watch', '--json'], { timeoutMs: 90_000 });
  console.log(answer, ended.exitCode, ended.peakBytes / 1e6, ended.tookMs, ended.stderr.slice(0, 500), ended.stdout.slice(-3000), server.questions.length);
  }
});
