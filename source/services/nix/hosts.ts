import { z } from 'zod';
import type { ListedHost } from '../../model/config/host-entries.ts';
import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { inNaturalOrder } from '../../model/words/natural-order.ts';
import type { ExecOptions, World } from '../world/world.ts';
import { describeHost, readHostFacts } from './batch-expression.ts';
import { describeCause, evaluationFailure, type NixTrouble, parseJson, runNix } from './command.ts';
import { evalCommand } from './eval-command.ts';

/**
 * The value of a flake's attribute, or what a function of the Nix language makes
 * of it; as JSON says it. Never writes the lock.
 */
export const evaluateAttribute = async (
  world: Pick<World, 'exec'>,
  flake: string,
  attribute: string,
  expression: string | null,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs' | 'quiet'> = {},
): Promise<Result<unknown, NixTrouble>> => {
  const command = evalCommand(flake, attribute, expression);
  const result = await runNix(world, command, options);
  if (!result.ok) return result;
  const json = parseJson(command, result.value.stdout);
  return json.ok ? json : failed({ failure: json.failure, cause: null });
};

export const undescribedHost = (name: string, failure: string | null): ListedHost => ({
  name,
  system: null,
  hostName: null,
  isImage: false,
  failure,
});

/** Why Nix does not say what a host is. */
export const whyUndescribed = ({ cause, failure }: NixTrouble, flake: string): string =>
  cause === null ? explainShortly(failure) : describeCause(cause, flake);

/** The facts of one host, by a process of its own. */
export const describeAlone = async (
  world: Pick<World, 'exec'>,
  flake: string,
  name: string,
  signal?: AbortSignal,
): Promise<ListedHost> => {
  const attribute = `nixosConfigurations."${name}"`;
  const found = await evaluateAttribute(world, flake, attribute, describeHost, { signal });
  return found.ok
    ? (readHostFacts(name, found.value) ?? undescribedHost(name, 'it is not a NixOS configuration'))
    : undescribedHost(name, whyUndescribed(found.failure, flake));
};

/** The names in `nixosConfigurations`; host2 stands before host10, where Nix has it behind. */
export const listNames = async (
  world: Pick<World, 'exec'>,
  flake: string,
  signal?: AbortSignal,
): Promise<Result<readonly string[], Failure>> => {
  const found = await evaluateAttribute(world, flake, 'nixosConfigurations', 'builtins.attrNames', {
    signal,
  });
  if (!found.ok) return failed(evaluationFailure(found.failure, null, flake));
  const names = z.array(z.string()).safeParse(found.value);
  return names.success
    ? success(inNaturalOrder(names.data))
    : failed({
        code: 'evaluation-failed',
        host: null,
        cause: 'nixosConfigurations is not a set of hosts',
        tail: [],
      });
};
