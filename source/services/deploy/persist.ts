import { judgePersistent } from '../../model/deploy/evidence.ts';
import type { Failure } from '../../model/failure.ts';
import type { BootDefault, HostEntry, HostFacts } from '../../model/host/host.ts';
import type { Supervision } from '../../model/host/supervision.ts';
import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readBootDefault } from '../../parsers/boot/loaders.ts';
import { readActivationOutput } from '../../parsers/deploy/activation.ts';
import { readSupervision } from '../../parsers/deploy/supervision.ts';
import { keyedLines, keyedValue, valuesOf } from '../../parsers/keyed-lines.ts';
import { type LastFacts, readFacts } from '../host/probe.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import type { Output, World } from '../world/world.ts';
import type { HostRecord } from './host-record.ts';
import { persistScript } from './persist-script.ts';

const timeoutMs = 5 * 60_000;

/** Tries after a lost connection or a busy lock; the script does nothing twice. */
const attempts = 6;
const betweenAttemptsMs = 3_000;

interface BootsNext {
  /** The number of the profile's generation. */
  readonly generation: number;
  /** Proven, or why it could not be. */
  readonly boot: BootDefault;
}

export interface Persisted extends BootsNext {
  /** Everything, read back after it was done. */
  readonly facts: HostFacts;
  /** What the supervisor said that did it; null where none did. */
  readonly supervision: Supervision | null;
}

export interface PersistOptions {
  /** The activation to confirm: its supervisor sets profile and boot entry, in one act with the decision. */
  readonly supervision?: string | undefined;
  /** What the host keeps of it, where no supervisor writes that. */
  readonly record?: Omit<HostRecord, 'who' | 'to'> | undefined;
  /** Over a connection of its own, where contact was not proven just now. */
  readonly fresh?: boolean | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

const linesOf = (output: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('o '))
    .map((line) => line.slice(2));

const lastWords = (output: string): string | null =>
  linesOf(output).findLast((line) => line.trim() !== '') ?? null;

/** The status of each step that the host took, by its name. */
const stepsOf = (output: string): ReadonlyMap<string, number> =>
  new Map(
    valuesOf(keyedLines(output), 'step')
      .map((value): readonly [string, number] => {
        const [name = '', status] = value.split(' ');
        return [name, Number(status)];
      })
      // The first line about each step counts.
      .toReversed(),
  );

type Steps = ReturnType<typeof stepsOf>;

const spaceWords = (output: string, steps: Steps): string | null => {
  if (!readActivationOutput(linesOf(output)).isDiskFull) return null;
  return (steps.get('boot') ?? 0) > 0
    ? 'there is no space for its boot entries (/boot)'
    : 'there is no space for a new generation of the profile';
};

/** Why the host wrote nothing, or restored what it had written. */
const notConfirmed = (
  { name: host }: HostEntry,
  path: StorePath,
  output: string,
  steps: Steps,
): Failure | null => {
  const undone = readSupervision(output)?.result ?? null;
  if (undone !== null && undone.kind !== 'committed' && undone.kind !== 'kept')
    return {
      code: 'taken-back',
      host,
      result: undone,
      detail: spaceWords(output, steps) ?? lastWords(output),
    };
  if (steps.has('elsewhere'))
    return {
      code: 'activation-unproven',
      host,
      expected: path,
      found: keyedValue(output, 'current'),
    };
  if (output.includes('nixup-persist-end')) return null;
  return steps.has('missing')
    ? {
        code: 'generation-gone',
        host,
        generation: null,
        detail: `${path} is not on the host`,
      }
    : { code: 'persistence-unproven', host, detail: 'its answer has no end' };
};

/** Which of profile and boot entries could not be written. */
const notWritten = ({ name: host }: HostEntry, output: string, steps: Steps): Failure | null => {
  const said = readActivationOutput(linesOf(output));
  const profile = steps.get('profile') ?? 0;
  const boot = steps.get('boot') ?? (profile === 0 ? 1 : 0);
  if (said.isDiskFull)
    return {
      code: 'space-short',
      host,
      detail:
        profile === 0
          ? 'no space for the boot entries; the host runs the new system, but would boot the old one'
          : 'no space for a new generation of the profile',
      isUntouched: profile !== 0,
    };
  const last = lastWords(output) ?? 'no reason given';
  const unproven = (detail: string): Failure => ({ code: 'persistence-unproven', host, detail });
  if (profile !== 0) return unproven(`the profile could not be set: ${last}`);
  if (boot === 0) return null;
  return said.isLockBusy
    ? {
        code: 'persistence-unproven',
        host,
        detail: 'another activation holds the lock of this host',
        isBusy: true,
      }
    : unproven(`switch-to-configuration boot ended with status ${boot}: ${last}`);
};

const judge = (entry: HostEntry, path: StorePath, output: string): Result<BootsNext, Failure> => {
  const steps = stepsOf(output);
  const failure = notConfirmed(entry, path, output, steps) ?? notWritten(entry, output, steps);
  if (failure !== null) return failed(failure);
  const unproven = (detail: string): Result<never, Failure> =>
    failed({ code: 'persistence-unproven', host: entry.name, detail });
  const bootDefault = readBootDefault(output);
  const verdict = judgePersistent(path, { profile: keyedValue(output, 'profile'), bootDefault });
  if (verdict.kind === 'refuted') return unproven(verdict.reason);
  const generation = Number(
    /system-(\d+)-link/.exec(keyedValue(output, 'profile-link') ?? '')?.[1],
  );
  return Number.isNaN(generation)
    ? unproven('the profile is no generation link')
    : success({ generation, boot: bootDefault });
};

const readBack = (
  entry: HostEntry,
  path: StorePath,
  output: Output,
  at: number,
  last: HostFacts | null,
): Result<Persisted, Failure> => {
  const next = judge(entry, path, output.stdout);
  if (!next.ok) return next;
  const read = readFacts(entry, output, at, last);
  if (!read.ok) return read;
  // The time that this took is not a latency.
  const facts = { ...read.value, latencyMs: last?.latencyMs ?? read.value.latencyMs };
  return success({ ...next.value, facts, supervision: readSupervision(output.stdout) });
};

const isBusy = (failure: Failure): boolean =>
  failure.code === 'persistence-unproven' && failure.isBusy === true;

/**
 * Makes a system what the host boots: profile, then boot entries, each proven
 * by reading it back. A loader that cannot be read is said so in `boot`.
 */
export const createPersist =
  (world: World, run: RunOnHost, lastFacts: LastFacts) =>
  async (
    entry: HostEntry,
    path: StorePath,
    options: PersistOptions = {},
  ): Promise<Result<Persisted, Failure>> => {
    if (!isStorePath(path))
      return failed({
        code: 'persistence-unproven',
        host: entry.name,
        detail: `${path} is no store path`,
      });
    for (let attempt = 1; ; attempt += 1) {
      const isUnknown = lastFacts(entry.name) === null;
      const record =
        options.record === undefined
          ? undefined
          : { ...options.record, who: `${world.userName}@${world.hostName}`, to: path };
      const answer = await run(
        entry,
        persistScript(entry, path, { ...options, record, isUnknown }),
        {
          does: 'nix-env --set, boot entries',
          timeoutMs,
          privilege: 'needed',
          fresh: options.fresh === true || attempt > 1,
          signal: options.signal,
          onLine: (line) => {
            if (line.startsWith('o ')) options.onLine?.(line.slice(2));
          },
        },
      );
      const result = answer.ok
        ? readBack(entry, path, answer.value, world.clock.now(), lastFacts(entry.name))
        : answer;
      if (result.ok || attempt >= attempts) return result;
      if (!isLostContact(result.failure) && !isBusy(result.failure)) return result;
      await world.clock.sleep(betweenAttemptsMs, options.signal);
    }
  };
