import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import { evaluationFailure, type NixTrouble } from './command.ts';
import { evaluateAttribute } from './hosts.ts';

type NixWorld = Pick<World, 'exec'>;

const timeoutMs = 300_000;

const evaluate = (
  world: NixWorld,
  flake: string,
  attribute: string,
  expression: string | null,
): Promise<Result<unknown, NixTrouble>> =>
  evaluateAttribute(world, flake, attribute, expression, { timeoutMs, quiet: true });

const names = z.array(z.string());

/** The names in `nixosConfigurations`, without evaluating any host. */
export const readHostNames = async (
  world: NixWorld,
  flake: string,
): Promise<Result<readonly string[], Failure>> => {
  const found = await evaluate(world, flake, 'nixosConfigurations', 'builtins.attrNames');
  if (!found.ok) return failed(evaluationFailure(found.failure, null, flake));
  const read = names.safeParse(found.value);
  return read.success ? success(read.data) : success([]);
};

/** Names of the systemd units that a host's configuration defines; null where it does not say. */
export const readUnitNames = async (
  world: NixWorld,
  flake: string,
  host: string,
): Promise<readonly string[] | null> => {
  if (!isSafeHostName(host)) return null;
  const found = await evaluate(
    world,
    flake,
    `nixosConfigurations."${host}".config.systemd.units`,
    'builtins.attrNames',
  );
  const read = names.safeParse(found.ok ? found.value : null);
  return read.success ? read.data : null;
};

/** The flake's own table, its output `nixup`; undefined when it has none. */
export const readFlakeTable = async (
  world: NixWorld,
  flake: string,
): Promise<Result<unknown, Failure>> => {
  const found = await evaluate(world, flake, 'nixup', null);
  if (found.ok) return success(found.value);
  return found.failure.cause?.class === 'missing-attribute'
    ? success(undefined)
    : failed(evaluationFailure(found.failure, null, flake));
};
