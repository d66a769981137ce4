import {
  type ActivationEnding,
  type ActivationMeaning,
  explainActivation,
} from '../model/activation-status.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry, StorePath } from '../model/host.ts';
import type { UnitImpact } from '../model/preview.ts';
import { failed, type Result, success } from '../model/result.ts';
import { isStorePath } from '../model/store-path.ts';
import type {
  SupervisionPhase,
  SupervisionResult,
  SupervisionTerms,
} from '../model/supervision.ts';
import { type ActivationReport, readActivationOutput } from '../parsers/activation-output.ts';
import { readSupervisionPhase, readSupervisionResult } from '../parsers/supervision.ts';
import type { ActivationOrder } from './activation-order.ts';
import { followScript, startScript } from './activation-script.ts';
import {
  type ActivationMode,
  activateCommand,
  revertEnvironment,
  setProfileCommand,
  systemProfile,
} from './host-commands.ts';
import { isLostContact, type RunOnHost } from './host-run.ts';
import type { LastFacts } from './probe.ts';
import type { World } from './world.ts';

/** As the defaults of the config, ms; nobody resolves names or names units by himself. */
const defaultTerms: SupervisionTerms = {
  activationMs: 15 * 60_000,
  confirmMs: 60_000,
  revertMs: 5 * 60_000,
  judge: 'contact',
  names: [],
  critical: [],
  failedBefore: [],
  mayReboot: false,
};

/** What ssh, polling and the host's own stopping need on top of the limit, ms. */
const marginMs = 100_000;

const betweenAttemptsMs = 1_000;

/** How long a host may stay away during its activation; the activation goes on all the same, ms. */
const longestSilenceMs = 3 * 60_000;
const dryRunTimeoutMs = 5 * 60_000;

export interface ActivateOptions {
  /** Names unit and record: letters, digits, dots, dashes, underscores. The same id never runs twice. */
  readonly id: string;
  readonly from: StorePath | null;
  readonly to: StorePath;
  readonly mode: ActivationMode;
  /** A way back: the system that is left is not kept as known good. */
  readonly isWayBack?: boolean;
  /** By what the host decides by itself; absent parts are as in a config without a file. */
  readonly terms?: Partial<SupervisionTerms> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onPhase?: ((phase: PhaseClock) => void) | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** What the supervisor is doing, and its clock. */
export interface PhaseClock {
  readonly phase: SupervisionPhase;
  /** Ms since the phase began. */
  readonly elapsedMs: number;
  /** How long it may take, ms; null where nothing limits it. */
  readonly limitMs: number | null;
}

/** An activation that reached its end with the host on the new system: status 0 or 4. */
export interface Activated {
  readonly exitCode: number;
  readonly meaning: string;
  readonly kind: ActivationMeaning['kind'];
  readonly lines: readonly string[];
  readonly impact: UnitImpact;
  readonly failedUnits: readonly string[];
}

interface Followed {
  readonly ending: ActivationEnding;
  readonly lines: readonly string[];
  /** What a stopped activation waited for: running jobs, and its last line. */
  readonly waitedFor: readonly string[];
  /** What the host did then, where it decided by itself. */
  readonly result: SupervisionResult | null;
}

const safeId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/;

/** The last line that the follower prints. Shapes: `activation-script.ts`. */
const readEnding = (line: string): ActivationEnding | null => {
  const exit = /^x (\d+)$/.exec(line)?.[1];
  if (exit !== undefined) return { kind: 'exited', exitCode: Number(exit) };
  const killed = /^k (\S*) ?(.*)$/.exec(line);
  if (killed !== null)
    return killed[1] === 'timeout'
      ? { kind: 'timed-out' }
      : { kind: 'killed', how: killed.slice(1).join(' ').trim() };
  if (line === 'b') return { kind: 'killed', how: 'the host was rebooted' };
  return line === 'g'
    ? { kind: 'killed', how: 'it is gone from the host, perhaps by a reboot' }
    : null;
};

/** `PHASE SINCE UNTIL NOW`, seconds of uptime; until 0 is no limit. */
const readPhase = (text: string): PhaseClock => {
  const [, since = 0, until = 0, now = 0] = text.split(' ').map(Number);
  return {
    phase: readSupervisionPhase(text),
    elapsedMs: Math.max(0, now - since) * 1000,
    limitMs: until === 0 ? null : Math.max(0, until - since) * 1000,
  };
};

/** A dry run changes nothing, so it needs no unit of its own. */
const isDryRun = (mode: ActivationMode): boolean => mode === 'dry-activate';

const activationFailed = (
  entry: HostEntry,
  exitCode: number | null,
  meaning: string,
  lines: readonly string[],
  isUntouched: boolean,
): Failure => ({
  code: 'activation-failed',
  host: entry.name,
  exitCode,
  meaning,
  isUntouched,
  tail: lines.filter((line) => line.trim() !== '').slice(-20),
});

const judge = (
  entry: HostEntry,
  mode: ActivationMode,
  followed: Followed,
): Result<Activated, Failure> => {
  const { ending, waitedFor } = followed;
  // The way back tells of its own units.
  const lines = followed.lines.filter((line) => !line.startsWith('going back: '));
  const report: ActivationReport = readActivationOutput(lines);
  const explained = explainActivation(ending, report, mode);
  const waiting = waitedFor.filter((line) => line.trim() !== '').join('; ');
  const meaning =
    ending.kind === 'timed-out' && waiting !== ''
      ? { ...explained, text: `${explained.text}; it waited for: ${waiting}` }
      : explained;
  const exitCode = ending.kind === 'exited' ? ending.exitCode : null;
  if (meaning.kind !== 'done' && meaning.kind !== 'units-failed')
    return failed(
      report.isDiskFull
        ? {
            code: 'space-short',
            host: entry.name,
            detail: `${meaning.text} (no space left on device)`,
          }
        : activationFailed(
            entry,
            exitCode,
            meaning.text,
            lines,
            meaning.switched === 'no' || followed.result?.kind === 'untouched',
          ),
    );
  return success({
    exitCode: exitCode ?? 0,
    meaning: meaning.text,
    kind: meaning.kind,
    lines,
    impact: report.impact,
    failedUnits: report.failedUnits,
  });
};

export const createActivate = (world: World, run: RunOnHost, lastFacts: LastFacts) => {
  /** Starts and follows; a lost connection is made anew, and the activation goes on meanwhile. */
  const follow = async (
    entry: HostEntry,
    order: ActivationOrder,
    options: ActivateOptions,
  ): Promise<Result<Followed, Failure>> => {
    const lines: string[] = [];
    let isStarted = false;
    const waitedFor: string[] = [];
    let ending: ActivationEnding | null = null;
    let result: SupervisionResult | null = null;
    let isConnected = false;
    const onLine = (line: string, from: 'stdout' | 'stderr'): void => {
      if (from === 'stderr') return;
      isConnected = true;
      if (line === 's') isStarted = true;
      else if (line.startsWith('o ')) {
        lines.push(line.slice(2));
        options.onLine?.(line.slice(2));
      } else if (line.startsWith('p ')) options.onPhase?.(readPhase(line.slice(2)));
      else if (line.startsWith('h ')) waitedFor.push(line.slice(2));
      else if (line.startsWith('r ')) result = readSupervisionResult(line.slice(2));
      else ending = readEnding(line) ?? ending;
    };
    const { activationMs, revertMs } = order.terms;
    const until = world.clock.now() + activationMs + revertMs + marginMs;
    let lostAt: number | null = null;
    for (let attempt = 0; ; attempt += 1) {
      isConnected = false;
      const start = isStarted ? '' : startScript(order);
      const answer = await run(entry, `${start}\n${followScript(order.id, lines.length)}`, {
        timeoutMs: Math.max(1_000, until - world.clock.now()),
        elevated: true,
        fresh: attempt > 0,
        signal: options.signal,
        onLine,
        quiet: attempt > 0,
        does: `switch-to-configuration ${order.mode}, supervised on the host`,
      });
      if (answer.ok && ending !== null) return success({ ending, lines, waitedFor, result });
      if (answer.ok)
        return failed(
          activationFailed(entry, null, 'the host did not say how it ended', lines, false),
        );
      if (!isLostContact(answer.failure)) {
        const { failure } = answer;
        return failed(
          failure.code === 'command-failed'
            ? activationFailed(
                entry,
                null,
                isStarted ? 'it could not be followed' : 'it could not be started',
                failure.tail,
                !isStarted,
              )
            : failure,
        );
      }
      const now = world.clock.now();
      if (lostAt === null || isConnected) lostAt = now;
      if (now >= until || now - lostAt >= longestSilenceMs)
        return failed({ code: 'host-timeout', host: entry.name, afterMs: now - lostAt });
      await world.clock.sleep(betweenAttemptsMs, options.signal);
    }
  };

  const dryRun = async (
    entry: HostEntry,
    options: ActivateOptions,
  ): Promise<Result<Followed, Failure>> => {
    const lines: string[] = [];
    const command = activateCommand(entry, options.to, options.mode);
    const answer = await run(entry, `${command.file} ${command.args.join(' ')} 2>&1; echo "x $?"`, {
      timeoutMs: dryRunTimeoutMs,
      elevated: true,
      does: `switch-to-configuration ${options.mode}`,
      signal: options.signal,
    });
    if (!answer.ok) return answer;
    for (const line of answer.value.stdout.split('\n')) {
      if (readEnding(line) !== null) continue;
      lines.push(line);
      options.onLine?.(line);
    }
    const last = answer.value.stdout.trimEnd().split('\n').at(-1) ?? '';
    const ending = readEnding(last) ?? { kind: 'killed', how: 'no status' };
    return success({ ending, lines, waitedFor: [], result: null });
  };

  const orderFor = (
    entry: HostEntry,
    from: StorePath,
    { id, to, mode, env, terms, isWayBack = false }: ActivateOptions,
  ): ActivationOrder => ({
    id,
    from,
    to,
    mode,
    command: activateCommand(entry, to, mode, env ?? {}),
    persist: activateCommand(entry, to, 'boot', env ?? {}),
    revert: activateCommand(entry, from, 'test', revertEnvironment),
    setProfile: setProfileCommand(entry, to),
    systemProfile,
    isWayBack,
    who: `${world.userName}@${world.hostName}`,
    bootId: lastFacts(entry.name)?.bootId ?? null,
    terms: { ...defaultTerms, ...terms },
  });

  /**
   * Runs `switch-to-configuration` of a system under a supervisor on the host,
   * which survives the loss of the connection, and follows it to its end and,
   * where it failed, to the end of the way back that the host goes by itself.
   * Succeeds for status 0 and 4 (units failed); every other ending is a failure in words.
   */
  return async (
    entry: HostEntry,
    options: ActivateOptions,
  ): Promise<Result<Activated, Failure>> => {
    const { id, from, to, mode } = options;
    if (!safeId.test(id) || !isStorePath(to) || (from !== null && !isStorePath(from)))
      return failed(
        activationFailed(
          entry,
          null,
          `${to} cannot be activated as ${id}: no store path or no usable id`,
          [],
          true,
        ),
      );
    if (isDryRun(mode)) {
      const previewed = await dryRun(entry, options);
      return previewed.ok ? judge(entry, mode, previewed.value) : previewed;
    }
    if (from === null)
      return failed(
        activationFailed(
          entry,
          null,
          'which system it runs is unknown: there is no way back',
          [],
          true,
        ),
      );
    const followed = await follow(entry, orderFor(entry, from, options), options);
    return followed.ok ? judge(entry, mode, followed.value) : followed;
  };
};
