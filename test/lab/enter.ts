import { type Result, runLocally } from './local-command.ts';
import { type MachineName, machines } from './machines.ts';
import { childrenOf, isAlive, keepingOf } from './processes.ts';

export type RunOptions = {
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The control group in which it runs. */
  readonly group?: string;
};

/** Process id, on this machine, of the first process of the booted machine. */
export function leader(name: MachineName): number | undefined {
  return keepingOf(machines[name].root).containers.flatMap(childrenOf).find(isAlive);
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How to run a program inside a machine from here; under a pseudo-terminal too. */
export function enterArguments(
  name: MachineName,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly file: string; readonly args: readonly string[] } {
  const first = leader(name);
  if (first === undefined) throw new Error(`${name} is not running`);
  const variables = Object.entries({
    HOME: '/root',
    USER: 'root',
    LOGNAME: 'root',
    PATH: searchPath,
    LANG: 'C.UTF-8',
    TERM: process.env['TERM'] ?? 'xterm-256color',
    ...env,
  }).map(([key, value]) => `${key}=${value}`);
  return {
    file: 'nsenter',
    args: [
      '-t',
      String(first),
      '-a',
      '--',
      '/usr/bin/env',
      '-i',
      '-C',
      '/root',
      ...variables,
      ...argv,
    ],
  };
}

/** The words that run a program in a control group; all that it starts stays in it. */
export const inGroup = (group: string | undefined, words: readonly string[]): readonly string[] =>
  group === undefined
    ? words
    : ['/bin/sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', group, ...words];

/** Runs a shell script in a machine. Status 255 with a message when the machine is not running. */
export async function run(
  name: MachineName,
  script: string,
  options: RunOptions = {},
): Promise<Result> {
  if (leader(name) === undefined)
    return { exitCode: 255, stdout: '', stderr: `${name} is not running` };
  const { file, args } = enterArguments(name, ['/bin/bash', '-c', script], options.env);
  const [first, ...more] = inGroup(options.group, [file, ...args]);
  return runLocally(first ?? file, more, {
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

/** As run, for steps of the lab itself: throws when the script fails. */
export async function mustRunIn(
  name: MachineName,
  script: string,
  options: RunOptions = {},
): Promise<string> {
  const result = await run(name, `set -eu; ${script}`, options);
  if (result.exitCode !== 0)
    throw new Error(
      `on ${name}: ${script.slice(0, 200)} ended with ${result.exitCode}:\n${result.stdout}${result.stderr}`,
    );
  return result.stdout;
}
