import type { Call } from '../process/process.ts';
import { journalOf } from './activation.ts';
import { createMachineChanges, type MachineScriptsOptions } from './changes.ts';
import type { Machine } from './machine.ts';
import { bootLines } from './probe.ts';
import { type SignedAnswer, storeAnswers, storePathPattern, systemAnswers } from './systems.ts';
import { unitAnswer } from './units.ts';

/** Runs the script on standard input of a call on a machine; answers its exit status. */
export type RunScript = (call: Call, machine: Machine, launcher: string) => Promise<number>;

const factsOf = (machine: Machine): string =>
  [
    `current ${machine.current.toplevel}`,
    `boot-id ${machine.bootId}`,
    `machine-id ${machine.machineId}`,
    `host-name ${machine.host.name}`,
    '',
  ].join('\n');

/** The scripts that nixup runs on hosts, answered from the state of the machine. */
// Over 60 lines: a table, whose order decides which answer fits first.
export const createMachineScripts = (options: MachineScriptsOptions): RunScript => {
  const { systems, clock } = options;
  const { activate, probe, persist, bootOnce, restart, clean } = createMachineChanges(options);

  /**
   * The scripts that nixup runs on a host, each by a pattern of its text; the first that matches
   * answers.
   */
  const answers: readonly SignedAnswer[] = [
    [
      new RegExp(`${storePathPattern}/bin/switch-to-configuration[\\s\\S]*nixup-persist-end`),
      persist,
    ],
    [/nixup-probe 1/, probe],
    [/^folder=\/run\/nixup\/(\S+)$[\s\S]*^partial=$/m, activate],
    ...systemAnswers(systems),
    [new RegExp(`^new=${storePathPattern}$[\\s\\S]*once-end`, 'm'), bootOnce],
    [
      /echo once-look/,
      ({ call, machine }) => {
        call.print(`${[...bootLines(machine), 'once-look', ''].join('\n')}`);
        return 0;
      },
    ],
    [
      /echo chosen/,
      ({ call }) => {
        call.print('chosen\n');
        return 0;
      },
    ],
    [/echo restarting/, restart],
    [/^echo clean-end$/m, clean],
    // Its machines are never lost, so they need no supervisor: there is nothing to decide.
    [/^ {2}\[ -e "\$folder\/result" \] \|\| ln -s /m, () => 0],
    [
      /^(?:sudo -n )?systemctl restart -- (.*?) 2>&1/m,
      ({ machine }, found) => {
        for (const unit of (found[1] ?? '').split(' ')) {
          machine.runsOld.delete(unit);
          journalOf(machine, unit, machine.failed.has(unit), clock.now());
        }
        return 0;
      },
    ],
    [
      /^systemctl show --no-pager -p LoadState|^may_read\(\) \{$/m,
      ({ call, machine, script }) => {
        call.print(unitAnswer(machine, script, clock.now()));
        return 0;
      },
    ],
    [
      /journalctl [^\n]*MESSAGE_ID=/,
      ({ call }) => {
        call.print(`begins ${Math.floor(clock.now() / 1_000) - 30 * 86_400}\nkept on-disk\n`);
        return 0;
      },
    ],
    ...storeAnswers(systems),
    [
      /echo "host-name \$\(cat/,
      ({ call, machine }) => {
        call.print(factsOf(machine));
        return 0;
      },
    ],
  ];

  return async (call, machine, launcher) => {
    const { input } = call;
    const elevation = launcher.includes('sh -s sudo') ? 'sudo' : 'none';
    for (const [pattern, answer] of answers) {
      const found = pattern.exec(input);
      if (found !== null) return await answer({ call, machine, script: input, elevation }, found);
    }
    const first = input
      .split('\n')
      .find((line) => /^[a-z]/.test(line) && !line.startsWith('PATH='));
    call.say(`sh: the machines of the demo do not know this script: ${first ?? ''}`);
    return 127;
  };
};
