import type { Clock } from '../../services/world/world.ts';
import type { DemoSystem } from '../data/system-data.ts';
import type { DemoActivation, Machine } from './machine.ts';

/** How switching from one system to another changes the units of a machine. */
interface UnitChanges {
  readonly stop: readonly string[];
  readonly restart: readonly string[];
  readonly fails: readonly string[];
}

const isBroken = (machine: Machine, to: DemoSystem, unit: string): boolean => {
  const { breaks, channel } = machine.host;
  return breaks?.unit === unit && (to.versions.get(channel) ?? 0) >= breaks.from;
};

const differenceOf = (machine: Machine, to: DemoSystem): UnitChanges => {
  const from = machine.current;
  const changed = to.services.filter((unit) => from.unitSeed(unit) !== to.unitSeed(unit));
  const restarted: readonly string[] = changed.filter(
    (unit) => unit === 'sshd.service' || unit === 'dbus.service',
  );
  return {
    stop: changed.filter((unit) => !restarted.includes(unit)),
    restart: from === to ? [] : [...restarted, 'nix-daemon.service'],
    fails: to.services.filter(
      (unit) => isBroken(machine, to, unit) || machine.host.failedUnits?.includes(unit) === true,
    ),
  };
};

const listed = (text: string, units: readonly string[]): readonly string[] =>
  units.length === 0 ? [] : [`${text} the following units: ${units.join(', ')}`];

/** What `switch-to-configuration dry-activate` prints. */
export const dryActivateLines = (machine: Machine, to: DemoSystem): readonly string[] => {
  const { stop, restart } = differenceOf(machine, to);
  return [
    ...listed('would stop', stop),
    'would activate the configuration...',
    ...listed('would reload', machine.current === to ? [] : ['dbus.service']),
    ...listed('would restart', restart),
    ...listed('would start', stop),
  ];
};

/** What a start of a unit leaves in the journal. */
export const journalOf = (machine: Machine, unit: string, fails: boolean, at: number): void => {
  const { breaks } = machine.host;
  const name = unit.replace(/\.service$/, '');
  const words = !fails
    ? []
    : breaks?.unit === unit
      ? breaks.words
      : ['error: cannot open its folder: No such file or directory'];
  const write = (from: 'unit' | 'systemd', text: string): void => {
    machine.journal.push({ unit, at: at + machine.journal.length, from, text });
  };
  write('systemd', `Starting ${name}...`);
  for (const text of words) write('unit', text);
  if (!fails) {
    write('systemd', `Started ${name}.`);
    return;
  }
  write('systemd', `${unit}: Main process exited, code=exited, status=1/FAILURE`);
  write('systemd', `${unit}: Failed with result 'exit-code'.`);
};

/** From so long on it is named what an activation waits for, ms; sooner than on a real host, as nobody waits for a demo. */
const takesLongMs = 4_000;

/** A service that takes its time to stop: the activation waits for it, and says so. */
const stopSlowly = async (
  { host }: Machine,
  stopped: readonly string[],
  activation: DemoActivation,
  { now, sleep }: Pick<Clock, 'now' | 'sleep'>,
): Promise<void> => {
  const { stopsSlowly } = host;
  if (stopsSlowly === undefined || !stopped.includes(stopsSlowly)) return;
  const seconds = (at: number): number => Math.floor(at / 1_000);
  const since = now();
  await sleep(takesLongMs);
  activation.waits = [
    `now ${seconds(now())}`,
    `job 311 ${stopsSlowly} stop running`,
    ...stopped
      .filter((unit) => unit !== stopsSlowly)
      .map((unit, index) => `job ${312 + index} ${unit} start waiting`),
    `Id=${stopsSlowly}`,
    `StateChangeTimestamp=@${seconds(since)}`,
    '',
  ];
  await sleep(takesLongMs);
  activation.waits = [];
};

/** Runs an activation to its end: lines over time, `/run/current-system`, units, status. */
export const runActivation = async (
  machine: Machine,
  to: DemoSystem,
  activation: DemoActivation,
  { now, sleep }: Clock,
): Promise<void> => {
  const say = (...lines: readonly string[]): void => {
    activation.lines.push(...lines);
  };
  const { stop, restart, fails } = differenceOf(machine, to);
  machine.isActivating = true;
  await sleep(200);
  say(...listed('stopping', stop));
  await sleep(500);
  await stopSlowly(machine, stop, activation, { now, sleep });
  say('activating the configuration...');
  await sleep(300);
  say('setting up /etc...');
  await sleep(350);
  machine.current = to;
  machine.failed.clear();
  say('reloading user units for ada...');
  await sleep(250);
  say(...listed('reloading', ['dbus.service']), ...listed('restarting', restart));
  await sleep(350);
  say(...listed('starting', stop));
  await sleep(500);
  for (const unit of new Set([...stop, ...fails]))
    journalOf(machine, unit, fails.includes(unit), now());
  for (const unit of fails) machine.failed.add(unit);
  if (fails.length > 0) {
    say(`warning: the following units failed: ${fails.join(', ')}`);
    for (const unit of fails)
      say(
        `× ${unit}`,
        `     Loaded: loaded (/etc/systemd/system/${unit}; enabled; preset: ignored)`,
        '     Active: failed (Result: exit-code)',
        '    Process: ExecStart=/nix/store/... (code=exited, status=1/FAILURE)',
      );
  }
  machine.isActivating = false;
  activation.exitCode = fails.length > 0 ? 4 : 0;
};
