import type { HostEntry } from '../host/host.ts';
import { isMajorRise } from '../packages/package-version.ts';
import type { ProgramChange } from '../units/difference.ts';
import { type ForeseenUnits, noImpact, type UnitImpact } from '../units/impact.ts';

/** What taking a host to a system would do to it. */
export interface HostPreview {
  /**
   * What is known of the units, and by what. `exact`: `dry-activate` on the host said it; `forecast`:
   * the unit files of both systems were compared; `unknown`: neither, and `notCompared` says why;
   * `untouched`: nothing is switched.
   */
  readonly basis: 'exact' | 'forecast' | 'unknown' | 'untouched';
  /** The host has the system in its store already: nothing is copied. Absent where it has not. */
  readonly isThere?: true;
  /** All that will happen to units, from every source. */
  readonly impact: UnitImpact;
  /** What `dry-activate` itself said. */
  readonly said?: UnitImpact;
  /** What the unit files of both systems say; absent where they were not compared. */
  readonly foreseen?: ForeseenUnits;
  /** Why nothing, or not everything, could be compared. */
  readonly notCompared?: string;
  /** Critical units of the config that are interrupted. */
  readonly critical: readonly string[];
  /**
   * What differs from the booted system and takes effect with a reboot only: `kernel 6.18.19 →
   * 6.18.24`.
   */
  readonly bootParts: readonly string[];
  /** Why it cannot be switched to while the host runs; empty where it can. */
  readonly mustBoot: readonly string[];
  readonly programs: readonly ProgramChange[];
  /** Units of the host that would switch it by themselves, and may undo this. */
  readonly switchedBy?: readonly string[];
  /** That it runs another system than nixup deployed last; absent where it runs that, or nothing is known of it. */
  readonly otherSystem?: string;
  /** What nixup did to it last, and who: `deployed 2 h ago by anna@desk from lock 1a2b3c4d`; absent where nothing is known. */
  readonly last?: string;
  /** The specialisation that the host runs, which the new system does not have: it would be left. */
  readonly leaves?: string;
  /** The difference of the closures in short, such as `12 upgraded, 1 added`; absent where it is not known. */
  readonly packages?: {
    readonly words: string;
    readonly sizeDelta: number;
    /** At most so many bytes of the new system are not in the old one. */
    readonly newSize: number;
  };
}

const fullName = (unit: string): string => (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`);

/** Units that are down for a moment, or for good. */
export const interrupted = (impact: UnitImpact): readonly string[] => [
  ...new Set([...impact.stop, ...impact.restart]),
];

/** Stopped to be started again; a restart in two steps. A service that waits for its socket is not. */
const isStartedAgain = (impact: UnitImpact, unit: string): boolean =>
  impact.start.includes(unit) || impact.restart.includes(unit);

interface GroupedImpact {
  readonly restarts: readonly string[];
  readonly stops: readonly string[];
  readonly reloads: readonly string[];
  readonly starts: readonly string[];
  readonly keeps: readonly string[];
}

/** As a person thinks of it: what is stopped and started again restarts. */
export const groupImpact = (impact: UnitImpact): GroupedImpact => ({
  restarts: interrupted(impact).filter((unit) => isStartedAgain(impact, unit)),
  stops: impact.stop.filter((unit) => !isStartedAgain(impact, unit)),
  reloads: impact.reload,
  starts: impact.start.filter((unit) => !impact.stop.includes(unit)),
  keeps: impact.skip,
});

/** Units that a source says are stopped or started. */
export const movedUnits = ({ stop, restart, start }: UnitImpact): ReadonlySet<string> =>
  new Set([...stop, ...restart, ...start]);

/** Without what is known of these units already. */
export const impactWithout = (impact: UnitImpact, known: ReadonlySet<string>): UnitImpact => {
  const rest = (units: readonly string[]): readonly string[] =>
    units.filter((unit) => !known.has(unit));
  return {
    stop: rest(impact.stop),
    skip: rest(impact.skip),
    restart: rest(impact.restart),
    reload: rest(impact.reload),
    start: rest(impact.start),
    restartsSystemd: impact.restartsSystemd,
  };
};

const both = (one: UnitImpact, other: UnitImpact): UnitImpact => ({
  stop: [...one.stop, ...other.stop],
  skip: [...one.skip, ...other.skip],
  restart: [...one.restart, ...other.restart],
  reload: [...one.reload, ...other.reload],
  start: [...one.start, ...other.start],
  restartsSystemd: one.restartsSystemd || other.restartsSystemd,
});

/** Units that are affected because of other units, as an impact. */
export const alongImpact = ({ along }: Pick<ForeseenUnits, 'along'>): UnitImpact => {
  const named = (does: string): readonly string[] =>
    along.flatMap((one) => (one.does === does ? [one.unit] : []));
  return {
    ...noImpact,
    stop: named('stop'),
    restart: named('restart'),
    reload: named('reload'),
    start: named('start'),
  };
};

/**
 * A unit that one source only reloads, or leaves alone, counts as interrupted where the other knows
 * more. Each unit once.
 */
const strongest = (impact: UnitImpact): UnitImpact => {
  const moved = movedUnits(impact);
  const reload = [...new Set(impact.reload)].filter((unit) => !moved.has(unit));
  return {
    ...impact,
    reload,
    skip: [...new Set(impact.skip)].filter((unit) => !moved.has(unit) && !reload.includes(unit)),
  };
};

/**
 * Both sources in one: first what `dry-activate` said; what only the unit files know is kept too.
 */
export const mergeImpact = (
  said: UnitImpact | null,
  foreseen: Pick<ForeseenUnits, 'impact' | 'along'> | undefined,
): UnitImpact => {
  if (foreseen === undefined) return said ?? noImpact;
  const program = said ?? noImpact;
  const files = both(program, impactWithout(foreseen.impact, movedUnits(program)));
  return strongest(both(files, impactWithout(alongImpact(foreseen), movedUnits(files))));
};

/** The parts of a preview that say what becomes of units. */
export const unitsForeseen = (
  said: UnitImpact | null,
  foreseen: ForeseenUnits | undefined,
): Pick<HostPreview, 'impact' | 'said' | 'foreseen'> => ({
  impact: mergeImpact(said, foreseen),
  ...(said === null ? {} : { said }),
  ...(foreseen === undefined ? {} : { foreseen }),
});

/** Units that carry a person's connection or session. */
const carriers: readonly (readonly [RegExp, string])[] = [
  [/^sshd?(?:@.*)?\.(?:service|socket)$/, 'ssh'],
  [
    /^(?:systemd-networkd|NetworkManager|network-setup|network-addresses-.*|network-local-commands|dhcpcd|iwd|wpa_supplicant.*|connman)\.service$/,
    'network',
  ],
  [/^(?:firewall|nftables|iptables)\.service$/, 'firewall'],
  [
    /^(?:tailscaled|wireguard-.*|wg-quick-.*|openvpn-.*|zerotierone|nebula@?.*|netbird.*|strongswan.*|tinc\..*)\.service$/,
    'VPN',
  ],
  [/^(?:display-manager|greetd|gdm|sddm|lightdm|ly)\.service$/, 'display manager'],
  [/^(?:systemd-logind|dbus|dbus-broker)\.service$/, 'logins'],
];

const carried = (unit: string): string | undefined =>
  carriers.find(([pattern]) => pattern.test(unit))?.[1];

/** `sshd (ssh)`: units among these that may drop the person's connection for a moment. */
export const cutsOff = (impact: UnitImpact): readonly string[] =>
  interrupted(impact).flatMap((unit) => {
    const what = carried(unit);
    return what === undefined ? [] : [`${unit.replace(/\.service$/, '')} (${what})`];
  });

/** `ssh`: what these may drop, each once. */
export const connectionsCut = (impact: UnitImpact): readonly string[] => [
  ...new Set(interrupted(impact).flatMap((unit) => carried(unit) ?? [])),
];

/** Critical units of the config that are interrupted. */
export const criticalAmong = (
  entry: Pick<HostEntry, 'critical'>,
  impact: UnitImpact,
): readonly string[] => {
  const critical = new Set(entry.critical.map(fullName));
  return interrupted(impact).filter((unit) => critical.has(unit));
};

/** Programs that change their data when a newer version starts for the first time. */
const stateful =
  /^(?:postgresql|mysql|mariadb|percona-server|mongodb|redis|valkey|influxdb2?|clickhouse|elasticsearch|opensearch|couchdb|etcd|cassandra|victoriametrics|prometheus|loki|tempo|grafana|nextcloud|gitea|forgejo|gitlab|hydra|keycloak|kanidm|authentik|openldap|vaultwarden|bitwarden_rs|matrix-synapse|synapse|dendrite|mastodon|pleroma|akkoma|immich|immich-server|paperless-ngx|photoprism|jellyfin|plexmediaserver|emby|sonarr|radarr|lidarr|readarr|prowlarr|bazarr|nzbget|sabnzbd|home-assistant|homeassistant|zigbee2mqtt|mosquitto|node-red|unifi|unifi-controller|minio|garage|seafile|syncthing|wiki-js|bookstack|outline|miniflux|freshrss|netbox|zabbix|rabbitmq-server|vault|consul|nomad|jenkins|teamcity|sonarqube|dovecot|stalwart-mail|roundcube|odoo|peertube|lemmy|invidious|pocket-id|actual-server|firefly-iii|audiobookshelf|calibre-web|navidrome|komga|kavita)(?:[-_].*)?$/;

/** What another major version does to the data of a service: `migrates` it, or `may-not-read` it after a fall. */
const dataRisk = ({ name, from, to }: ProgramChange): 'migrates' | 'may-not-read' | null => {
  if (!stateful.test(name)) return null;
  if (isMajorRise(from, to)) return 'migrates';
  return isMajorRise(to, from) ? 'may-not-read' : null;
};

/** Services with this risk, each named once. */
const atRisk = (
  { programs }: HostPreview,
  risk: 'migrates' | 'may-not-read',
): readonly ProgramChange[] => {
  const told = new Set<string>();
  return programs.filter((change) => {
    if (dataRisk(change) !== risk || told.has(change.name)) return false;
    told.add(change.name);
    return true;
  });
};

/** Services that change their data when they start: the old version may not read it any more. */
export const irreversible = (preview: HostPreview): readonly ProgramChange[] =>
  atRisk(preview, 'migrates');

/** Services that would start on the data of a newer major version, as a rollback does it. */
export const mayNotReadData = (preview: HostPreview): readonly ProgramChange[] =>
  atRisk(preview, 'may-not-read');

export const needsReboot = (preview: HostPreview): boolean =>
  preview.mustBoot.length > 0 || preview.bootParts.length > 0;

/**
 * What of this was not in the preview that the person agreed to, of what a person wants to know:
 * critical units, and what may drop the connection.
 */
export const surprises = (agreed: HostPreview, exact: HostPreview): readonly string[] => {
  const known = new Set([...agreed.critical, ...cutsOff(agreed.impact)]);
  return [...exact.critical, ...cutsOff(exact.impact)].filter((unit) => !known.has(unit));
};
