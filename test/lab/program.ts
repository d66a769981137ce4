import { spawn } from 'node:child_process';
import { enterArguments, inGroup, run } from './enter.ts';
import type { MachineName } from './machines.ts';
import { childrenOf, kill } from './processes.ts';
import { asUser, type User } from './users.ts';

/** Where the built program is seen on the workstation; another folder of the project when NIXUP_LAB_BUILD names one. */
const built = `/opt/nixup/${process.env['NIXUP_LAB_BUILD'] ?? 'dist'}/cli.js`;
const node = '/opt/nixup/node_modules/.bin/node';

export const flakeFolder = '/root/fleet';

/** The words that start the built program on the workstation. */
export const programWords = (words: readonly string[]): readonly string[] => [
  node,
  built,
  ...words,
];

// biome-ignore lint/suspicious/noExplicitAny: answers of the program are asserted, not typed
export type Answer = any;

export interface Ended {
  /** 128 + n when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of stdout that is JSON, in order. */
  readonly events: readonly Answer[];
  /** The last of them. */
  readonly result: Answer;
}

export interface ProgramOptions {
  /** Where it runs; the workstation when not said. */
  readonly machine?: MachineName;
  readonly folder?: string;
  /** Who runs it; root when not said. */
  readonly user?: User;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** The control group in which it runs. */
  readonly group?: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves with the first event that matches, also one of the past; rejects when the program ends without. */
  readonly event: (matches: (event: Answer) => boolean) => Promise<Answer>;
  /** SIGKILL to nixup itself, as the out-of-memory killer would: its children are not told. */
  readonly kill: () => void;
}

const parseLine = (line: string): Answer => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Starts the built program, on the workstation unless another machine is named, in the folder of the flake, without a terminal. */
export function start(words: readonly string[], options: ProgramOptions = {}): Running {
  const folder = options.folder ?? flakeFolder;
  const { file, args } = enterArguments(
    options.machine ?? 'workstation',
    asUser(options.user ?? 'root', ['/usr/bin/env', '-C', folder, ...programWords(words)]),
    { TERM: 'dumb', ...options.env },
  );
  const [first, ...more] = inGroup(options.group, [file, ...args]);
  const child = spawn(first ?? file, more, { stdio: ['ignore', 'pipe', 'pipe'] });
  const events: Answer[] = [];
  const waiting = new Set<(event: Answer) => void>();
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const event of lines.map(parseLine).filter((one) => one !== undefined)) {
      events.push(event);
      for (const tell of [...waiting]) tell(event);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => killProgram(), options.timeoutMs ?? 240_000);
  // nsenter forks when it enters another process namespace, and dies as its child did.
  const killProgram = (): void => {
    if (child.pid !== undefined) for (const pid of childrenOf(child.pid)) kill(pid);
  };
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        exitCode: code ?? (signal === 'SIGKILL' ? 137 : 128),
        stdout,
        stderr,
        events,
        result: events.at(-1) ?? parseLine(stdout),
      });
    });
  });
  return {
    ended,
    kill: killProgram,
    event: (matches) =>
      new Promise((resolve, reject) => {
        const past = events.find(matches);
        if (past !== undefined) return resolve(past);
        const tell = (event: Answer): void => {
          if (!matches(event)) return;
          waiting.delete(tell);
          resolve(event);
        };
        waiting.add(tell);
        ended.then(
          (end) => reject(new Error(`nixup ended with ${end.exitCode} before that\n${end.stderr}`)),
          reject,
        );
      }),
  };
}

/** Runs the built program on the workstation to its end. */
export const nixup = (words: readonly string[], options: ProgramOptions = {}): Promise<Ended> =>
  start(words, options).ended;

/** Runs a script in the flake's folder on the workstation; its output without the last line break. */
export async function inFlake(script: string): Promise<string> {
  const done = await run('workstation', `set -eu; cd ${flakeFolder}; ${script}`);
  if (done.exitCode !== 0)
    throw new Error(
      `${script.slice(0, 200)} ended with ${done.exitCode}:\n${done.stdout}${done.stderr}`,
    );
  return done.stdout.trimEnd();
}

/** A search path on the workstation with everything that Debian brought but one program, and what belongs to it. */
export async function pathWithout(program: string): Promise<string> {
  const folder = `/tmp/without-${program}`;
  const done = await run(
    'workstation',
    `set -eu; rm -rf ${folder}; mkdir ${folder}
     for file in /usr/bin/*; do case "$file" in */${program}|*/${program}-*) ;; *) ln -s "$file" ${folder}/;; esac; done`,
  );
  if (done.exitCode !== 0) throw new Error(done.stderr);
  return folder;
}
