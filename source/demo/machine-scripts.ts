import type { Clock } from '../services/world.ts';
import { closureText } from './closure-text.ts';
import { storePathFor } from './hash.ts';
import {
  type Activation,
  generationByNumber,
  generationLink,
  type Machine,
  setProfile,
} from './machine.ts';
import { dryActivateLines, runActivation } from './machine-activation.ts';
import { demoDryRun, demoPreview, demoUnitTexts, describeDemoSystem } from './machine-preview.ts';
import { bootLines, probeText } from './machine-probe.ts';
import { unitDetailsText } from './machine-units.ts';
import type { Call } from './process.ts';
import type { DemoSystems } from './system-data.ts';

export interface MachineScriptsOptions {
  readonly systems: DemoSystems;
  readonly clock: Clock;
  /** The flake's revision, or null where its tree is dirty. */
  readonly revision: () => Promise<string | null>;
}

/** Runs the script on standard input of a call on a machine; answers its exit status. */
export type RunScript = (call: Call, machine: Machine, launcher: string) => Promise<number>;

interface Asked {
  readonly call: Call;
  readonly machine: Machine;
  readonly script: string;
  /** The tool by which the script became root, or `none`. */
  readonly elevation: string;
}

type Answer = (asked: Asked, found: RegExpExecArray) => number | Promise<number>;

const storePathPattern = String.raw`(\/nix\/store\/[0-9a-z]{32}-[^\s'";/]+)`;

/** How long a probe works on its machine, ms; `machine-probe.ts` tells the same. */
const scriptMs = 40;

/** The scripts that nixup runs on hosts, answered from the state of the machine. */
export const createMachineScripts = (options: MachineScriptsOptions): RunScript => {
  const { systems, clock } = options;
  const { now } = clock;

  const activate: Answer = async ({ call, machine, script }, found) => {
    const id = found[1] ?? '';
    const fact = (name: string): string =>
      new RegExp(`^echo ${name} (.*)$`, 'm').exec(script)?.[1]?.replace(/^'(.*)'$/, '$1') ?? '';
    const isStart = script.includes('systemd-run ');
    let activation = machine.activations.get(id);
    if (activation === undefined && isStart) {
      const to = systems.find(fact('to'));
      if (to === undefined || !machine.store.isValid(to.toplevel)) {
        call.say(`${fact('to')}/bin/switch-to-configuration: No such file or directory`);
        return 1;
      }
      const started: Activation = {
        id,
        from: fact('from'),
        to: to.toplevel,
        mode: fact('mode'),
        who: fact('who'),
        since: now(),
        lines: [],
        exitCode: null,
      };
      activation = started;
      machine.activations.set(id, started);
      // A unit of its own: it goes on when the connection is lost.
      void runActivation(machine, to, started, options.clock);
    }
    if (isStart) call.print('s\n');
    if (activation === undefined) {
      call.print('g\n');
      return 0;
    }
    let shown = Number(/^n=(\d+)$/m.exec(script)?.[1] ?? 0);
    for (;;) {
      const { exitCode, lines } = activation;
      for (const line of lines.slice(shown)) call.print(`o ${line}\n`);
      shown = lines.length;
      if (exitCode !== null) {
        call.print(`x ${exitCode}\n`);
        return 0;
      }
      await call.sleep(100);
    }
  };

  const probe: Answer = async ({ call, machine, elevation }) => {
    const started = now();
    await call.sleep(scriptMs);
    call.print(probeText(machine, started, elevation));
    return 0;
  };

  const persist: Answer = async (asked, found) => {
    const { call, machine } = asked;
    const system = systems.find(found[1] ?? '');
    await call.sleep(400);
    if (system === undefined || !machine.store.isValid(system.toplevel)) {
      call.print('step missing 1\n');
      return 0;
    }
    const isSet = generationByNumber(machine, machine.profile)?.system === system;
    if (!isSet) {
      setProfile(machine, system, now(), await options.revision());
      call.print('step profile 0\n');
    }
    await call.sleep(600);
    machine.bootDefault = machine.profile;
    call.print(
      [
        'step boot 0',
        `o updating systemd-boot from 260.2 to 260.3`,
        `profile ${system.toplevel}`,
        `profile-link ${generationLink(machine.profile).replace(/^.*\//, '')}`,
        'nixup-persist-end',
        '',
      ].join('\n'),
    );
    return await probe(asked, found);
  };

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

  const bootOnce: Answer = async ({ call, machine }, found) => {
    const system = systems.find(found[1] ?? '');
    if (system === undefined || !machine.store.isValid(system.toplevel)) return 1;
    call.print(`profile-before ${generationLink(machine.profile).replace(/^.*\//, '')}\n`);
    if (generationByNumber(machine, machine.profile)?.system !== system)
      setProfile(machine, system, now(), await options.revision());
    machine.bootsOnce = system;
    await call.sleep(600);
    call.print(`${[...bootLines(machine), 'once-end', ''].join('\n')}`);
    return 0;
  };

  /** It is down while nobody looks, and up again when the next one does. */
  const restart: Answer = ({ call, machine }) => {
    const system = machine.bootsOnce ?? generationByNumber(machine, machine.bootDefault)?.system;
    if (system !== undefined) {
      machine.current = system;
      machine.booted = system;
    }
    machine.bootsOnce = null;
    machine.startedAt = now();
    machine.bootId = storePathFor('boot', `${machine.host.name} ${now()}`).slice(11, 43);
    call.print('restarting\n');
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
        call.print(unitDetailsText(machine, found[1] ?? '', now()));
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
