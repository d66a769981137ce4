import { type UnitFailure, userUnit } from '../../model/host/unit-failure.ts';
import { isOwnUnit } from '../../model/host/unit-name.ts';

/** Units by state, each list sorted. */
interface UnitStates {
  /** Failed, or failing and started again and again; nixup's own units are left out. */
  readonly failed: readonly string[];
  readonly active: readonly string[];
  /** Their unit file exists, and they do not run. */
  readonly stopped: readonly string[];
  /** Of those, the ones that something starts when they are needed: a socket, timer, path, automount, or a call on the bus. */
  readonly waiting: readonly string[];
}

/**
 * Reads `systemctl list-sockets`, `list-timers` and `list-paths` without legend:
 * whatever comes first, then the unit and the services that it activates, which
 * have any name (`Sockets=`, `Service=`, `Unit=`). A socket's first column may
 * hold spaces and dots itself.
 */
const readStarters = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(
    lines.flatMap((line) => {
      const started = /(?:^|\s)\S+\.(?:socket|timer|path)\s+((?:\S+\.\w+(?:,\s*|\s*$))+)$/.exec(
        line,
      )?.[1];
      return (started ?? '').split(/[,\s]+/).filter((unit) => unit !== '');
    }),
  );

/** Whether one of these starts the unit; an accepting socket starts instances of a template. */
const isStarted = (unit: string, starters: ReadonlySet<string>): boolean =>
  starters.has(unit) || starters.has(unit.replace(/@.*(\.\w+)$/, '@$1'));

/** What `systemctl show` is asked for of services that do not run. */
export const restingProperties: readonly string[] = [
  'Id',
  'Type',
  'Result',
  'WantedBy',
  'RequiredBy',
  'UpheldBy',
];

/**
 * Services that end by themselves when nobody calls them on the bus, by paragraphs of `KEY=VALUE`
 * lines: `Type=dbus`, ended well, and no loaded unit wants them to run (systemd.service(5)).
 * geoclue and colord are such.
 */
const readCalledOnBus = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(
    lines
      .map((line) => line.trim())
      .join('\n')
      .split(/\n{2,}/)
      .flatMap((paragraph) => {
        const values = new Map(
          [...paragraph.matchAll(/^(\w+)=(.+)$/gm)].map(([, key = '', value = '']) => [key, value]),
        );
        const unit = values.get('Id');
        const isWanted = ['WantedBy', 'RequiredBy', 'UpheldBy'].some((key) => values.has(key));
        return unit === undefined ||
          isWanted ||
          values.get('Type') !== 'dbus' ||
          values.get('Result') !== 'success'
          ? []
          : [unit];
      }),
  );

/**
 * Reads `systemctl list-units --all --plain --no-legend`: unit, load state,
 * active state, sub-state, description (systemctl(1)); then what starts others,
 * and what is known of services that do not run.
 */
export const readUnits = (
  lines: readonly string[],
  starting: readonly string[] = [],
  resting: readonly string[] = [],
): UnitStates => {
  const starters = readStarters(starting);
  const calledOnBus = readCalledOnBus(resting);
  const failed: string[] = [];
  const active: string[] = [];
  const stopped: string[] = [];
  for (const line of lines) {
    const [unit, load, state, sub] = line
      .trim()
      .replace(/^[●*×] */, '')
      .split(/\s+/);
    if (unit === undefined || load === undefined || state === undefined) continue;
    if (state === 'failed' || sub === 'auto-restart') {
      if (!isOwnUnit(unit)) failed.push(unit);
    } else if (state === 'active' || state === 'reloading') active.push(unit);
    else if (state === 'inactive' && load === 'loaded') stopped.push(unit);
  }
  // A mount that nobody uses may be unmounted, and is mounted again when it is used.
  const isMountedOnUse = (unit: string): boolean =>
    unit.endsWith('.mount') && active.includes(unit.replace(/mount$/, 'automount'));
  return {
    failed: failed.sort(),
    active: active.sort(),
    stopped: stopped.sort(),
    waiting: stopped.filter(
      (unit) => isStarted(unit, starters) || calledOnBus.has(unit) || isMountedOnUse(unit),
    ),
  };
};

/** What is wrong with the units of users, and who could not be asked. */
interface UserUnits {
  readonly failed: readonly UnitFailure[];
  readonly unasked: readonly string[];
}

const whyUnasked: Readonly<Record<string, string>> = {
  'not-root': 'only root or that user may ask',
  'no-tool': 'the host has neither setpriv nor runuser',
};

/** Reads `USER UNIT LOAD STATE SUB …` for each failed unit, and `USER WHY` for each manager that was not asked. */
export const readUserUnits = (units: readonly string[], unasked: readonly string[]): UserUnits => {
  const found = units.flatMap((line) => {
    const [user, ...rest] = line.trim().split(/\s+/);
    if (user === undefined) return [];
    return readUnits([rest.join(' ')]).failed.map((unit) => userUnit(user, unit));
  });
  const split = unasked.map((line) => {
    const [user, ...why] = line.trim().split(' ');
    return [user, why.join(' ')] as const;
  });
  const silent = split.flatMap(([user, why]) =>
    user !== undefined && why === 'silent' ? [userUnit(user, '')] : [],
  );
  return {
    failed: [...new Set([...found, ...silent])].sort(),
    unasked: split.flatMap(([user, why]) =>
      user === undefined || why === 'silent' ? [] : [`${user}: ${whyUnasked[why] ?? why}`],
    ),
  };
};

/** `Id=` and `NRestarts=` of each unit, in either order; null where nobody asked. */
export const readRestarts = (lines: readonly string[]): Readonly<Record<string, number>> | null => {
  if (lines.length === 0) return null;
  const found = lines
    .join('\n')
    .split(/\n{2,}/)
    .flatMap((paragraph): [string, number][] => {
      const unit = /^Id=(\S+)$/m.exec(paragraph)?.[1];
      const count = /^NRestarts=(\d+)$/m.exec(paragraph)?.[1];
      return unit === undefined || count === undefined ? [] : [[unit, Number(count)]];
    });
  return Object.fromEntries(found);
};

/** Linux gives ports from here on to whoever asks for any (ip_local_port_range, ip(7)). */
const firstPassingPort = 32_768;

/** Lasting ports, from hexadecimal, each once. */
export const readPorts = (lines: readonly string[]): readonly number[] =>
  [
    ...new Set(
      lines.map((line) =>
        Number.parseInt(/^\s*\d+: [0-9A-F]+:([0-9A-F]+) /.exec(line)?.[1] ?? '', 16),
      ),
    ),
  ]
    .filter((port) => port > 0 && port < firstPassingPort)
    .sort((one, other) => one - other);
