import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { openFleetMemory } from '../source/engine/records/fleet-memory.ts';
import type { RememberedHost } from '../source/model/remembered/host.ts';
import { createFiles } from '../source/services/world/files.ts';
import { createProcessWorld } from '../source/services/world/process-world.ts';
import { stateFolder } from '../source/services/world/state-folder.ts';
import { median } from './scale/row.ts';

/**
 * From the start of the program to what a person looks for, next to a bare write of Node and, where
 * it must be asked, to `nix eval` of the names; all of them in turns in the same run.
 */
const runs = 15;

const scratch = mkdtempSync(path.join(os.tmpdir(), 'nixup-bench-start-'));
const program = path.join(import.meta.dirname, '../dist/cli.js');
const bin = path.join(scratch, 'bin');
const state = path.join(scratch, 'state');

/** Nix that answers with four names after the time that a small flake takes, and then no more. */
const nixMs = 400;
const namesScript = `#!/bin/sh\ncase "$*" in *attrNames*) sleep ${nixMs / 1_000}; echo '["host0","host1","host2","host3"]' ;; *) sleep 600 ;; esac\n`;

const environment = (home: string): Record<string, string> => ({
  PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  HOME: scratch,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  XDG_CACHE_HOME: path.join(scratch, 'cache'),
  XDG_STATE_HOME: home,
});

const begin = (args: readonly string[], cwd: string, home: string): IPty =>
  spawn(process.execPath, [...args], { cols: 120, rows: 40, cwd, env: environment(home) });

/** Milliseconds from the start of a process to the first output that has the text. */
const timeUntil = (
  args: readonly string[],
  shown: string,
  cwd = scratch,
  home = state,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = begin(args, cwd, home);
    let output = '';
    let took: number | null = null;
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`no ${shown} within 20 s`));
    }, 20_000);
    child.onData((data) => {
      output += data;
      if (took !== null || !output.includes(shown)) return;
      took = performance.now() - started;
      clearTimeout(limit);
      child.kill('SIGKILL');
    });
    child.onExit(() => resolve(took ?? Number.NaN));
  });

const makeFlake = (name: string): string => {
  const flake = path.join(scratch, name);
  mkdirSync(flake);
  writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', '.'], { cwd: flake });
  return flake;
};

const hostOf = (index: number, at: number): RememberedHost => ({
  known: 'remembered',
  name: `host${index}`,
  address: `host${index}.example.org`,
  here: false,
  tags: ['server', `rack${index % 10}`],
  policy: 'auto',
  role: 'deployable',
  answer: {
    at,
    generation: { number: 100 + (index % 50), at },
    revision: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2',
    nixosVersion: '26.05.20261101.abc',
    kernel: '6.18.19',
    failed: index % 17 === 0 ? ['nginx'] : [],
    down: [],
    critical: 2,
  },
  standing: {
    at,
    position: index % 3 === 0 ? { kind: 'current' } : { kind: 'stale', commitsBehind: 3 },
    changes: '12 packages',
    waits: null,
  },
});

/** A flake whose hosts an earlier start has asked. */
const known = async (count: number): Promise<string> => {
  const flake = makeFlake(`known-${count}`);
  const world = createProcessWorld();
  const folders = { ...world.folders, state: path.join(state, 'nixup') };
  const at = Date.now() - 5 * 3_600_000;
  const memory = openFleetMemory(
    { ...world, files: createFiles() },
    stateFolder({ folders }, flake),
    (_path, what) => {
      throw new Error(what);
    },
  );
  await memory.keep({
    flake,
    head: 'ref: refs/heads/main',
    listedAt: at,
    hosts: Array.from({ length: count }, (_, index) => hostOf(index, at)),
    lock: { at, changed: 3, alarms: 1, headline: null },
    board: null,
  });
  return flake;
};

/** A whole start and end, as on a person's machine: the compile cache is written at the end. */
const warmUp = (): Promise<void> =>
  new Promise((resolve) => {
    const child = begin([program, 'demo'], scratch, state);
    let output = '';
    child.onData((data) => {
      output += data;
      if (/\d+ hosts/.test(output)) child.write('q');
    });
    child.onExit(() => resolve());
  });

const names = (flake: string): Promise<number> =>
  timeUntil(
    [
      '-e',
      `require('child_process').execFileSync('nix', ['eval', '--apply', 'builtins.attrNames'], {stdio: ['ignore', 1, 2]})`,
    ],
    'host3',
    flake,
  );

mkdirSync(bin);
writeFileSync(path.join(bin, 'nix'), namesScript);
chmodSync(path.join(bin, 'nix'), 0o755);
const [four, thousand, fresh] = [await known(4), await known(1_000), makeFlake('fresh')];
await warmUp();

const rows = {
  bare: () => timeUntil(['-e', "process.stdout.write('ready');setInterval(()=>{},1000)"], 'ready'),
  four: () => timeUntil([program], 'host3', four),
  thousand: () => timeUntil([program], 'host4', thousand),
  skeleton: (run: number) =>
    timeUntil([program], 'actions', fresh, path.join(scratch, `first-${run}`)),
  names: (run: number) => timeUntil([program], 'host3', fresh, path.join(scratch, `names-${run}`)),
  nix: () => names(fresh),
};
type Row = keyof typeof rows;
const times: Record<Row, number[]> = {
  bare: [],
  four: [],
  thousand: [],
  skeleton: [],
  names: [],
  nix: [],
};
const load = (): string => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
const before = load();
for (let run = 0; run < runs; run += 1)
  for (const [row, measure] of Object.entries(rows) as [Row, (run: number) => Promise<number>][])
    times[row].push(await measure(run));
rmSync(scratch, { recursive: true, force: true });

let failed = 0;
const tell = (what: string, row: Row, against: Row, most: number): void => {
  const share = median(times[row]) / median(times[against]);
  if (share > most) failed += 1;
  process.stdout.write(
    `${what.padEnd(44)} ${median(times[row]).toFixed(0).padStart(5)} ms   ${share.toFixed(2)} times ${against === 'bare' ? 'the bare write' : 'nix eval of the names'} (at most ${most})\n`,
  );
};
process.stdout.write(
  `bare write ${median(times.bare).toFixed(0)} ms, nix eval of the names ${median(times.nix).toFixed(0)} ms (a stand-in), load ${before} before and ${load()} after\n`,
);
tell('four known hosts, names', 'four', 'bare', 4);
tell('a thousand known hosts, names', 'thousand', 'bare', 6);
tell('first start ever, skeleton', 'skeleton', 'bare', 2);
tell('first start ever, names', 'names', 'nix', 1.3);
process.stdout.write(`median of ${runs} runs each in turns, Node ${process.version}, 120x40\n`);
process.exitCode = failed === 0 ? 0 : 1;
