import { quoteWord } from '../../model/command.ts';
import { judgeActivated, knownMachine } from '../../model/deploy/evidence.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { Supervision } from '../../model/host/supervision.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readSupervision } from '../../parsers/deploy/supervision.ts';
import { keyedValue } from '../../parsers/keyed-lines.ts';
import { isRoot } from '../ssh/elevation.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';
import { type LastFacts, readFacts, scopedProbeScript } from './probe.ts';
import { proveContact, showSupervision } from './supervision.ts';

/** As `confirm_timeout` of the config, ms. */
const defaultTimeoutMs = 60_000;
const attemptMs = 20_000;
const betweenAttemptsMs = 500;

export interface Contact {
  /** The system that `/run/current-system` is, or is a specialisation of. */
  readonly current: StorePath | null;
  /** Whether that is the expected system. */
  readonly isExpected: boolean;
  readonly bootId: string | null;
  readonly machineId: string | null;
  /**
   * All facts that were asked with it, for the first check of its health; null where they could not
   * be read.
   */
  readonly facts: HostFacts | null;
  /** What the supervisor says; null where none was asked for, or the host has no such record (a reboot). */
  readonly supervision: Supervision | null;
  /** Why contact could not be proven before, in words; null when it could. */
  readonly trouble: string | null;
}

export interface ContactOptions {
  /** How long a host may take to answer again, ms. */
  readonly timeoutMs?: number | undefined;
  /**
   * The activation that this contact is to prove. Then the answer comes only once the host accepts
   * the proof, or has decided otherwise.
   */
  readonly supervision?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const scriptFor = (
  expected: StorePath,
  supervision: string | undefined,
  probeScript: string,
): string => `
${isRoot} || exit 1
expecting=${quoteWord(expected)}
${supervision === undefined ? '' : `${proveContact(supervision)}${showSupervision(supervision)}`}
${probeScript}`;

/** Whether the host has received the proof, or has decided already. */
const isSettled = (supervision: Supervision | null): boolean =>
  supervision === null ||
  supervision.result !== null ||
  (supervision.phase === 'confirming' &&
    supervision.decision === null &&
    !supervision.areNamesBroken);

const machineMismatch = (
  entry: HostEntry,
  known: string | null,
  found: string | null,
): Failure | null =>
  known === null || found === null || found === known
    ? null
    : { code: 'identity-mismatch', host: entry.name, fact: 'machine id', expected: known, found };

/**
 * Proves that a person could still reach the host and repair it: a connection
 * of its own, and a command as root. Tries again while the host does not
 * answer, because an activation may restart what carries the connection; under
 * supervision also while it refuses, because the host goes back by itself. A
 * lost right to become root is a failure, and so is another machine's answer.
 */
export const createContact =
  (
    world: World,
    run: RunOnHost,
    lastFacts: LastFacts,
    expectedMachine: (host: string) => string | null = () => null,
  ) =>
  async (
    entry: HostEntry,
    expected: StorePath,
    options: ContactOptions = {},
  ): Promise<Result<Contact, Failure>> => {
    const until = world.clock.now() + (options.timeoutMs ?? defaultTimeoutMs);
    const isSupervised = options.supervision !== undefined;
    let trouble: string | null = null;
    for (;;) {
      const last = lastFacts(entry.name);
      const script = scopedProbeScript(entry, 'health', last);
      const answer = await run(entry, scriptFor(expected, options.supervision, script), {
        timeoutMs: Math.min(attemptMs, Math.max(1_000, until - world.clock.now())),
        privilege: 'needed',
        fresh: true,
        signal: options.signal,
        quiet: true,
      });
      const isLast = world.clock.now() >= until;
      if (answer.ok) {
        const { stdout } = answer.value;
        const machineId = keyedValue(stdout, 'machine-id');
        const known = knownMachine(last?.machineId ?? null, expectedMachine(entry.name), machineId);
        const mismatch = machineMismatch(entry, known, machineId);
        if (mismatch !== null) return failed(mismatch);
        const supervision = readSupervision(stdout);
        if (supervision?.areNamesBroken === true)
          trouble = 'no name resolves on it any more that did before';
        const current = keyedValue(stdout, 'current');
        if (isSettled(supervision) || isLast) {
          const facts = readFacts(entry, answer.value, world.clock.now(), last);
          return success({
            current,
            isExpected: judgeActivated(expected, current).kind === 'proven',
            bootId: keyedValue(stdout, 'boot-id'),
            machineId,
            facts: facts.ok ? facts.value : null,
            supervision,
            trouble,
          });
        }
      } else {
        const { failure } = answer;
        if (isLast || failure.code === 'canceled') return answer;
        if (!isSupervised && !isLostContact(failure)) return answer;
        trouble = explain(failure).what;
      }
      await world.clock.sleep(betweenAttemptsMs, options.signal);
    }
  };
