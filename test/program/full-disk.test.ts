import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** Why no disk can be made small here; null where it can. */
const obstacle = (): string | null => {
  if (!hasTools(import.meta.filename, 'nix')) return 'needs nix';
  if (process.getuid?.() !== 0) return 'only root may mount a small disk';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (mounted.status === 0) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted.status === 0 ? null : 'a small disk cannot be mounted here';
};

const why = obstacle();

/** A fleet of two whose journals are on a disk of 256 KiB. */
const onSmallDisk = (): { readonly fleet: ScaleFleet; readonly state: string } => {
  const fleet = scaleFleet({ count: 2 });
  const state = path.join(fleet.folder, 'home/state');
  mkdirSync(state, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', state]);
  onTestFinished(() => {
    execFileSync('umount', [state]);
    fleet[Symbol.dispose]();
  });
  return { fleet, state };
};

/** Fills the disk up to so many bytes. */
const fillUpTo = (state: string, left: number): void => {
  const { bavail, bsize } = statfsSync(state);
  writeFileSync(path.join(state, 'filler'), Buffer.alloc(bavail * bsize - left));
};

const ended = async (fleet: ScaleFleet) => {
  const { exitCode, stdout } = await fleet.run([process.execPath, program, 'test', '--json']);
  const result: {
    readonly type: string;
    readonly run: string | null;
    readonly ok: boolean;
    readonly exitCode: number;
    readonly summary: string;
    readonly hosts: Readonly<Record<string, { readonly status: string }>>;
  } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  expect([result.type, result.exitCode]).toEqual(['result', exitCode]);
  return result;
};

test.skipIf(why !== null)(
  `a full disk refuses a run before it begins, and the next one is well${why === null ? '' : ` (skipped: ${why})`}`,
  async () => {
    const { fleet, state } = onSmallDisk();
    expect(await ended(fleet)).toMatchObject({ ok: true, exitCode: 0 });
    fillUpTo(state, 0);
    const full = await ended(fleet);
    expect(full).toMatchObject({ run: null, ok: false, exitCode: 1, hosts: {} });
    expect(full.summary).toMatch(/no space left on the disk.*df -h/s);
    rmSync(path.join(state, 'filler'));
    expect(await ended(fleet)).toMatchObject({ ok: true, exitCode: 0 });
  },
);

test.skipIf(why !== null)(
  `a disk that becomes full during a run leaves its end and whole lines, and it is told with 1${why === null ? '' : ` (skipped: ${why})`}`,
  async () => {
    const { fleet, state } = onSmallDisk();
    expect(await ended(fleet)).toMatchObject({ ok: true, exitCode: 0 });
    // Room for the beginning of a run, and not for its logs.
    fillUpTo(state, 8 * 1024);
    const full = await ended(fleet);
    expect(full).toMatchObject({
      ok: false,
      exitCode: 1,
      hosts: { host1: { status: 'succeeded' }, host2: { status: 'succeeded' } },
    });
    expect(full.summary).toMatch(/Not all of it could be recorded.*no space left on the disk/s);
    const flakes = path.join(state, 'nixup/flakes');
    const runs = path.join(flakes, readdirSync(flakes)[0] ?? '', 'runs');
    const journal = readFileSync(path.join(runs, full.run ?? '', 'journal.jsonl'), 'utf8');
    const lines = journal.trimEnd().split('\n');
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'result', exitCode: 1 });
    rmSync(path.join(state, 'filler'));
    const history = await fleet.run([process.execPath, program, 'history', '--json']);
    expect(JSON.parse(history.stdout).runs[0]).toMatchObject({ id: full.run, state: 'ended' });
    expect(await ended(fleet)).toMatchObject({ ok: true, exitCode: 0 });
  },
);

test.skipIf(why !== null)(
  `a disk that is read-only is told as that, and not as a folder that is missing${why === null ? '' : ` (skipped: ${why})`}`,
  async () => {
    const { fleet, state } = onSmallDisk();
    execFileSync('mount', ['-o', 'remount,ro', state]);
    const refused = await ended(fleet);
    expect(refused).toMatchObject({ run: null, ok: false, exitCode: 1, hosts: {} });
    expect(refused.summary).toMatch(/the file system is read-only/);
    execFileSync('mount', ['-o', 'remount,rw', state]);
    expect(await ended(fleet)).toMatchObject({ ok: true, exitCode: 0 });
  },
);
