import { closureText } from '../nix/closure-text.ts';
import type { Call } from '../process/process.ts';
import { dryActivateLines } from './activation.ts';
import { type Answer, createMachineDeeds, type MachineScriptsOptions, scriptMs } from './deeds.ts';
import type { Machine } from './machine.ts';
import { demoDryRun, demoPreview, demoUnitTexts, describeDemoSystem } from './preview.ts';
import { bootLines } from './probe.ts';
import { unitDetailsText } from './units.ts';

/** Runs the script on standard input of a call on a machine; answers its exit status. */
export type RunScript = (call: Call, machine: Machine, launcher: string) => Promise<number>;

const storePathPattern = String.raw`(\/nix\/store\/[0-9a-z]{32}-[^\s'";/]+)`;

/** The scripts that nixup runs on hosts, answered from the state of the machine. */
export const createMachineScripts = (options: MachineScriptsOptions): RunScript => {
  const { systems, clock } = options;
  const { activate, probe, persist, bootOnce, restart } = createMachineDeeds(options);

  const facts = (machine: Machine): string =>
    [
      `current ${machine.current.toplevel}`,
      `boot-id ${machine.bootId}`,
      `machine-id ${machine.machineId}`,
      `host-name ${machine.host.name}`,
      '',
    ].join('\n');

  const readRecords: Answer = ({ call, machine }) => {
    for (const one of machine.activations.values())
      call.print(
        [
          `record ${one.id}`,
          `from ${one.from}`,
          `to ${one.to}`,
          `mode ${one.mode}`,
          `who ${one.who}`,
          `since ${Math.floor(one.since / 1000)}`,
          `boot-id ${machine.bootId}`,
          ...(one.exitCode === null
            ? ['phase activating']
            : [`phase activation ${one.exitCode}`, `exit ${one.exitCode}`]),
          'record-end',
          '',
        ].join('\n'),
      );
    return 0;
  };

  /** What nixup asks of a host, by a sign in the script; the first that fits answers. */
  const answers: readonly (readonly [RegExp, Answer])[] = [
    [
      new RegExp(`${storePathPattern}/bin/switch-to-configuration[\\s\\S]*nixup-persist-end`),
      persist,
    ],
    [/nixup-probe 1/, probe],
    [
      new RegExp(`^new=${storePathPattern}$[\\s\\S]*nixup-preview-end`, 'm'),
      async ({ call, machine }, found) => {
        await call.sleep(scriptMs);
        call.print(demoPreview(machine, systems.find(found[1] ?? '')));
        return 0;
      },
    ],
    [
      new RegExp(`^system=${storePathPattern}$`, 'm'),
      ({ call }, found) => {
        const system = systems.find(found[1] ?? '');
        if (system === undefined) return 1;
        call.print(`${describeDemoSystem(system, 'new').join('\n')}\n`);
        return 0;
      },
    ],
    [
      /^if cd (\S+)\/etc\/systemd\/system .*\nfor name in (.*); do$/m,
      ({ call, machine }, found) => {
        const path = found[1] ?? '';
        const system = path === '/run/current-system' ? machine.current : systems.find(path);
        if (system === undefined) return 1;
        call.print(`${demoUnitTexts(system, 'text', (found[2] ?? '').split(' ')).join('\n')}\n`);
        return 0;
      },
    ],
    [/^folder=\/run\/nixup\/(\S+)$[\s\S]*\bidle=0\b/m, activate],
    [
      new RegExp(`^${storePathPattern}/bin/switch-to-configuration dry-activate`, 'm'),
      ({ call, machine }, found) => {
        const to = systems.find(found[1] ?? '');
        if (to === undefined) {
          call.print('No such file or directory\nx 127\n');
          return 0;
        }
        call.print(`${dryActivateLines(machine, to).join('\n')}\nx 0\n`);
        return 0;
      },
    ],
    [
      new RegExp(`^path=${storePathPattern}$[\\s\\S]*--query --requisites`, 'm'),
      ({ call }, found) => {
        const system = systems.find(found[1] ?? '');
        if (system === undefined) return 1;
        call.print(closureText(systems, system));
        return 0;
      },
    ],
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
    [/record-end/, readRecords],
    // Its machines are never lost, so they need no supervisor: there is nothing to decide.
    [/^ {2}\[ -e "\$folder\/result" \] \|\| ln -s /m, () => 0],
    [
      /^systemctl status [^\n]* -- (\S+) /m,
      ({ call, machine }, found) => {
        call.print(unitDetailsText(machine, found[1] ?? '', clock.now()));
        return 0;
      },
    ],
    [
      new RegExp(`--check-validity ${storePathPattern}[\\s\\S]*echo gone`),
      ({ call, machine }, found) => {
        call.print(
          machine.store.isValid(found[1] ?? '')
            ? `current ${machine.current.toplevel}\n`
            : 'gone\n',
        );
        return 0;
      },
    ],
    [
      new RegExp(`--check-validity ${storePathPattern}[\\s\\S]*echo valid`),
      ({ call, machine, script }, found) => {
        const path = found[1] ?? '';
        const to = systems.find(path);
        call.print(machine.store.isValid(path) ? 'valid\n' : 'absent\n');
        if (machine.store.isValid(path) && to !== undefined && script.includes('dry-activate'))
          call.print(`${demoDryRun(machine, to).join('\n')}\n`);
        return 0;
      },
    ],
    [
      /echo "host-name \$\(cat/,
      ({ call, machine }) => {
        call.print(facts(machine));
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
