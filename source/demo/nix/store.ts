import type { StorePath } from '../../model/nix/store-path.ts';
import { jobsOf } from '../data/build-jobs.ts';
import { committedVersion } from '../data/input-source.ts';
import type { DemoLocks } from '../data/lock-data.ts';
import type { DemoSystems } from '../data/system-data.ts';
import type { DemoProgram } from '../process/process.ts';

/** `nix-store --check-validity --print-invalid`. */
export const demoNixStore =
  (store: Pick<DemoStore, 'isValid'>): DemoProgram =>
  async (call) => {
    await call.sleep(30);
    for (const path of call.args.filter((word) => word.startsWith('/')))
      if (!store.isValid(path)) call.print(`${path}\n`);
    return 0;
  };

/** A Nix store: which paths are valid in it. */
export interface DemoStore {
  isValid(path: StorePath): boolean;
  add(path: StorePath): void;
}

/**
 * The store of this machine, which built every update so far: what those were
 * made of is filled in when a system of the host is first asked about.
 */
export const createLocalStore = (locks: DemoLocks, systems: DemoSystems): DemoStore => {
  const valid = new Set<StorePath>();
  const remembered = new Set<string>();
  const remember = (path: StorePath): void => {
    const host = systems.find(path)?.host;
    if (host === undefined || remembered.has(host.name)) return;
    remembered.add(host.name);
    for (let update = 0; update <= committedVersion; update += 1) {
      const system = systems.systemOf(host, locks.versionsAt(update));
      for (const { output } of jobsOf(system)) valid.add(output);
      for (const fetch of systems.fetchesOf(system)) valid.add(fetch.path);
    }
  };
  return {
    isValid: (path) => {
      remember(path);
      return valid.has(path);
    },
    add: (path) => {
      valid.add(path);
    },
  };
};
