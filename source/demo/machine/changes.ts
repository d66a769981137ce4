import type { Clock } from '../../services/world/world.ts';
import type { DemoSystems } from '../data/system-data.ts';
import { storePathFor } from '../process/hash.ts';
import type { Call } from '../process/process.ts';
import { runActivation } from './activation.ts';
import {
  type DemoActivation,
  generationByNumber,
  generationLink,
  type Machine,
  setProfile,
} from './machine.ts';
import { bootLines, probeText } from './probe.ts';

export interface MachineScriptsOptions {
  readonly systems: DemoSystems;
  readonly clock: Clock;
  /** The flake's revision, or null where its tree is dirty. */
  readonly revision: () => Promise<string | null>;
}

interface Asked {
  readonly call: Call;
  readonly machine: Machine;
  readonly script: string;
  /** The tool by which the script became root, or `none`. */
  readonly elevation: string;
}

/** Answers a script with its exit status; `found` is the match of its pattern in the script. */
export type ScriptAnswer = (asked: Asked, found: RegExpExecArray) => number | Promise<number>;

/** How long a probe works on its machine, ms; `probe.ts` tells the same. */
export const scriptMs = 40;

/** `WHO RUN FROM TO LOCK`: what a script tells its host to keep of an activation; null where it tells nothing. */
const recordIn = (script: string): string | null =>
  /"\$\(date \+%s\)" [\\']*([^\\'"]+?)[\\']* "\$/.exec(script)?.[1] ?? null;

/** Starts an activation, or follows one that was started, until it ends. */
const activateOn =
  ({ systems, clock }: MachineScriptsOptions): ScriptAnswer =>
  async ({ call, machine, script }, found) => {
    const id = found[1] ?? '';
    const isStart = script.includes('systemd-run ');
    let activation = machine.activations.get(id);
    if (activation === undefined && isStart) {
      const path = /^echo to (.*)$/m.exec(script)?.[1]?.replace(/^'(.*)'$/, '$1') ?? '';
      const to = systems.find(path);
      if (to === undefined || !machine.store.isValid(to.toplevel)) {
        call.say(`${path}/bin/switch-to-configuration: No such file or directory`);
        return 1;
      }
      machine.ordered = recordIn(script);
      const started: DemoActivation = { lines: [], waits: [], exitCode: null };
      activation = started;
      machine.activations.set(id, started);
      // A unit of its own: it continues when the connection is lost.
      void runActivation(machine, to, started, clock);
    }
    if (isStart) call.print('s\n');
    if (activation === undefined) {
      call.print('g\n');
      return 0;
    }
    let waits: readonly string[] = [];
    let shown = Number(/^n=(\d+)$/m.exec(script)?.[1] ?? 0);
    for (;;) {
      const { exitCode, lines } = activation;
      for (const line of lines.slice(shown)) call.print(`o ${line}\n`);
      shown = lines.length;
      if (activation.waits !== waits) {
        ({ waits } = activation);
        for (const line of [...waits.map((one) => `w ${one}`), 'w']) call.print(`${line}\n`);
      }
      if (exitCode !== null) {
        call.print(`x ${exitCode}\n`);
        return 0;
      }
      await call.sleep(100);
    }
  };

/** The machine is down until somebody looks, and up again then. */
const restartAt =
  (now: () => number): ScriptAnswer =>
  ({ call, machine }) => {
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

/** Takes away the generations that are named by number and system. */
const clean: ScriptAnswer = ({ call, machine, script }) => {
  const pairs = /^for pair in (.*); do$/m.exec(script)?.[1] ?? '';
  for (const [, number = '', path] of pairs.matchAll(/(\d+):([^\s']+)/g)) {
    const at = machine.generations.findIndex((one) => one.number === Number(number));
    const isNamed = machine.generations[at]?.system.toplevel === path;
    if (isNamed) machine.generations.splice(at, 1);
    call.print(`${isNamed ? 'removed' : 'refused'} ${number}\n`);
  }
  call.print(`${[...bootLines(machine), 'clean-end', ''].join('\n')}`);
  return 0;
};

/** Scripts that change a machine, each answered with how it is afterwards. */
// Over 60 lines: a table, one entry for each script that changes a machine.
export const createMachineChanges = (
  options: MachineScriptsOptions,
): Record<'activate' | 'probe' | 'persist' | 'bootOnce' | 'restart' | 'clean', ScriptAnswer> => {
  const { systems } = options;
  const { now } = options.clock;

  const probe: ScriptAnswer = async ({ call, machine, script, elevation }) => {
    const started = now();
    await call.sleep(scriptMs);
    const asksOldCode = script.includes('part old-code');
    call.print(probeText(machine, started, { elevation, asksOldCode }));
    return 0;
  };

  const persist: ScriptAnswer = async (asked, found) => {
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
    const record = recordIn(asked.script) ?? machine.ordered;
    if (record !== null) machine.noted.push(`${Math.floor(now() / 1_000)} ${record} committed`);
    machine.ordered = null;
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

  const bootOnce: ScriptAnswer = async ({ call, machine }, found) => {
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

  return {
    activate: activateOn(options),
    probe,
    persist,
    bootOnce,
    restart: restartAt(now),
    clean,
  };
};
