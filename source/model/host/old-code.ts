import { type StorePath, storePathName } from '../nix/store-path.ts';
import { counted } from '../words/sentences.ts';
import { showUnitFailure } from './unit-failure.ts';
import { shortUnitName } from './unit-name.ts';

/** When a service takes its new code: by a restart that nixup can do, or by something else. */
type OldCodeEnd =
  /** `cuts`: the connection to the host may drop for a moment. */
  | { readonly kind: 'restart'; readonly cuts: boolean }
  | { readonly kind: 'later'; readonly why: string };

/** A service whose processes have code in memory that the running system does not have. */
export interface OldService {
  /** `nginx.service`, or `ada/syncthing.service` of a user. */
  readonly unit: string;
  /** What its processes have of other systems. */
  readonly paths: readonly StorePath[];
  readonly end: OldCodeEnd;
}

/** What still runs old code on a host, as far as the asking user sees its processes. */
export type OldCode =
  | {
      readonly kind: 'known';
      /** When the host was asked, ms since the epoch. */
      readonly at: number;
      readonly services: readonly OldService[];
      /** Processes of logins, which take new code with the next login. */
      readonly logins: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

interface EndRule {
  readonly units: RegExp;
  readonly why: string;
}

/** Services that a restart would take more with than themselves. */
const laterUnits: readonly EndRule[] = [
  {
    units: /^(?:dbus|dbus-broker)\.service$/,
    why: 'with the next boot, as it is the bus of the system',
  },
  {
    units: /^(?:display-manager|gdm|sddm|lightdm|greetd|ly|xdm)\.service$/,
    why: 'with the next boot, as a restart ends the graphical sessions',
  },
  { units: /^systemd-logind\.service$/, why: 'with the next boot, as it holds the sessions' },
  { units: /^user@\d+\.service$/, why: 'with the next login, as it is the manager of a user' },
  { units: /^(?:getty|serial-getty|autovt|console-getty)[@.]/, why: 'with the next login' },
  { units: /^sshd?@/, why: 'with the next connection' },
  { units: /\.(?:mount|scope)$/, why: 'with the next boot, as a restart would take it away' },
];

/** Services that may carry the connection of nixup itself. */
const carriers =
  /^(?:NetworkManager|systemd-networkd|dhcpcd|wpa_supplicant.*|iwd|tailscaled|wg-quick-.*|wireguard-.*|network-addresses-.*|nftables|firewall|openvpn-.*|zerotierone|connman)\.service$/;

/** Whether a restart of the unit may cut the connection for a moment. */
export const isCarrier = (unit: string): boolean =>
  carriers.test(unit) || /^sshd?\.(?:service|socket)$/.test(unit);

/** How a unit comes to its new code; `refuses`: systemd does not let anybody stop it. */
export const oldCodeEnd = (unit: string, refuses: boolean): OldCodeEnd => {
  if (unit.includes('/')) return { kind: 'later', why: 'with the next login of its user' };
  const rule = laterUnits.find(({ units }) => units.test(unit));
  if (rule !== undefined) return { kind: 'later', why: rule.why };
  if (refuses) return { kind: 'later', why: 'with the next boot, as systemd refuses to stop it' };
  return { kind: 'restart', cuts: carriers.test(unit) };
};

export const oldServicesOf = (old: OldCode | undefined): readonly OldService[] =>
  old?.kind === 'known' ? old.services : [];

const shownUnit = (unit: string): string => shortUnitName(showUnitFailure(unit));

/** `nginx-1.28.0`, without the hash. */
const packageOf = (path: StorePath): string => storePathName(path).slice(33);

/** `2 services still run old code: nginx, dbus`; null where none does, or nobody knows. */
export const oldCodeWords = (old: OldCode | undefined): string | null => {
  const services = oldServicesOf(old);
  return services.length === 0
    ? null
    : `${counted(services.length, 'service')} still ${services.length === 1 ? 'runs' : 'run'} old code: ${services.map(({ unit }) => shownUnit(unit)).join(', ')}`;
};

/** One line for each service: what it has of other systems, and what ends that. */
export const oldServiceLine = ({ unit, paths, end }: OldService): string => {
  const packages = [...new Set(paths.map(packageOf))];
  const more = packages.length > 3 ? ` and ${packages.length - 3} more` : '';
  const how =
    end.kind === 'later'
      ? `takes the new code ${end.why}`
      : `can be restarted${end.cuts ? '; the connection may drop briefly' : ''}`;
  return `${shownUnit(unit)}: ${how} (has ${packages.slice(0, 3).join(', ')}${more} of an earlier system)`;
};

/** Processes of logins, as a sentence; null where there is none. */
export const oldLoginWords = (old: OldCode | undefined): string | null =>
  old?.kind !== 'known' || old.logins === 0
    ? null
    : `${counted(old.logins, 'process', 'processes')} of logins too; they take the new code with the next login.`;

/** `dbus is not restarted: it takes the new code with the next boot, …`. */
export const laterServiceLine = ({ unit, end }: OldService): string =>
  `${shownUnit(unit)} is not restarted${end.kind === 'later' ? `: it takes the new code ${end.why}` : ''}`;

/** What a restart of such a unit takes with it, for whoever asks for it by its name. */
export const hardRestartWords = ({ unit, end }: OldService): string =>
  `a restart of ${shownUnit(unit)} may take more with it${end.kind === 'later' ? `: nixup leaves it for a better time, ${end.why}` : ''}`;
