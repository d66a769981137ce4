import { printedMarks } from '../../services/ssh/remote-script.ts';
import type { Program } from '../process/process.ts';
import type { Machine } from './machine.ts';
import type { RunScript } from './scripts.ts';

export interface DemoHostsOptions {
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
}: DemoHostsOptions): { readonly ssh: Program; readonly sh: Program } => {
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
