import { isSafeHostName, refusedNameWords } from '../host/address.ts';
import type { HostEntry, HostRole } from '../host/host.ts';
import { type CheckOrder, checkFor } from '../host/own-checks.ts';
import { tagOf } from './host-tags.ts';
import { type Config, type HostSettings, hostSettings } from './settings.ts';

/** One entry of `nixosConfigurations` as evaluation shows it. */
export interface ListedHost {
  readonly name: string;
  /** `x86_64-linux`; null where it did not evaluate. */
  readonly system: string | null;
  readonly isImage: boolean;
  readonly hostName: string | null;
  /** Why its details did not evaluate; its build will say more. */
  readonly failure: string | null;
}

const roleOf = (
  listed: ListedHost,
  settings: HostSettings,
  buildable: ReadonlySet<string>,
): HostRole => {
  if (!isSafeHostName(listed.name))
    return {
      kind: 'refused',
      reason: `its name is not one that a host can have: ${refusedNameWords(listed.name)}`,
    };
  if (settings.build === false) return { kind: 'left-out', reason: 'build = false in nixup.toml' };
  if (listed.isImage && settings.deploy !== true)
    return {
      kind: 'left-out',
      reason: `an image or installer, and no NixOS answers for it; if it runs: deploy = true in [hosts.${listed.name}] of nixup.toml`,
      isImage: true,
    };
  if (
    listed.system !== null &&
    buildable.size > 0 &&
    !buildable.has(listed.system) &&
    settings.buildOn === 'local'
  )
    return {
      kind: 'left-out',
      reason: `${listed.system}: nothing here can build it (no builder, build_on = "target" would)`,
    };
  if (settings.deploy === false)
    return { kind: 'build-only', reason: 'deploy = false in nixup.toml' };
  return { kind: 'deployable' };
};

/** Where a system is built: `local`, `target`, or the name of a host; this machine needs no name. */
export const builtOn = (
  where: string,
  host: string,
  here: string,
): { readonly buildOn?: string } => {
  if (where === 'local') return {};
  const place = where === 'target' ? host : where;
  return place === here ? {} : { buildOn: place };
};

/** Checks that belong to a host by its name or its tags. */
const checksOfHost = (
  { checks }: Config,
  host: { readonly name: string; readonly tags: readonly string[]; readonly address: string },
): readonly CheckOrder[] =>
  checks.flatMap(({ hosts, tags, order }) =>
    hosts.includes(host.name) || tags.some((tag) => host.tags.includes(tagOf(tag)))
      ? [checkFor(order, host)]
      : [],
  );

/** Settings of which a role, a place or a run is made; every other one is a part of the entry. */
type Apart = 'after' | 'build' | 'buildOn' | 'deploy' | 'reboot';

/** A key of the table that is missing in `HostEntry` does not compile here. */
type OwnSettings = Pick<HostEntry, Exclude<keyof HostSettings, Apart>>;

const ownSettings = ({
  after,
  build,
  buildOn,
  deploy,
  reboot,
  ...own
}: HostSettings): OwnSettings => own;

/** The hosts of the fleet: what the flake lists, with what the config says of each. Pure. */
export const fleetEntries = (
  listed: readonly ListedHost[],
  config: Config,
  buildable: ReadonlySet<string>,
  here: string,
): readonly HostEntry[] =>
  listed.map((host) => {
    const settings = hostSettings(config, host.name);
    const checks = checksOfHost(config, { ...settings, name: host.name });
    return {
      name: host.name,
      hostName: host.hostName === '' ? null : host.hostName,
      here: host.name === here,
      ...ownSettings(settings),
      ...(checks.length === 0 ? {} : { checks }),
      ...builtOn(settings.buildOn, host.name, here),
      role: roleOf(host, settings, buildable),
    };
  });
