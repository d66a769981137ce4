import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  flakeText,
  type JobsFate,
  probeAnswer,
  standInEvalJobs,
  standInNix,
  standInSsh,
  tellingProgram,
} from './stand-ins.ts';

/**
 * How a host answers:
 * - `good`: after 20 ms
 * - `late`: after this many seconds
 * - `mute`: no answer to the connection, as of a machine that is off
 * - `unknown-key`: its host key is in no known_hosts
 * - `hangs`: takes the connection and says nothing
 */
export type ScaleFate =
  | { readonly kind: 'good' | 'mute' | 'unknown-key' | 'hangs' }
  | { readonly kind: 'late'; readonly seconds: number };

export interface ScaleOptions {
  readonly count: number;
  /** Steps of the Nix language that each system costs; 10,000 take about 5 ms. */
  readonly weight?: number;
  /** Text of nixup.toml. */
  readonly config?: string;
  /** These fail to evaluate, each with words of its own. */
  readonly broken?: readonly string[];
  /** Hosts with names of their own, besides the counted ones. */
  readonly besides?: readonly string[];
  /** A stand-in of nix-eval-jobs is installed. */
  readonly jobs?: boolean;
  /** Other programs whose calls are told too. */
  readonly counted?: readonly string[];
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  /** The most memory that the program itself held, bytes. */
  readonly peakBytes: number;
}

/**
 * A fleet of any size on one machine: a real repository with a flake of small hosts, the real Nix
 * with a store of its own, and an `ssh` that answers as such a host does.
 */
export interface ScaleFleet {
  readonly folder: string;
  readonly flake: string;
  readonly hosts: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The calls of `ssh`, `nix` and the counted programs since the last `forgetCalls`, a line each. */
  calls(): readonly string[];
  forgetCalls(): void;
  setFate(hosts: readonly string[], fate: ScaleFate): void;
  setJobsFate(fate: JobsFate): void;
  /** What earlier starts remembered is gone. */
  forgetStarts(): void;
  /** Evaluates what every host should run by one call of Nix, and has them run it. */
  deployAll(): void;
  git(...args: readonly string[]): string;
  /** Runs a program in the folder of the flake. */
  run(words: readonly string[], options?: { readonly timeoutMs?: number }): Promise<Ended>;
  [Symbol.dispose](): void;
}

const findProgram = (name: string): string =>
  execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();

const noInputs = '{"nodes":{"root":{}},"root":"root","version":7}\n';

const notBuilt = (host: string): string =>
  `/nix/store/${'0'.repeat(32)}-nixos-system-${host}-25.11`;

/** One evaluation that maps over all hosts, as a shell script would ask. */
export const evaluateAllWords = (
  flake: string,
  besides: readonly string[] = [],
): readonly string[] => [
  'nix',
  'eval',
  '--extra-experimental-features',
  'nix-command flakes',
  '--json',
  '--no-update-lock-file',
  '--no-eval-cache',
  '--apply',
  `hosts: builtins.mapAttrs (_: host: host.config.system.build.toplevel.outPath) (removeAttrs hosts [ ${besides.map((host) => `"${host}"`).join(' ')} ])`,
  '--',
  `${flake}#nixosConfigurations`,
];

const environmentOf = (folder: string): Readonly<Record<string, string>> => ({
  PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: join(folder, 'home'),
  XDG_STATE_HOME: join(folder, 'home/state'),
  XDG_CACHE_HOME: join(folder, 'home/cache'),
  XDG_CONFIG_HOME: join(folder, 'home/config'),
  XDG_RUNTIME_DIR: join(folder, 'run'),
  NIX_REMOTE: join(folder, 'nix'),
  NIX_CONF_DIR: join(folder, 'conf'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  TERM: 'xterm-256color',
});

const writePrograms = (
  folder: string,
  { counted = [], jobs = false }: Pick<ScaleOptions, 'counted' | 'jobs'>,
): void => {
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, 'bin', name), text);
    chmodSync(join(folder, 'bin', name), 0o755);
  };
  write('ssh', standInSsh(folder));
  write('nix', standInNix(folder, findProgram('nix')));
  if (jobs) write('nix-eval-jobs', standInEvalJobs(folder, findProgram('nix')));
  for (const name of ['nix-store', ...counted])
    write(name, tellingProgram(folder, name, findProgram(name)));
};

/** The most that a process held so far, by `/proc/PID/status` (proc(5)). */
const peakOf = (processId: number): number => {
  try {
    const text = readFileSync(`/proc/${processId}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

const runIn = (
  fleet: Pick<ScaleFleet, 'flake' | 'environment'>,
  words: readonly string[],
  timeoutMs: number,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = words;
    const started = performance.now();
    const child = spawn(file, args, {
      cwd: fleet.flake,
      env: fleet.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let peakBytes = 0;
    const look = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0));
    }, 100);
    const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const said = { stdout: '', stderr: '' };
    for (const from of ['stdout', 'stderr'] as const)
      child[from].setEncoding('utf8').on('data', (text: string) => {
        said[from] += text;
      });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(limit);
      clearInterval(look);
      resolve({ exitCode, ...said, tookMs: performance.now() - started, peakBytes });
    });
  });

// Over 60 lines: what the parts of a fleet share is its folder.
/** Needs Nix and git on this machine. */
export const scaleFleet = (options: ScaleOptions): ScaleFleet => {
  const { count, weight = 1_000, broken = [], besides = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'nixup-scale-'));
  const flake = join(folder, 'fleet');
  for (const name of ['bin', 'home', 'run', 'conf', 'fates', 'answers', 'fleet'])
    mkdirSync(join(folder, name), { mode: 0o700 });
  writePrograms(folder, options);
  writeFileSync(join(folder, 'calls'), '');
  writeFileSync(
    join(folder, 'conf/nix.conf'),
    'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\n',
  );
  const environment = environmentOf(folder);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: flake, env: environment, encoding: 'utf8', stdio: 'pipe' });
  const counted = Array.from({ length: count }, (_, index) => `host${index + 1}`);
  const hosts = [...counted, ...besides];
  const answer = (host: string, toplevel: string): void =>
    writeFileSync(join(folder, 'answers', host), probeAnswer(host, toplevel));
  writeFileSync(join(flake, 'flake.nix'), flakeText(weight));
  writeFileSync(join(flake, 'flake.lock'), noInputs);
  writeFileSync(
    join(flake, 'hosts.json'),
    `${JSON.stringify(hosts.map((name) => ({ name, broken: broken.includes(name) })))}\n`,
  );
  if (options.config !== undefined) writeFileSync(join(flake, 'nixup.toml'), options.config);
  git('init', '--quiet', '--initial-branch=main', '.');
  git('add', '--all');
  git('commit', '--quiet', '--message=start');
  for (const host of hosts) answer(host, notBuilt(host));
  return {
    folder,
    flake,
    hosts,
    environment,
    git,
    calls: () =>
      readFileSync(join(folder, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    forgetCalls: () => writeFileSync(join(folder, 'calls'), ''),
    setFate: (named, fate) => {
      for (const host of named)
        if (fate.kind === 'good') rmSync(join(folder, 'fates', host), { force: true });
        else
          writeFileSync(
            join(folder, 'fates', host),
            `${fate.kind} ${fate.kind === 'late' ? fate.seconds : 0}\n`,
          );
    },
    setJobsFate: (fate) => writeFileSync(join(folder, 'jobs'), JSON.stringify(fate)),
    forgetStarts: () => {
      for (const gone of ['home', 'run'])
        rmSync(join(folder, gone), { recursive: true, force: true });
      for (const made of ['home', 'run']) mkdirSync(join(folder, made), { mode: 0o700 });
      rmSync(join(flake, '.git/nixup'), { recursive: true, force: true });
    },
    deployAll: () => {
      const [file = '', ...args] = evaluateAllWords(flake, broken);
      const found: Record<string, string> = JSON.parse(
        execFileSync(file, args, { env: environment, encoding: 'utf8', stdio: 'pipe' }),
      );
      for (const [host, toplevel] of Object.entries(found)) answer(host, toplevel);
    },
    run: (words, { timeoutMs = 600_000 } = {}) => runIn({ flake, environment }, words, timeoutMs),
    [Symbol.dispose]: () => {
      // A store makes its paths read-only.
      if (existsSync(join(folder, 'nix'))) execFileSync('chmod', ['-R', 'u+w', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
