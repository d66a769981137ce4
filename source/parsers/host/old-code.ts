import { type OldCode, type OldService, oldCodeEnd } from '../../model/host/old-code.ts';
import { userUnit } from '../../model/host/unit-failure.ts';
import { isStorePath } from '../../model/nix/store-path.ts';

/** A process with code that the running system does not have. */
interface OldProcess {
  readonly pid: string;
  readonly how: string;
  readonly path: string;
}

/** What `systemctl show` said of a service. */
interface ShownService {
  readonly mainPid: string;
  readonly isRunning: boolean;
  readonly refuses: boolean;
  readonly isTransient: boolean;
}

const readProcesses = (lines: readonly string[]): readonly OldProcess[] =>
  lines.flatMap((line) => {
    const [, pid, how, path] = /^process (\d+) (\w+) (\S+)$/.exec(line) ?? [];
    return pid === undefined || how === undefined || path === undefined || !isStorePath(path)
      ? []
      : [{ pid, how, path }];
  });

const readShown = (lines: readonly string[]): ReadonlyMap<string, ShownService> => {
  const shown = new Map<string, ShownService>();
  for (const paragraph of lines.join('\n').split(/\n{2,}/)) {
    const values = new Map(
      [...paragraph.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
    );
    const id = values.get('Id');
    if (id === undefined) continue;
    shown.set(id, {
      mainPid: values.get('MainPID') ?? '0',
      isRunning: ['active', 'reloading'].includes(values.get('ActiveState') ?? ''),
      refuses: values.get('RefuseManualStop') === 'yes',
      isTransient: (values.get('FragmentPath') ?? '').startsWith('/run/systemd/transient/'),
    });
  }
  return shown;
};

type Owner =
  | { readonly kind: 'system'; readonly unit: string }
  | { readonly kind: 'user'; readonly unit: string }
  | { readonly kind: 'login' }
  | { readonly kind: 'none' };

/**
 * Whose a process is, by its control group: `/system.slice/nginx.service`,
 * `/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service`,
 * `/user.slice/user-1000.slice/session-3.scope` (systemd.special(7), pam_systemd(8)).
 */
const ownerOf = (group: string, users: ReadonlyMap<string, string>): Owner => {
  const parts = group.split('/');
  const manager = parts.findIndex((part) => /^user@\d+\.service$/.test(part));
  if (manager !== -1) {
    const id = /\d+/.exec(parts[manager] ?? '')?.[0] ?? '';
    const unit = parts.slice(manager + 1).find((part) => part.endsWith('.service'));
    if (unit !== undefined) return { kind: 'user', unit: userUnit(users.get(id) ?? id, unit) };
    return parts[manager + 1] === 'init.scope'
      ? { kind: 'system', unit: parts[manager] ?? '' }
      : { kind: 'login' };
  }
  if (parts.some((part) => /^session-.*\.scope$/.test(part))) return { kind: 'login' };
  const unit = parts.find((part) => part.endsWith('.service') || part.endsWith('.mount'));
  return unit === undefined ? { kind: 'none' } : { kind: 'system', unit };
};

/**
 * Code of nobody known counts only for the main process of a service that a unit
 * file describes: a service that runs jobs, such as a runner of a forge, starts
 * whatever these bring along.
 */
const counts = (
  { pid, how }: OldProcess,
  owner: Owner,
  shown: ShownService | undefined,
): boolean => {
  if (owner.kind === 'none') return false;
  if (how !== 'other') return owner.kind !== 'system' || shown?.isRunning !== false;
  return (
    owner.kind === 'system' &&
    shown !== undefined &&
    shown.isRunning &&
    !shown.isTransient &&
    shown.mainPid === pid
  );
};

/** `KEY NUMBER NAME`, by the number. */
const namesOf = (lines: readonly string[], key: string): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line): [string, string][] => {
      const [, found, number, name] = /^(\w+) (\d+) (.+)$/.exec(line) ?? [];
      return found !== key || number === undefined || name === undefined ? [] : [[number, name]];
    }),
  );

/** nixup's own supervisor runs with the programs of the system that it can go back to. */
const isOwn = (unit: string): boolean => unit.startsWith('nixup-');

/** Reads what `services/host/old-code-script.ts` printed; `at` in ms since the epoch. */
export const readOldCode = (lines: readonly string[], at: number): OldCode | undefined => {
  const line = (key: string): string | undefined =>
    lines.find((one) => one.startsWith(`${key} `))?.slice(key.length + 1);
  if (line('as') === undefined) return undefined;
  if (!(Number(line('closure')) > 0))
    return { kind: 'unknown', why: 'its Nix did not list what the running system consists of' };
  if (line('as') !== 'root')
    return { kind: 'unknown', why: 'only root sees the processes of services' };
  const groups = namesOf(lines, 'group');
  const users = namesOf(lines, 'user');
  const shown = readShown(lines);
  const services = new Map<string, Set<string>>();
  const logins = new Set<string>();
  for (const one of readProcesses(lines)) {
    const owner = ownerOf(groups.get(one.pid) ?? '', users);
    const unit = 'unit' in owner ? owner.unit : '';
    if (!counts(one, owner, shown.get(unit)) || isOwn(unit)) continue;
    if (owner.kind === 'login') logins.add(one.pid);
    else services.set(unit, (services.get(unit) ?? new Set()).add(one.path));
  }
  return {
    kind: 'known',
    at,
    services: [...services]
      .map(
        ([unit, paths]): OldService => ({
          unit,
          paths: [...paths].sort(),
          end: oldCodeEnd(unit, shown.get(unit)?.refuses === true),
        }),
      )
      .sort((one, other) => (one.unit < other.unit ? -1 : 1)),
    logins: logins.size,
  };
};
