import { type ActivationMeaning, explainActivation } from '../../model/deploy/activation-status.ts';
import type { ReportedTroubles } from '../../model/deploy/activation-troubles.ts';
import type { Failure } from '../../model/failure.ts';
import { type ActivationWaits, waitsLines } from '../../model/host/activation-waits.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type ActivatedAs, activatedPath } from '../../model/host/specialisation.ts';
import type { PhaseClock, SupervisionTerms } from '../../model/host/supervision.ts';
import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { UnitImpact } from '../../model/units/impact.ts';
import {
  type ActivationReport,
  readActivationOutput,
  readEnding,
} from '../../parsers/deploy/activation.ts';
import {
  type ActivationMode,
  activateCommand,
  revertEnvironment,
  setProfileCommand,
  systemProfile,
} from '../host/commands.ts';
import type { LastFacts } from '../host/probe.ts';
import type { RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';
import { activationFailed, createFollow, type Followed } from './follow.ts';
import type { ActivationOrder } from './order.ts';

/** The defaults of the config, ms; no names to resolve and no units are set. */
const defaultTerms: SupervisionTerms = {
  activationMs: 15 * 60_000,
  confirmMs: 60_000,
  revertMs: 5 * 60_000,
  judge: 'contact',
  names: [],
  critical: [],
  failedBefore: [],
  activeBefore: null,
  rebootsInto: null,
};

const dryRunTimeoutMs = 5 * 60_000;

export interface ActivateOptions {
  /** Names unit and record: letters, digits, dots, dashes, underscores. The same id never runs twice. */
  readonly id: string;
  readonly from: StorePath | null;
  readonly to: StorePath;
  readonly mode: ActivationMode;
  /** The specialisation that runs now, and the one of the new system that is to run; null for the systems themselves. */
  readonly specialisation?: ActivatedAs | undefined;
  /** A rollback: the system that is left is not kept as known good. */
  readonly isWayBack?: boolean;
  /**
   * False where the host was unhealthy with the system that is left: it is not kept as known good.
   */
  readonly isFromGood?: boolean | undefined;
  /**
   * The terms by which the host decides by itself; absent parts are as in a config without a file.
   */
  readonly terms?: Partial<SupervisionTerms> | undefined;
  /** Fingerprint of the lock that the new system comes from; absent where it is not known. */
  readonly lock?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onPhase?: ((phase: PhaseClock) => void) | undefined;
  readonly onWaits?: ((waits: ActivationWaits) => void) | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** An activation that reached its end with the host on the new system: status 0 or 4. */
export interface Activated extends ReportedTroubles {
  readonly meaning: string;
  readonly kind: ActivationMeaning['kind'];
  readonly lines: readonly string[];
  readonly impact: UnitImpact;
}

const safeId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/;

/** A dry run changes nothing, so it needs no unit of its own. */
const isDryRun = (mode: ActivationMode): boolean => mode === 'dry-activate';

const judge = (
  entry: HostEntry,
  mode: ActivationMode,
  followed: Followed,
): Result<Activated, Failure> => {
  const { ending, waitedFor } = followed;
  // A host that goes back tells of its own units.
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
            meaning.isForBoot === true,
          ),
    );
  return success({
    exitCode: exitCode ?? 0,
    meaning: meaning.text,
    kind: meaning.kind,
    lines,
    impact: report.impact,
    failedUnits: report.failedUnits,
    failedJobs: report.failedJobs,
    failedUsers: report.failedUsers,
  });
};

/** `dry-activate`, which ends with its status. */
const dryRun = async (
  run: RunOnHost,
  entry: HostEntry,
  options: ActivateOptions,
): Promise<Result<Followed, Failure>> => {
  const lines: string[] = [];
  const command = activateCommand(
    entry,
    activatedPath(options.to, options.specialisation?.to ?? null),
    options.mode,
  );
  const answer = await run(entry, `${command.file} ${command.args.join(' ')} 2>&1; echo "x $?"`, {
    timeoutMs: dryRunTimeoutMs,
    privilege: 'needed',
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
  world: World,
  bootId: string | null,
  entry: HostEntry,
  from: StorePath,
  {
    id,
    to,
    mode,
    env,
    terms,
    specialisation,
    isWayBack = false,
    isFromGood = true,
    lock = null,
  }: ActivateOptions,
): ActivationOrder => {
  const fromActive = activatedPath(from, specialisation?.from ?? null);
  const toActive = activatedPath(to, specialisation?.to ?? null);
  return {
    id,
    from,
    to,
    mode,
    fromActive,
    toActive,
    command: activateCommand(entry, toActive, mode, env ?? {}),
    persist: activateCommand(entry, to, 'boot', env ?? {}),
    revert: activateCommand(entry, fromActive, 'test', revertEnvironment),
    setProfile: setProfileCommand(entry, to),
    systemProfile,
    isWayBack,
    isFromGood,
    who: `${world.userName}@${world.hostName}`,
    lock,
    bootId,
    terms: { ...defaultTerms, ...terms },
  };
};

export const createActivate = (world: World, run: RunOnHost, lastFacts: LastFacts) => {
  const follow = createFollow(world, run);

  /**
   * Runs `switch-to-configuration` of a system under a supervisor on the host, which survives the
   * loss of the connection. Follows it to its end; where it failed, until the host has gone back.
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
      const previewed = await dryRun(run, entry, options);
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
    const bootId = lastFacts(entry.name)?.bootId ?? null;
    const order = orderFor(world, bootId, entry, from, options);
    const followed = await follow(entry, order, {
      ...options,
      onWaits: (waits) => {
        for (const line of waitsLines(waits, world.clock.now())) options.onLine?.(line);
        options.onWaits?.(waits);
      },
    });
    return followed.ok ? judge(entry, mode, followed.value) : followed;
  };
};
