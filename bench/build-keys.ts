import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { makeStream } from '../test/support/nix-stream.ts';

/**
 * How fast the screen answers keys while four hosts are built by a stand-in
 * Nix that says 200,000 lines a host as fast as it is read, next to the same
 * keys while nothing is built. By the clock, and by the time on a processor
 * from the read of the key to the write of its answer: on an idle machine both
 * are much the same, on a busy one only the second says something about the
 * program.
 */
const hosts = ['alpha', 'bravo', 'delta', 'gamma'];
const presses = 40;
const goalMs = 50;

const root = path.join(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'nixup-keys-'));
const flake = path.join(scratch, 'flake');
const bin = path.join(scratch, 'bin');
mkdirSync(flake);
mkdirSync(bin);
const stream = path.join(scratch, 'stream');
writeFileSync(stream, `${makeStream(200_000).lines.join('\n')}\n`);
writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
writeFileSync(path.join(flake, 'flake.lock'), '{"nodes":{"root":{}},"root":"root","version":7}\n');
const described = hosts.map((name) => [
  name,
  { system: 'x86_64-linux', hostName: name, hasToplevel: true, image: null },
]);
writeFileSync(
  path.join(bin, 'nix'),
  `#!/bin/sh
all="$*"
case "$all" in
  *--version*) echo 'nix (Nix) 2.34.1' ;;
  *'config show'*) echo '{"system":{"value":"x86_64-linux"},"experimental-features":{"value":["nix-command","flakes"]}}' ;;
  eval*builtins.attrNames*) echo '${JSON.stringify(hosts)}' ;;
  eval*describe*) cat <<'JSON'
${JSON.stringify(Object.fromEntries(described))}
JSON
  ;;
  eval*)
    name=$(expr "$all" : '.*nixosConfigurations."\\([a-z]*\\)"')
    echo "{\\"derivation\\":\\"/nix/store/$name.drv\\",\\"toplevel\\":\\"/nix/store/$name\\"}" ;;
  build*--dry-run*) ;;
  build*) while :; do cat '${stream}' >&2; done ;;
  *) exit 1 ;;
esac
`,
);
for (const name of ['ssh', 'nix-instantiate'])
  writeFileSync(path.join(bin, name), `#!/bin/sh\nexit ${name === 'ssh' ? 255 : 0}\n`);
for (const name of ['nix', 'ssh', 'nix-instantiate']) chmodSync(path.join(bin, name), 0o755);
const git = (...words: readonly string[]): void => {
  execFileSync('git', [
    '-C',
    flake,
    '-c',
    'user.name=b',
    '-c',
    'user.email=b@example.org',
    ...words,
  ]);
};
git('init', '-q');
git('add', '--all');
git('commit', '-q', '-m', 'Begin');

const terminal = new headless.Terminal({ cols: 120, rows: 36, allowProposedApi: true });
const times = path.join(scratch, 'times');
const keyTimes = `--import=${path.join(import.meta.dirname, 'key-times.ts')}`;
const child = spawn(process.execPath, [keyTimes, path.join(root, 'dist/cli.js')], {
  cols: 120,
  rows: 36,
  cwd: flake,
  env: {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: scratch,
    TERM: 'xterm-256color',
    NIXUP_KEY_TIMES: times,
    NIXUP_KEY_WORDS: '{"4":"Build","6":"Log"}',
    XDG_CACHE_HOME: path.join(scratch, 'cache'),
    XDG_STATE_HOME: path.join(scratch, 'state'),
  },
});

const text = (): string => {
  const buffer = terminal.buffer.active;
  return Array.from(
    { length: terminal.rows },
    (_, row) => buffer.getLine(row)?.translateToString(true) ?? '',
  ).join('\n');
};

let waiting: { readonly holds: () => boolean; readonly done: () => void } | undefined;
child.onData((data) => {
  terminal.write(data, () => {
    if (waiting?.holds() !== true) return;
    const { done } = waiting;
    waiting = undefined;
    done();
  });
});

/** Milliseconds until the screen fulfils a condition. */
const until = (what: string, holds: () => boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const limit = setTimeout(
      () => reject(new Error(`the screen never showed ${what}:\n${text()}`)),
      60_000,
    );
    waiting = {
      holds,
      done: () => {
        clearTimeout(limit);
        resolve(performance.now() - began);
      },
    };
    if (holds()) {
      const { done } = waiting;
      waiting = undefined;
      done();
    }
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds on the processor of the answers so far. */
const processorTimes = (): readonly number[] =>
  readFileSync(times, 'utf8').trim().split('\n').map(Number);

interface Answers {
  readonly wall: readonly number[];
  readonly processor: readonly number[];
}

const title = (): string => text().split('\n')[5] ?? '';

/** Leaves the view of the build and comes back again and again; how long each took to show. */
const measure = async (): Promise<Answers> => {
  const wall: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    const leaves = press % 2 === 0;
    // At moments that have nothing to do with those of the frames.
    await pause(60 + ((press * 37) % 90));
    child.write(leaves ? '6' : '4');
    wall.push(
      await until(leaves ? 'the log' : 'the build', () =>
        title().startsWith(leaves ? ' Log' : ' Build'),
      ),
    );
  }
  return { wall, processor: processorTimes().slice(-presses) };
};

const at = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

const say = (name: string, values: readonly number[]): void => {
  const part = (share: number): string => `${Math.round(at(values, share))} ms`.padStart(8);
  process.stdout.write(
    `${name.padEnd(46)}median ${part(0.5)}   95 % ${part(0.95)}   longest ${part(1)}\n`,
  );
};

try {
  await until('the hosts', () => text().includes('gamma'));
  child.write('4');
  await until('the view', () => text().includes('nothing is being built'));
  const idle = await measure();
  child.write('T');
  await until('a build', () => /\d+ building/.test(text()));
  const busy = await measure();
  for (const [name, answers] of [
    ['nothing is built', idle],
    ['4 hosts are built', busy],
  ] as const) {
    say(`keys while ${name}, by the clock`, answers.wall);
    say(`keys while ${name}, on the processor`, answers.processor);
  }
  process.stdout.write(`goal: ${goalMs} ms on the processor for 95 %\n`);
  if (!(at(busy.processor, 0.95) <= goalMs)) process.exitCode = 1;
} finally {
  child.write('\u0003');
  await pause(300);
  child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
process.exit();
