import type { StorePath } from '../../model/nix/store-path.ts';
import { activities } from '../../parsers/nix/log-activities.ts';
import { printedMarks } from '../../services/ssh/remote-script.ts';
import { jobsOf } from '../data/build-jobs.ts';
import type { DemoSystems } from '../data/system-data.ts';
import { createNixLog } from '../nix/log.ts';
import type { DemoProgram } from '../process/process.ts';
import type { Machine } from './machine.ts';
import type { RunScript } from './scripts.ts';

interface DemoHostsOptions {
  /** The machine behind an ssh destination. */
  readonly machineAt: (address: string) => Machine | undefined;
  /** The machine that nixup runs on. */
  readonly here: string;
  readonly runScript: RunScript;
}

/** `ssh` to the machines of the fleet, and `sh` on the one that nixup runs on. */
export const createDemoHosts = ({
  machineAt,
  here,
  runScript,
}: DemoHostsOptions): { readonly ssh: DemoProgram; readonly sh: DemoProgram } => {
  const answer: RunScript = async (call, machine, launcher) => {
    const [before, after] = printedMarks(call.input);
    call.print(before);
    const status = await runScript(call, machine, launcher);
    call.print(after);
    return status;
  };
  return {
    ssh: async (call) => {
      // Its settings are the defaults: no host is reached by way of another.
      if (call.args[0] === '-G') return 0;
      const at = call.args.indexOf('--');
      const address = call.args[at + 1] ?? '';
      const machine = machineAt(address);
      if (machine === undefined) {
        call.say(`ssh: Could not resolve hostname ${address}: Name or service not known`);
        return 255;
      }
      if (machine.host.isAsleep === true) {
        await call.sleep(3_050);
        call.say(`ssh: connect to host ${address} port 22: No route to host`);
        return 255;
      }
      const isFresh = call.args.includes('ControlPath=none');
      await call.sleep(machine.host.latencyMs * (isFresh ? 5 : 1));
      return await answer(call, machine, call.args.slice(at + 2).join(' '));
    },

    sh: async (call) => {
      const machine = machineAt(here);
      if (machine === undefined || call.args[0] !== '-c') {
        call.say('sh: the shell of the demo runs only what nixup asks of its own machine');
        return 127;
      }
      return await answer(call, machine, call.args[1] ?? '');
    },
  };
};

/** Paths copied one by one; the rest of a closure goes with the last of them. */
const mostCopied = 12;

/** `nix copy` to the machines of the fleet. */
export const createDemoCopy = (
  systems: DemoSystems,
  machineAt: (address: string) => Machine | undefined,
): DemoProgram => {
  /** The paths of a system's closure that a machine does not have. */
  const missingPaths = (machine: Machine, path: StorePath): readonly StorePath[] => {
    const system = systems.find(path);
    if (system === undefined) return [path];
    const parts = [
      ...systems.fetchesOf(system).map((fetch) => fetch.path),
      ...jobsOf(system).map(({ output }) => output),
    ];
    return [...new Set([...parts.slice(-mostCopied), path])].filter(
      (part) => !machine.store.isValid(part),
    );
  };

  return async (call) => {
    const to = call.args[call.args.indexOf('--to') + 1] ?? '';
    const path = call.args.find((arg) => arg.startsWith('/nix/store/')) ?? '';
    const address = to.replace(/^ssh-ng:\/\//, '').replace(/[?].*$/, '');
    const machine = machineAt(address);
    if (machine === undefined || machine.host.isAsleep === true) {
      await call.sleep(3_050);
      call.say(`error: failed to start SSH connection to '${address}'`);
      return 1;
    }
    const log = createNixLog(call);
    const paths = missingPaths(machine, path);
    const total = log.start(activities.copyPaths.type, `copying ${paths.length} paths`);
    for (const [index, part] of paths.entries()) {
      const bytes = 4_000_000 + part.length * 90_000;
      const id = log.start(activities.copyPath.type, `copying path '${part}' to '${to}'`, [
        part,
        'daemon',
        to,
      ]);
      await call.sleep(70 + machine.host.latencyMs * 3);
      log.progress(id, bytes, bytes);
      log.stop(id);
      machine.store.add(part);
      log.progress(total, index + 1, paths.length);
    }
    log.stop(total);
    return 0;
  };
};
