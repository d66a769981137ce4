import type { ListedHost } from '../../model/config/host-entries.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import type { HostQuestion } from './batch-expression.ts';
import { type BatchOptions, evaluateInBatches } from './batches.ts';
import { listNames, undescribedHost } from './hosts.ts';

export interface ListHostsOptions extends Partial<BatchOptions> {
  /** The names, where they are known already. */
  readonly names?: readonly string[] | undefined;
  /** Called with the names; answers what is asked about them. Without it every host is described. */
  readonly onNames?:
    | ((names: readonly string[]) => Promise<{
        readonly questions: readonly HostQuestion[];
        readonly systems: readonly string[];
      }>)
    | undefined;
}

const describing = (host: string): HostQuestion => ({ host, describes: true, toplevel: 'no' });

/**
 * The entries of `nixosConfigurations`, with the facts of those that were asked about; one that fails
 * to evaluate never hides another.
 */
export const listHosts = async (
  world: Pick<World, 'environment' | 'exec' | 'files' | 'randomId' | 'clock'>,
  flake: string,
  options: ListHostsOptions = {},
): Promise<Result<readonly ListedHost[], Failure>> => {
  const { signal, onNames, onBatch } = options;
  const named =
    options.names === undefined ? await listNames(world, flake, signal) : success(options.names);
  if (!named.ok) return named;
  const names = named.value;
  const described = new Map<string, ListedHost>();
  const asked = await onNames?.(names);
  await evaluateInBatches(world, flake, asked?.questions ?? names.map(describing), {
    ...options,
    systems: asked?.systems ?? options.systems,
    jobs: options.jobs ?? 2,
    mostBytes: options.mostBytes ?? Number.POSITIVE_INFINITY,
    onBatch: async (answers) => {
      for (const host of answers.described) described.set(host.name, host);
      await onBatch?.(answers);
    },
  });
  if (signal?.aborted === true) return failed({ code: 'canceled', what: 'the list of hosts' });
  return success(names.map((name) => described.get(name) ?? undescribedHost(name, null)));
};
