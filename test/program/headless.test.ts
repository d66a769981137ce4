import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentFaults } from '../support/document-faults.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-program-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        XDG_CACHE_HOME: path.join(folder, 'cache'),
        XDG_STATE_HOME: path.join(folder, 'state'),
        ...options.env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../package.json'), 'utf8'),
  );
  expect(await run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

const shell = (script: string): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script, process.execPath, program], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CACHE_HOME: path.join(folder, 'cache') },
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout: '', stderr }));
  });

test.each([
  '--version',
  '--help',
  'completions bash',
])('an answer that finds no room is missed with 1, and one that nobody reads is not: %s', async (words) => {
  const full = await shell(`"$0" "$1" ${words} > /dev/full`);
  expect(full.status).toBe(1);
  expect(full.stderr).toMatch(/^The answer could not be written: .*ENOSPC.*\n$/);
  const closed = await shell(`{ "$0" "$1" ${words}; echo "status $?" >&2; } | true`);
  expect(closed.stderr).toBe('status 0\n');
});

test('--help names the commands, without Ink', async () => {
  // `fetch` and WebAssembly are what loading Yoga needs first.
  const refusing = path.join(folder, 'refuse.mjs');
  await writeFile(
    refusing,
    "WebAssembly.instantiate = () => { throw new Error('Ink was loaded'); };\n",
  );
  const helped = await run(['--help'], { env: { NODE_OPTIONS: `--import ${refusing}` } });
  expect([helped.status, helped.stderr]).toEqual([0, '']);
  expect(helped.stdout).toContain('nixup rollback [HOST…]');
});

test('an unknown command is status 2, with the nearest one', async () => {
  expect(await run(['stauts'])).toEqual({
    status: 2,
    stdout: '',
    stderr: 'There is no command "stauts". Did you mean status?\nSee: nixup --help\n',
  });
});

test('outside of a flake nixup says where to go, status 2', async () => {
  const ended = await run([]);
  expect([ended.status, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr).toContain('nixup --flake PATH');
});

test('without a terminal the demo plays the whole runbook in plain text, status 0', async () => {
  const ended = await run(['demo']);
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  const chapters = ended.stdout.split('\n').filter((line) => line.startsWith('$ '));
  expect(chapters).toEqual([
    '$ nixup status',
    '$ nixup check',
    '$ nixup update',
    '$ nixup test',
    '$ nixup revert musnix',
    '$ nixup test',
    '$ nixup deploy --yes',
    '$ nixup verify',
    '$ nixup commit --push',
    '$ nixup status',
  ]);
  expect(ended.stdout).toMatch(/^studio +failed/m);
  expect(ended.stdout).toMatch(/^nas +rolled back/m);
  expect(ended.stdout).toMatch(/^samsung +pending/m);
  expect(ended.stdout).toContain('holds exactly the tested tree');
  expect(ended.stdout).toContain(
    'nixup run would not commit now, because nas was rolled back. A person may',
  );
  expect(ended.stdout).not.toContain('\u001b');
});

test('a dumb terminal gets the same plain text, no screen', async () => {
  const child = spawnInTerminal(process.execPath, [program, 'demo'], {
    cwd: folder,
    cols: 120,
    rows: 36,
    env: {
      ...process.env,
      TERM: 'dumb',
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_STATE_HOME: path.join(folder, 'state'),
    },
  });
  let text = '';
  child.onData((data) => {
    text += data;
  });
  const status = await new Promise<number>((resolve) =>
    child.onExit(({ exitCode }) => resolve(exitCode)),
  );
  expect(status).toBe(0);
  expect(text).toContain('$ nixup commit --push');
  expect(text).not.toContain('\u001b');
});

interface PlayedEvent {
  readonly type: string;
  readonly goal?: string;
  readonly run?: string;
  readonly build?: { readonly fetched: number };
}

test('demo --json plays it as events, one a line, the result last', async () => {
  const ended = await run(['demo', '--json']);
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line): PlayedEvent => JSON.parse(line));
  const types = new Set(events.map(({ type }) => type));
  for (const type of ['run-started', 'progress', 'intended', 'achieved'])
    expect(types).toContain(type);
  expect(events.filter(({ type }) => type === 'result')).toEqual([
    expect.objectContaining({
      // As the process ends: the play went to its end.
      ok: true,
      exitCode: ended.status,
      hosts: expect.objectContaining({
        razer: expect.objectContaining({ status: 'succeeded' }),
        nas: expect.objectContaining({ status: 'rolledBack' }),
        samsung: expect.objectContaining({ status: 'pending' }),
      }),
    }),
  ]);
  expect(events.at(-1)?.type).toBe('result');
  // Of all its runs the one that deployed, and what all its tests fetched.
  expect(events.at(-1)).toMatchObject({
    run: events.find(({ type, goal }) => type === 'run-started' && goal === 'deploy')?.run,
    build: { failed: 0 },
  });
  expect(events.at(-1)?.build?.fetched).toBeGreaterThan(0);
});

test('a reader that goes away ends nothing with noise', async () => {
  const ended = await new Promise<Ended>((resolve, reject) => {
    const child = spawn(
      'sh',
      [
        '-c',
        `"$1" "$2" demo 2>"$3" | head -n 1; echo done`,
        'sh',
        process.execPath,
        program,
        path.join(folder, 'err'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr: '' }));
  });
  expect(ended.stdout).toMatch(/^This is the demo.*\ndone\n$/);
  expect(await readFile(path.join(folder, 'err'), 'utf8')).toBe('');
});

test('diff compares two files without Nix on PATH', async () => {
  const lock = (revision: string, at: number): string =>
    JSON.stringify({
      version: 7,
      root: 'root',
      nodes: {
        root: { inputs: { nixpkgs: 'nixpkgs' } },
        nixpkgs: {
          locked: {
            type: 'github',
            owner: 'NixOS',
            repo: 'nixpkgs',
            rev: revision.repeat(40),
            lastModified: at,
            narHash: `sha256-${'A'.repeat(43)}=`,
          },
          original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: 'nixos-unstable' },
        },
      },
    });
  await writeFile(path.join(folder, 'old.lock'), lock('a', 1_764_000_000));
  await writeFile(path.join(folder, 'new.lock'), lock('b', 1_764_604_800));
  const ended = await run(['diff', 'old.lock', 'new.lock', '--json'], {
    env: { PATH: '/nowhere' },
  });
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    version: 1,
    old: 'old.lock',
    new: 'new.lock',
    changes: [{ path: 'nixpkgs', kind: 'updated', lockedChanged: true, days: 7 }],
    summary: { updated: 1 },
  });
});

test('a config that is wrong is status 2, with file and line; with --json a run still ends with a result', async () => {
  const flake = path.join(folder, 'fleet');
  await rm(flake, { recursive: true, force: true });
  await mkdir(flake);
  await writeFile(path.join(flake, 'flake.nix'), '{ outputs = _: {}; }\n');
  await writeFile(path.join(flake, 'nixup.toml'), '[fleet]\nsoka = "2m"\n');
  const asked = await run(['status'], { cwd: flake });
  expect([asked.status, asked.stdout]).toEqual([2, '']);
  expect(asked.stderr).toMatch(/nixup\.toml, line 2.*\n.*soak/);
  const ran = await run(['deploy', '--json', '--yes'], { cwd: flake });
  expect(ran.status).toBe(2);
  expect(JSON.parse(ran.stdout)).toMatchObject({ type: 'result', ok: false, exitCode: 2 });
});

/** Mounting a small disk of its own, away from the rest of the machine, needs root and unshare(1). */
const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', os.tmpdir()]).status === 0;

test.skipIf(!canMount).each([
  ['revert', 'nixpkgs'],
  ['hold', 'nixpkgs', '--reason', 'x'],
])(
  'with a full disk for its state %s changes nothing, and names the disk (root only: it mounts one)',
  async (...words) => {
    const flake = path.join(folder, `full-${words[0]}`);
    const state = path.join(flake, 'state');
    await mkdir(state, { recursive: true });
    const lockOf = (revision: string): string =>
      JSON.stringify({
        version: 7,
        root: 'root',
        nodes: {
          root: { inputs: { nixpkgs: 'nixpkgs' } },
          nixpkgs: {
            locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev: revision.repeat(40) },
            original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs' },
          },
        },
      });
    const git = (...args: readonly string[]): void => {
      const names = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org'];
      spawnSync('git', ['-C', flake, ...names, ...args], { stdio: 'ignore' });
    };
    await writeFile(path.join(flake, 'flake.nix'), '{ }\n');
    await writeFile(path.join(flake, 'flake.lock'), lockOf('a'));
    git('init', '--quiet');
    git('add', 'flake.nix', 'flake.lock');
    git('commit', '--quiet', '--message', 'first');
    await writeFile(path.join(flake, 'flake.lock'), lockOf('b'));
    const script = [
      `mount -t tmpfs -o size=64k tmpfs '${state}'`,
      `{ head -c 100000 /dev/zero > '${state}/fill'; } 2>/dev/null`,
      'exec "$@"',
    ].join('; ');
    const ended = await new Promise<Ended>((resolve) => {
      const child = spawn(
        'unshare',
        ['--mount', 'sh', '-c', script, 'sh', process.execPath, program, ...words],
        { cwd: flake, env: { ...process.env, XDG_STATE_HOME: state } },
      );
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => {
        stdout += data;
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data;
      });
      child.on('close', (status) => resolve({ status, stdout, stderr }));
    });
    expect(ended.status).toBe(1);
    expect(ended.stdout + ended.stderr).toMatch(/no space left on the disk.*df -h/s);
    expect(await readFile(path.join(flake, 'flake.lock'), 'utf8')).toBe(lockOf('b'));
    await expect(readFile(path.join(flake, 'nixup.toml'))).rejects.toThrow('ENOENT');
  },
);

/** Ends the program as soon as its first file runs: a module that is loaded before it waits for the handler. */
const endedEarly = async (words: readonly string[], signal: NodeJS.Signals) => {
  const ending = path.join(folder, 'end-early.mjs');
  await writeFile(
    ending,
    `const { on } = process;
process.on = (name, handler) => {
  on.call(process, name, handler);
  if (name === 'SIGHUP') {
    process.on = on;
    process.kill(process.pid, '${signal}');
  }
  return process;
};
`,
  );
  return await run(words, { env: { NODE_OPTIONS: `--import ${ending}` } });
};

test.each([
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
] as const)('a program that %s ends before it is read says so, with its document and 130', async (signal) => {
  const asked = await endedEarly(['run', '--yes', '--json'], signal);
  expect(asked.status).toBe(130);
  // Its words may be those of the first file, or of the console that is there by then.
  expect(asked.stderr).toMatch(/^Canceled: run/m);
  const [line = ''] = asked.stdout.split('\n');
  expect(documentFaults('run --json', [JSON.parse(line)])).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ type: 'result', ok: false, exitCode: 130 });
  const question = await endedEarly(['status', '--json'], signal);
  expect(question.status).toBe(130);
  expect(documentFaults('status --json', [JSON.parse(question.stdout)])).toEqual([]);
  const plain = await endedEarly(['verify'], signal);
  expect([plain.status, plain.stdout === '']).toEqual([130, true]);
  expect(plain.stderr).toMatch(/^Canceled: verify/m);
});

test.each([
  'history',
  'status',
  'run',
])('nixup %s in a folder that somebody removed says so in words, and begins nothing', (command) => {
  const script = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"`;
  const ended = spawnSync('sh', ['-c', script, process.execPath, program, command, '--json'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: path.join(folder, 'state') },
  });
  expect(ended.status).toBe(2);
  expect(ended.stderr.split('\n')[0]).toBe(
    `The folder that nixup was started in is gone: ${path.join(folder, 'gone')}.`,
  );
  expect(documentFaults(`${command} --json`, [JSON.parse(ended.stdout)])).toEqual([]);
});
