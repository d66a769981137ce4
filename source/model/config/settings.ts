import type { z } from 'zod';
import type { CheckOrder } from '../host/own-checks.ts';
import { configSchema } from './config.ts';
import { hostDefaults } from './host.ts';

/** `nixup.toml` with every default filled in. Durations are milliseconds. */
export type Config = z.output<typeof configSchema>;

type HostConfig = Config['hosts'][string];
export type MonitoringConfig = Config['monitoring'];
export type ServerConfig = NonNullable<MonitoringConfig['prometheus']>;
export type CommandsConfig = Config['commands'];
type Hold = NonNullable<Config['inputs'][string]['hold']>;

/** The configuration of a fleet without a file. */
export const defaultConfig: Config = configSchema.parse({});

export interface HostSettings extends HostConfig {
  readonly address: string;
}

/** A host's table with defaults; the address of a host without one is its name. */
export const hostSettings = (config: Config, name: string): HostSettings => {
  const table = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
  const settings = table ?? hostDefaults;
  return { ...settings, address: settings.address ?? name };
};

/**
 * Inputs that stay at their locked revision on a day (`2026-12-01`): a hold
 * ends at the start of its `until`.
 */
export const heldInputs = (config: Config, today: string): ReadonlyMap<string, Hold> => {
  const held = new Map<string, Hold>();
  for (const [name, { hold }] of Object.entries(config.inputs))
    if (hold !== null && (hold.until === null || today < hold.until)) held.set(name, hold);
  return held;
};

/** Checks that belong to no host: rows of the check board. */
export const fleetChecks = ({ checks }: Config): readonly CheckOrder[] =>
  checks.flatMap(({ hosts, tags, order }) => (hosts.length + tags.length === 0 ? [order] : []));
