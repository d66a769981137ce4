import type { ActivationEnding } from '../../model/deploy/activation-status.ts';
import type { PhaseClock } from '../../model/host/supervision.ts';
import { type UnitFailure, userUnit } from '../../model/host/unit-failure.ts';
import type { UnitImpact } from '../../model/units/impact.ts';
import { readSupervisionPhase } from './supervision.ts';

/** What an activation told about its ending. */
export interface ActivationReport {
  readonly impact: UnitImpact;
  readonly failedUnits: readonly string[];
  readonly newUnits: readonly string[];
  /** Jobs that ended badly or were not taken, of the system's units and of users'. */
  readonly failedJobs: readonly FailedJob[];
  /** Users whose units could not be switched. */
  readonly failedUsers: readonly string[];
  readonly isLockBusy: boolean;
  readonly isRefusedBeforeSwitch: boolean;
  /** Names of the pre-switch checks that failed. */
  readonly failedChecks: readonly string[];
  /** Components that cannot change while the system runs, as `name : old -> new`. */
  readonly inhibitors: readonly string[];
  readonly isBootLoaderFailed: boolean;
  readonly isDiskFull: boolean;
  /** Whether it came as far as to change something. */
  readonly isBegun: boolean;
  /** Why it stopped, in its own words, with the cause; null where it gave none. */
  readonly gaveUp: string | null;
}

/** A job of systemd that the activation asked for. */
interface FailedJob {
  readonly job: 'start' | 'stop' | 'restart' | 'reload';
  /** As in `model/host/unit-failure.ts`: with its user where it has one. */
  readonly unit: UnitFailure;
}

type UnitList = 'stop' | 'skip' | 'restart' | 'reload' | 'start';

const texts: readonly (readonly [RegExp, UnitList])[] = [
  [/^(?:would stop|stopping) the following units: (.*)$/, 'stop'],
  [
    /^(?:would NOT stop|NOT restarting|would NOT restart) the following changed units: (.*)$/,
    'skip',
  ],
  [/^(?:would restart|restarting) the following units: (.*)$/, 'restart'],
  [/^(?:would reload|reloading) the following units: (.*)$/, 'reload'],
  [/^(?:would start|starting) the following units: (.*)$/, 'start'],
];

const unitsOf = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/,\s*/).filter((unit) => unit !== '');

/** They follow a headline, up to the advice. */
const readInhibitors = (lines: readonly string[]): readonly string[] => {
  const start = lines.findIndex((line) => /changes to critical components/i.test(line));
  if (start === -1) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^Switching into this system/.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.trim())
    .filter((line) => line !== '');
};

const listAfter = (lines: readonly string[], pattern: RegExp): readonly string[] =>
  lines.flatMap((line) => unitsOf(pattern.exec(line)?.[1]));

/** `Error: WHAT`, and the innermost of the numbered or indented causes below it (anyhow's `Debug`). */
const readGaveUp = (lines: readonly string[]): string | null => {
  const logind = lines.find((line) => line.startsWith('Unable to list users with logind'));
  if (logind !== undefined) return logind;
  const at = lines.findIndex((line) => /^Error: /.test(line));
  const what = /^Error: (.*)$/.exec(lines[at] ?? '')?.[1];
  if (what === undefined) return null;
  const rest = lines.slice(at + 1).filter((line) => line.trim() !== '');
  const causes = rest[0] === 'Caused by:' ? rest.slice(1) : [];
  const end = causes.findIndex((line) => !/^\s/.test(line));
  const cause = causes.slice(0, end === -1 ? undefined : end).at(-1);
  return cause === undefined ? what : `${what}: ${cause.trim().replace(/^\d+:\s*/, '')}`;
};

/**
 * `Failed to JOB UNIT`, alone or with a reason behind a colon; `user unit` stands
 * before the unit of a user, between the line that names the user and the next
 * of that kind (`do_system_switch` and `do_user_switch` of nixpkgs' `src/main.rs`).
 */
const readJobs = (lines: readonly string[]): readonly FailedJob[] => {
  let user = '';
  const found: FailedJob[] = [];
  for (const line of lines) {
    user = /^reloading user units for (.*)\.\.\.$/.exec(line)?.[1] ?? user;
    const [, job, scope, unit] =
      /^Failed to (start|stop|restart|reload) (user unit )?(\S+\.[a-z]+)(?::.*)?$/.exec(line) ?? [];
    if (job === undefined || unit === undefined) continue;
    const kind = (['start', 'stop', 'restart', 'reload'] as const).find((one) => one === job);
    const isUsers = scope !== undefined || unit === 'nixos-activation.service';
    if (kind !== undefined) found.push({ job: kind, unit: isUsers ? userUnit(user, unit) : unit });
  }
  return found;
};

/**
 * Reads what `switch-to-configuration` printed, for real or as a dry run.
 * Texts: nixpkgs, switch-to-configuration-ng, `src/main.rs`.
 */
export const readActivationOutput = (output: readonly string[]): ActivationReport => {
  const lines = output.map((line) => line.trimEnd());
  const lists: Record<UnitList, string[]> = {
    stop: [],
    skip: [],
    restart: [],
    reload: [],
    start: [],
  };
  for (const line of lines)
    for (const [pattern, list] of texts) {
      const units = pattern.exec(line)?.[1];
      if (units !== undefined) lists[list].push(...unitsOf(units));
    }
  const says = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  return {
    impact: { ...lists, restartsSystemd: says(/^(?:would restart|restarting) systemd/) },
    failedUnits: listAfter(lines, /^warning: the following units failed: (.*)$/),
    failedJobs: readJobs(lines),
    failedUsers: lines.flatMap(
      (line) => /^warning: user activation for (.*) failed$/.exec(line)?.[1] ?? [],
    ),
    newUnits: listAfter(lines, /^the following new units were started: (.*)$/),
    isLockBusy: says(/Could not acquire lock/),
    isRefusedBeforeSwitch: says(/^Pre-switch checks? .*failed|Pre-switch checks failed/i),
    failedChecks: lines.flatMap(
      (line) => /^Pre-switch check '([^']+)' failed/.exec(line)?.[1] ?? [],
    ),
    inhibitors: readInhibitors(lines),
    isBootLoaderFailed: says(/Failed to install bootloader/),
    isDiskFull: says(/No space left on device/),
    isBegun: says(/^(?:stopping the following units|activating the configuration)/),
    gaveUp: readGaveUp(lines),
  };
};

/** The last line that the follower prints. Shapes: `services/deploy/start-script.ts`. */
export const readEnding = (line: string): ActivationEnding | null => {
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
export const readPhase = (text: string): PhaseClock => {
  const [, since = 0, until = 0, now = 0] = text.split(' ').map(Number);
  return {
    phase: readSupervisionPhase(text),
    elapsedMs: Math.max(0, now - since) * 1000,
    limitMs: until === 0 ? null : Math.max(0, until - since) * 1000,
  };
};
