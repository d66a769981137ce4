import type { DemoHost } from '../data/fleet-data.ts';
import type { DemoStore } from '../nix/store.ts';
import { createMachine, type Machine, type MachineStart } from './machine.ts';

/** The machines of the fleet, each made when somebody first looks at it. */
interface Machines {
  /** The machine at an address, `USER@NAME` or `NAME`; none where nothing answers there. */
  at(address: string): Machine | undefined;
  /** Those that are deployed to, and that monitoring knows. */
  deployed(): readonly Machine[];
}

/** The most machines that monitoring tells of. */
const mostDeployed = 40;

export const createMachines = (
  options: Pick<MachineStart, 'now' | 'systemAt' | 'updates'> & {
    readonly fleet: readonly DemoHost[];
    /** The host that nixup runs on, with its store. */
    readonly localStore: { readonly host: string; readonly store: DemoStore };
  },
): Machines => {
  const { fleet, localStore } = options;
  const machines = new Map<string, Machine>();
  const named = (name: string): Machine | undefined => {
    const known = machines.get(name);
    const host = fleet.find((one) => one.name === name && one.image === undefined);
    if (known !== undefined || host === undefined) return known;
    const made = createMachine({
      ...options,
      host,
      localStore: name === localStore.host ? localStore.store : null,
    });
    machines.set(name, made);
    return made;
  };
  return {
    at: (address) => named(address.replace(/^.*@/, '')),
    deployed: () =>
      fleet
        .filter(({ image, system }) => image === undefined && system === 'x86_64-linux')
        .slice(0, mostDeployed)
        .flatMap(({ name }) => named(name) ?? []),
  };
};
