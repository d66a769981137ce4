import type { Elevation, FreeSpace, HostFacts } from '../../model/host/host.ts';
import type { OpenSupervision } from '../../model/host/supervision.ts';
import { failedReload } from '../../model/host/unit-failure.ts';
import { bootableSystems, bootLinesOf, resolveBootDefault } from '../boot/loaders.ts';
import { readSupervisionPhase } from '../deploy/supervision.ts';
import { KeyedValues, keyedLines } from '../keyed-lines.ts';
import { readActivations } from './activations.ts';
import { kernelVersion, readGenerations, revisionLine } from './generations.ts';
import { readOldCode } from './old-code.ts';
import { readPorts, readRestarts, readUnits, readUserUnits } from './units.ts';
import { readUpgraders } from './upgraders.ts';

const elevations: readonly Elevation[] = ['root', 'sudo', 'doas', 'run0'];

/** What is known of the asking itself, ms. */
interface ProbeTiming {
  /** Our clock when the answer was complete, ms since the epoch. */
  readonly at: number;
  readonly tookMs: number;
}

/** Values that a probe printed and that are not yet facts of a NixOS host. */
interface ProbeReading {
  readonly facts: HostFacts;
  readonly isNixos: boolean;
  readonly system: string | null;
  /** What the script left out: those facts are not there. */
  readonly without: readonly string[];
}

/** `df -P` prints: device, 1024-blocks, used, available, capacity, mount. */
const readSpace = (lines: readonly string[]): readonly FreeSpace[] => {
  const found = new Map<string, FreeSpace>();
  for (const line of lines) {
    const match = /\s(\d+)\s+\d+\s+(-?\d+)\s+\S+\s+(\/.*)$/.exec(line);
    const [, total, free, mount] = match ?? [];
    if (total !== undefined && free !== undefined && mount !== undefined)
      found.set(mount, {
        mount,
        freeBytes: Math.max(0, Number(free)) * 1024,
        totalBytes: Number(total) * 1024,
      });
  }
  return [...found.values()];
};

/** Whether the host's Nix takes unsigned paths from the login user. */
const readTrust = (lines: KeyedValues): boolean | null => {
  const user = lines.one('user');
  if (user === null) return null;
  if (user === 'root' || lines.one('store-owner') === user) return true;
  if (lines.one('nix-daemon') === null) return false;
  const groups = (lines.one('groups') ?? '').split(' ');
  const trusted = lines.all('nix-conf').flatMap((line) =>
    line
      .replace(/^[^=]*=/, '')
      .replace(/#.*/, '')
      .trim()
      .split(/\s+/),
  );
  return trusted.some(
    (name) =>
      name === '*' || name === user || (name.startsWith('@') && groups.includes(name.slice(1))),
  );
};

const readRebootNeeded = (lines: KeyedValues): boolean | null => {
  const parts = ['kernel', 'initrd', 'kernel-modules'].map(
    (part) => [lines.one(`booted-${part}`), lines.one(`current-${part}`)] as const,
  );
  const known = parts.filter(([booted, current]) => booted !== null && current !== null);
  return known.length === 0 ? null : known.some(([booted, current]) => booted !== current);
};

/** What Nix says of itself, or the store path of its program: `/nix/store/<hash>-nix-2.28.4/bin/nix`. */
const readNixVersion = (lines: KeyedValues): string | null =>
  /(\d+\.\d+\S*)/.exec(lines.one('nix-version') ?? '')?.[1] ??
  /^\/nix\/store\/[^/]*-(\d+\.\d+[^/]*)\//.exec(lines.one('nix-program') ?? '')?.[1] ??
  null;

/** GNU date prints nanoseconds, others only seconds. */
const readTime = (text: string | null): number | null => {
  const digits = /^\d+/.exec(text ?? '')?.[0];
  if (digits === undefined) return null;
  return digits.length > 12 ? Math.round(Number(digits) / 1e6) : Number(digits) * 1000;
};

const readLoad = (text: string | null): readonly [number, number, number] | null => {
  const [one, five, fifteen] = (text ?? '').split(' ').slice(0, 3).map(Number);
  return one === undefined || five === undefined || fifteen === undefined || Number.isNaN(fifteen)
    ? null
    : [one, five, fifteen];
};

/** `ID SECONDS WHO PHASE SINCE UNTIL` of an activation that is not decided yet. */
const readOpenSupervision = (line: string | null): OpenSupervision | null => {
  const [id, since, who, phase] = (line ?? '').split(' ');
  return id === undefined || id === '' || since === undefined
    ? null
    : {
        id,
        since: Number(since) * 1000,
        who: who === undefined || who === '' ? 'somebody' : who.replaceAll("'", ''),
        phase: readSupervisionPhase(phase ?? null),
      };
};

/** One call of `stat` answers for generations, for their kernels, and for the owner of the store's database. */
const unfoldLinked = (line: string): string => {
  const [, seconds, owner, quoted, name] = /^linked (\d+) (\S+) ('([^']+)'.*)$/.exec(line) ?? [];
  if (quoted === undefined || name === undefined) return line;
  if (name.endsWith('/kernel')) return `kernel-link ${quoted}`;
  return /system-\d+-link$/.test(name) ? `generation ${seconds} ${quoted}` : `store-owner ${owner}`;
};

/**
 * Reads what `services/host/probe-script.ts` printed; null when it did not come to
 * its end. Noise before its first line (greetings of a shell) is skipped.
 */
// Over 60 lines: a table, one entry for each fact.
export const readProbe = (output: string, timing: ProbeTiming): ProbeReading | null => {
  const all = keyedLines(output);
  const start = all.indexOf('nixup-probe 1');
  const end = all.lastIndexOf('nixup-probe-end');
  if (start === -1 || end < start) return null;
  const lines = new KeyedValues(all.slice(start + 1, end).map(unfoldLinked));
  const uptime = lines.number('started');
  const stopped = lines.number('stopped');
  const scriptMs =
    uptime === null || stopped === null ? 0 : Math.max(0, Math.round((stopped - uptime) * 1000));
  const latencyMs = Math.max(0, timing.tookMs - scriptMs);
  const hostTime = readTime(lines.one('time'));
  const without = lines.all('without');
  const units = readUnits(lines.all('unit'), lines.all('starts'), lines.all('resting'));
  const users = readUserUnits(lines.all('user-unit'), lines.all('user-unasked'));
  const reloads = lines.all('reload-failed').map((unit) => failedReload(unit.trim()));
  const current = lines.storePath('current');
  const kernel = kernelVersion(lines.one('current-kernel'));
  const bootedKernel = kernelVersion(lines.one('booted-kernel'));
  const profile = lines.storePath('profile');
  const elevation = elevations.find((name) => name === lines.one('elevation')) ?? null;
  const holder = lines.one('activation-holder');
  const restarts = readRestarts(lines.all('restarts'));
  const listens = readPorts(lines.all('listens'));
  const oldCode = readOldCode(lines.all('old-code'), timing.at);
  const bootedAt = hostTime === null || stopped === null ? null : hostTime - stopped * 1_000;
  const upgraders = readUpgraders(lines.all('upgrader'), bootedAt);
  const supervision = readOpenSupervision(lines.one('supervision'));
  const bootLines = bootLinesOf(output);
  const bootable = bootableSystems(bootLines);
  const knownGood = lines.storePath('known-good');
  const specialisation = lines.one('specialisation');
  const activations = readActivations(lines.all('activation'));
  const facts: HostFacts = {
    at: timing.at,
    latencyMs,
    hostName: lines.one('host-name'),
    machineId: lines.one('machine-id'),
    bootId: lines.one('boot-id'),
    uptimeSeconds: uptime,
    clockSkewMs: hostTime === null ? null : Math.round(hostTime - (timing.at - scriptMs)),
    current,
    booted: lines.storePath('booted'),
    profile,
    generations: readGenerations(lines),
    bootDefault: resolveBootDefault(bootLines),
    ...(bootable.length === 0 ? {} : { bootable }),
    ...(knownGood === null ? {} : { knownGood }),
    ...(specialisation === null ? {} : { specialisation }),
    ...(activations.length === 0 ? {} : { activations }),
    nixosVersion: lines.one('nixos-version'),
    revision:
      lines
        .all('revision')
        .map((line) => revisionLine.exec(line))
        .find((match) => match?.[1] === '/run/current-system')?.[2] ?? null,
    kernel,
    ...(bootedKernel === null || bootedKernel === kernel ? {} : { bootedKernel }),
    rebootNeeded: readRebootNeeded(lines),
    failedUnits: [...units.failed, ...reloads, ...users.failed],
    activeUnits: units.active,
    stoppedUnits: units.stopped,
    ...(units.waiting.length === 0 || without.includes('starters')
      ? {}
      : { waitingUnits: units.waiting }),
    ...(users.unasked.length === 0 ? {} : { unaskedUsers: users.unasked }),
    ...(restarts === null ? {} : { restarts }),
    ...(listens.length === 0 ? {} : { listens }),
    ...(oldCode === undefined ? {} : { oldCode }),
    load: readLoad(lines.one('load')),
    space: readSpace(lines.all('space')),
    elevation,
    nixVersion: readNixVersion(lines),
    copyTrusted: readTrust(lines),
    activationLock: lines.one('activation-lock') === 'held' ? { holder } : null,
    ...(supervision === null ? {} : { supervision }),
    automaticUpgrades: upgraders.map(({ unit }) => unit),
    ...(without.includes('details') || without.includes('upgraders') ? {} : { upgraders }),
  };
  return {
    facts,
    isNixos: current !== null || profile !== null || lines.one('nixos') !== null,
    system: lines.one('os')?.replaceAll('"', '') ?? null,
    without,
  };
};
