import { isTrue, readUnit, type UnitInfo, unitDifference } from './file.ts';
import { escapePath, isAutomount, mountUnit, readFstab } from './fstab.ts';
import type { LiveUnit } from './live.ts';
import {
  baseFile,
  dropIns,
  hasFile,
  infoOf,
  isChanged,
  isPresent,
  textsOf,
  type UnitFiles,
} from './system.ts';

/** The texts of units with their drop-ins, by the unit's name. */
export type UnitTexts = ReadonlyMap<string, string>;

/** What switch-to-configuration itself decides, before systemd adds what depends on it. */
export interface SwitchPlan {
  readonly stop: ReadonlySet<string>;
  readonly start: ReadonlySet<string>;
  readonly restart: ReadonlySet<string>;
  readonly reload: ReadonlySet<string>;
  readonly skip: ReadonlySet<string>;
  /** Targets, which are started again at every switch to start what they want; nobody is told. */
  readonly hidden: ReadonlySet<string>;
  /** Units whose files the program's own reader cannot read. */
  readonly unreadable: readonly string[];
  /** Units whose files differ, and whose texts are not known here. */
  readonly notRead: readonly string[];
}

const unitFolder = '/etc/systemd/system';

/** Lists that are filled while units are compared. */
interface Lists {
  readonly stop: Set<string>;
  readonly start: Set<string>;
  readonly restart: Set<string>;
  readonly reload: Set<string>;
  readonly skip: Set<string>;
  readonly hidden: Set<string>;
}

interface Comparing {
  readonly old: UnitFiles;
  readonly now: UnitFiles;
  /** Units that systemd has, and that are not inactive. */
  readonly known: ReadonlySet<string>;
  readonly lists: Lists;
}

const socketsOf = (unit: string, base: string, info: UnitInfo): readonly string[] => {
  const named = (info.get('Service')?.get('Sockets') ?? []).join(' ').split(/\s+/);
  const sockets = named.filter((name) => name !== '');
  return sockets.length > 0 || !unit.endsWith('.service')
    ? sockets
    : [base.replace(/@?\.[a-z]*$/, '.socket')];
};

/**
 * Stopped and started; where sockets start the service, the sockets are started instead, and the
 * service waits.
 */
const stopAndStart = (
  { now, known, lists }: Comparing,
  unit: string,
  base: string,
  info: UnitInfo,
) => {
  let isBySocket = false;
  for (const socket of socketsOf(unit, base, info)) {
    const stays = hasFile(now, socket);
    if (known.has(socket)) {
      lists.stop.add(socket);
      if (stays) lists.start.add(socket);
    }
    if (stays) isBySocket = true;
  }
  if (isTrue(info, 'Service', 'X-NotSocketActivated', false)) isBySocket = false;
  if (!isBySocket) lists.start.add(unit);
  lists.stop.add(unit);
};

/** `handle_modified_unit`: what is done about a unit that has changed. */
const handleChanged = (comparing: Comparing, unit: string, base: string, info: UnitInfo): void => {
  const { lists } = comparing;
  // Targets pull in what they need; limits and watches apply when systemd reads its files again.
  if (/^(?:sysinit|basic|multi-user|graphical)\.target$|\.(?:path|slice|socket)$/.test(unit))
    return;
  if (unit.endsWith('.mount')) {
    if (unit === '-.mount' || unit === 'nix.mount') lists.reload.add(unit);
    else lists.restart.add(unit);
    return;
  }
  const isTaken = lists.restart.has(unit) || lists.stop.has(unit);
  if (!isTaken && isTrue(info, 'Service', 'X-ReloadIfChanged', false)) {
    lists.reload.add(unit);
    return;
  }
  if (
    !isTrue(info, 'Service', 'X-RestartIfChanged', true) ||
    isTrue(info, 'Unit', 'RefuseManualStop', false) ||
    isTrue(info, 'Unit', 'X-OnlyManualStart', false)
  )
    lists.skip.add(unit);
  else if (!unit.endsWith('.service') || !isTrue(info, 'Service', 'X-StopIfChanged', true))
    lists.restart.add(unit);
  else stopAndStart(comparing, unit, base, info);
};

/** Every active target is started again, so that what it wants starts again. */
const handleTarget = ({ lists }: Comparing, unit: string, info: UnitInfo | null): void => {
  if (
    !/^(?:suspend|hibernate|hybrid-sleep)\.target$/.test(unit) &&
    !isTrue(info, 'Unit', 'RefuseManualStart', false) &&
    !isTrue(info, 'Unit', 'X-OnlyManualStart', false)
  ) {
    lists.start.add(unit);
    lists.hidden.add(unit);
  }
  if (isTrue(info, 'Unit', 'X-StopOnReconfiguration', false)) lists.stop.add(unit);
};

type Read = 'compared' | 'unreadable' | 'not-read';

const compareOne = (comparing: Comparing, unit: string): Read => {
  const { old, now, lists } = comparing;
  const base = baseFile(old, now, unit);
  if (!hasFile(old, base)) return 'compared';
  const had = base !== unit && dropIns(old, unit).some((file) => isPresent(old, file));
  const isInstanceGone = had && !dropIns(now, unit).some((file) => isPresent(now, file));
  if (isInstanceGone || !isPresent(now, base)) {
    if (isTrue(infoOf(old, unit, base), 'Unit', 'X-StopOnRemoval', true)) lists.stop.add(unit);
    return 'compared';
  }
  if (unit.endsWith('.target')) {
    handleTarget(comparing, unit, infoOf(now, unit, base));
    return 'compared';
  }
  if (!isChanged(old, now, unit, base)) return 'compared';
  const [was, is] = [textsOf(old, unit, base), textsOf(now, unit, base)];
  if (was === null || is === null) return 'not-read';
  const [before, after] = [readUnit(was), readUnit(is)];
  if (after === null) {
    lists.restart.add(unit);
    return 'unreadable';
  }
  const needs = before === null ? 'restart' : unitDifference(before, after);
  if (needs === 'restart') handleChanged(comparing, unit, base, after);
  else if (needs === 'reload') lists.reload.add(unit);
  return before === null ? 'unreadable' : 'compared';
};

/** Mounts of `/etc/fstab`: new ones are started by their target. */
const compareFstab = ({ old, now, lists }: Comparing): void => {
  const after = readFstab(now.fstab ?? '').filter(({ type }) => type !== 'swap');
  for (const was of readFstab(old.fstab ?? '')) {
    if (was.type === 'swap') continue;
    const unit = mountUnit(was.mountPoint);
    const is = after.findLast(({ mountPoint }) => mountPoint === was.mountPoint);
    if (is === undefined) {
      lists.stop.add(isAutomount(was) ? `${escapePath(was.mountPoint)}.automount` : unit);
      continue;
    }
    const isOther = was.type !== is.type || was.device !== is.device;
    const hasOptions = was.options.join(',') !== is.options.join(',');
    if (isOther && was.mountPoint !== '/' && was.mountPoint !== '/nix') lists.restart.add(unit);
    else if (hasOptions) lists.reload.add(unit);
    else if (isOther) lists.skip.add(unit);
  }
};

const swapsGone = (old: UnitFiles, now: UnitFiles): readonly string[] => {
  const devices = (files: UnitFiles): readonly string[] =>
    readFstab(files.fstab ?? '').flatMap(({ type, device }) => (type === 'swap' ? [device] : []));
  const stay = new Set(devices(now));
  return devices(old).flatMap((device) => (stay.has(device) ? [] : [`${escapePath(device)}.swap`]));
};

/** What a switch that was stopped had still to do: the next switch does it. */
export interface PendingUnits {
  readonly start: readonly string[];
  readonly restart: readonly string[];
  readonly reload: readonly string[];
}

export interface UnitComparison {
  readonly old: UnitFiles;
  readonly now: UnitFiles;
  readonly live: readonly LiveUnit[];
  readonly pending?: PendingUnits;
}

/**
 * Which units an activation stops, starts, restarts and reloads, by the rules
 * of switch-to-configuration (nixpkgs, `switch-to-configuration-ng/src/main.rs`:
 * `collect_unit_changes`, `handle_modified_unit`, `do_system_switch`). What
 * systemd adds because of dependencies is `foreseeUnits`. Pure.
 */
export const planSwitch = ({ old, now, live, pending }: UnitComparison): SwitchPlan => {
  const lists: Lists = {
    stop: new Set(),
    start: new Set(pending?.start),
    restart: new Set(pending?.restart),
    reload: new Set(pending?.reload),
    skip: new Set(),
    hidden: new Set(),
  };
  const known = live.filter(({ state }) => state !== 'inactive');
  const comparing: Comparing = { old, now, known: new Set(known.map(({ id }) => id)), lists };
  const unreadable: string[] = [];
  const notRead: string[] = [];
  for (const { id, state, fragment } of known) {
    // Units that others made are left alone: generators, `/run`, a file that somebody put
    // elsewhere.
    if (!fragment.startsWith(unitFolder) || !/^activ(?:e|ating)$/.test(state)) continue;
    const read = compareOne(comparing, id);
    if (read === 'unreadable') unreadable.push(id);
    if (read === 'not-read') notRead.push(id);
  }
  compareFstab(comparing);
  for (const unit of swapsGone(old, now)) lists.stop.add(unit);
  for (const unit of [...lists.restart, ...lists.stop]) lists.reload.delete(unit);
  return { ...lists, unreadable, notRead };
};

const programsIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const match of text.matchAll(
    /\/nix\/store\/[a-z0-9]{32}-([A-Za-z][^/\s]*?)-(\d[^/\s"':;]*)/g,
  )) {
    const [, name, version] = match;
    if (name !== undefined && version !== undefined) found.set(name, version);
  }
  return found;
};

/** Programs that changed units name in another version than before. */
export const changedPrograms = (old: UnitTexts, now: UnitTexts): readonly ProgramChange[] =>
  [...old].flatMap(([unit, text]) => {
    const after = programsIn(now.get(unit) ?? '');
    return [...programsIn(text)].flatMap(([name, from]) => {
      const to = after.get(name);
      return to === undefined || to === from ? [] : [{ unit, name, from, to }];
    });
  });

/** A program that a unit starts, in another version than before. */
export interface ProgramChange {
  readonly unit: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}
