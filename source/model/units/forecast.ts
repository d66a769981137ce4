import { planSwitch, type SwitchPlan, type UnitComparison } from './difference.ts';
import { isTrue } from './file.ts';
import { mountUnit, pulledIn, readFstab } from './fstab.ts';
import { type Dependency, type Graphs, makeGraphs } from './graph.ts';
import { type AlongUnit, type ForeseenUnits, noImpact } from './impact.ts';
import { isRunning, type LiveUnit } from './live.ts';
import { baseFile, hasFile, infoOf, isChanged, isMasked, isPresent } from './system.ts';

/** Restarted at every switch, for what comes before `sysinit.target`. */
const reactivation = 'sysinit-reactivation.target';

/** `PartOf=a.service` of the unit itself, `Wants= of a.target` of another. */
const because = ({ kind, from, to }: Dependency, unit: string): string =>
  unit === from ? `${kind}=${to}` : `${kind}= of ${from}`;

/** What runs while the switch goes on, and why it changes. */
class Simulation {
  readonly #comparison: UnitComparison;
  readonly #graphs: Graphs;
  readonly #live: ReadonlyMap<string, LiveUnit>;
  readonly #fstab: ReadonlySet<string>;
  readonly running: Set<string>;
  readonly stopped = new Map<string, string>();
  readonly restarted = new Map<string, string>();
  readonly started = new Map<string, string>();
  readonly reloaded = new Map<string, string>();
  readonly #pulled = new Set<string>();

  constructor(comparison: UnitComparison) {
    this.#comparison = comparison;
    const { live, old, now } = comparison;
    this.#graphs = makeGraphs(live, old, now);
    this.#live = new Map(
      live.flatMap((unit) => [unit.id, ...unit.names].map((name) => [name, unit] as const)),
    );
    this.running = new Set(live.filter(isRunning).map(({ id }) => id));
    this.#fstab = new Set(
      readFstab(now.fstab ?? '').flatMap((entry) => [
        pulledIn(entry)?.unit ?? '',
        entry.type === 'swap' ? '' : mountUnit(entry.mountPoint),
      ]),
    );
  }

  idOf(unit: string): string {
    return this.#live.get(unit)?.id ?? unit;
  }

  /** Units that require a stopped unit stop too. */
  stop(unit: string, reason: string, when: 'before' | 'after'): void {
    if (!this.running.delete(unit)) return;
    this.stopped.set(unit, reason);
    const graph = this.#graphs[when];
    for (const one of graph.on(unit, ['Requires', 'Requisite', 'BindsTo', 'PartOf']))
      this.stop(one.from, because(one, one.from), when);
    for (const one of graph.of(unit, ['PropagatesStopTo']))
      this.stop(one.to, because(one, one.to), when);
    if (unit.endsWith('.automount'))
      this.stop(unit.replace(/automount$/, 'mount'), `Triggers=${unit}`, when);
  }

  /** A unit that exists only for others ends with the last of them. */
  stopUnneeded(): void {
    for (let isDone = false; !isDone; ) {
      isDone = true;
      for (const { id, stopsWhenUnneeded } of this.#comparison.live) {
        if (!stopsWhenUnneeded || !this.running.has(id)) continue;
        const needing = this.#graphs.before.on(id, [
          'Requires',
          'Requisite',
          'Wants',
          'BindsTo',
          'Upholds',
        ]);
        if (!needing.some(({ from }) => this.stopped.has(from))) continue;
        if (needing.some(({ from }) => this.running.has(from))) continue;
        this.stop(id, 'StopWhenUnneeded=yes', 'before');
        isDone = false;
      }
    }
  }

  #exists(unit: string): boolean {
    const { old, now } = this.#comparison;
    const base = baseFile(old, now, unit);
    if (isMasked(now, base)) return false;
    if (isPresent(now, base) || this.#fstab.has(unit)) return true;
    const live = this.#live.get(unit);
    if (live === undefined || !live.isLoaded || hasFile(old, base)) return false;
    const wasMounted = readFstab(old.fstab ?? '').some(
      (entry) => mountUnit(entry.mountPoint) === unit || pulledIn(entry)?.unit === unit,
    );
    return !wasMounted;
  }

  /** A condition of its own kept it from running, and stands in the new files as well. */
  #isHeldBack(unit: string): boolean {
    const { old, now } = this.#comparison;
    return (
      this.#live.get(unit)?.isHeldBack === true &&
      !isChanged(old, now, unit, baseFile(old, now, unit))
    );
  }

  /** A start job: also of what runs, as that pulls in what it needs. */
  start(unit: string, reason: string): void {
    if (this.#pulled.has(unit)) return;
    this.#pulled.add(unit);
    if (!this.running.has(unit)) {
      if (!this.#exists(unit) || this.#isHeldBack(unit)) return;
      for (const one of this.#graphs.after.of(unit, ['Conflicts']))
        this.stop(one.to, because(one, one.to), 'after');
      for (const one of this.#graphs.after.on(unit, ['Conflicts']))
        this.stop(one.from, because(one, one.from), 'after');
      this.running.add(unit);
      this.started.set(unit, reason);
    }
    for (const one of this.#graphs.after.of(unit, ['Requires', 'BindsTo', 'Wants', 'Upholds']))
      this.start(one.to, because(one, one.to));
  }

  /** Restarted; units that need it restart with it if they run. */
  restart(unit: string, reason: string): void {
    if (this.restarted.has(unit)) return;
    if (!this.running.has(unit)) {
      this.start(unit, reason);
      return;
    }
    this.restarted.set(unit, reason);
    for (const one of this.#graphs.after.on(unit, ['Requires', 'Requisite', 'BindsTo', 'PartOf']))
      if (this.running.has(one.from)) this.restart(one.from, because(one, one.from));
    for (const one of this.#graphs.after.of(unit, ['PropagatesStopTo']))
      this.stop(one.to, because(one, one.to), 'after');
    for (const one of this.#graphs.after.of(unit, ['Requires', 'BindsTo', 'Wants', 'Upholds']))
      this.start(one.to, because(one, one.to));
  }

  /** Something that runs starts it when it is needed. */
  isTriggered(unit: string): boolean {
    const { old, now } = this.#comparison;
    const base = baseFile(old, now, unit);
    const sockets = infoOf(now, unit, base)?.get('Service')?.get('Sockets') ?? [];
    return [
      ...(this.#live.get(unit)?.triggeredBy ?? []),
      ...sockets.flatMap((names) => names.split(/\s+/)),
      base.replace(/@?\.service$/, '.socket'),
    ].some((trigger) => trigger !== unit && this.running.has(this.idOf(trigger)));
  }

  reload(unit: string, reason: string): void {
    if (!this.running.has(unit)) {
      const { now } = this.#comparison;
      const info = hasFile(now, unit) ? infoOf(now, unit, unit) : null;
      const isStarted =
        info !== null &&
        (!isTrue(info, 'Unit', 'RefuseManualStart', false) ||
          isTrue(info, 'Unit', 'X-OnlyManualStart', false));
      if (isStarted) this.start(unit, reason);
      return;
    }
    if (this.reloaded.has(unit)) return;
    this.reloaded.set(unit, reason);
    for (const one of this.#graphs.after.of(unit, ['PropagatesReloadTo']))
      if (this.running.has(one.to)) this.reload(one.to, because(one, one.to));
  }
}

const play = (comparison: UnitComparison, plan: SwitchPlan): Simulation => {
  const simulation = new Simulation(comparison);
  const direct = '';
  for (const unit of plan.stop) simulation.stop(simulation.idOf(unit), direct, 'before');
  simulation.stopUnneeded();
  simulation.restart(reactivation, direct);
  for (const unit of plan.reload) simulation.reload(simulation.idOf(unit), direct);
  for (const unit of plan.restart) simulation.restart(simulation.idOf(unit), direct);
  // Targets last: units that start by themselves should not be told as started by a target.
  const starts = [...plan.start].sort(
    (a, b) => Number(plan.hidden.has(a)) - Number(plan.hidden.has(b)),
  );
  for (const unit of starts) simulation.start(simulation.idOf(unit), direct);
  return simulation;
};

const sorted = (units: Iterable<string>): readonly string[] => [...new Set(units)].sort();

/** Slices come and go with what is in them. */
const isListed = (unit: string): boolean => unit !== reactivation && !unit.endsWith('.slice');

const outcomes = ({ live }: UnitComparison, simulation: Simulation): readonly AlongUnit[] => {
  const ran = new Set(live.filter(isRunning).map(({ id }) => id));
  const touched = sorted([
    ...simulation.stopped.keys(),
    ...simulation.restarted.keys(),
    ...simulation.started.keys(),
    ...simulation.reloaded.keys(),
  ]);
  return touched.filter(isListed).flatMap((unit) => {
    const { stopped, restarted, started, reloaded } = simulation;
    const reason =
      stopped.get(unit) ?? restarted.get(unit) ?? started.get(unit) ?? reloaded.get(unit) ?? '';
    const say = (does: AlongUnit['does']): readonly AlongUnit[] => [
      { unit, does, because: reason },
    ];
    if (!ran.has(unit)) return simulation.running.has(unit) ? say('start') : [];
    if (!simulation.running.has(unit)) return say('stop');
    return say(stopped.has(unit) || restarted.has(unit) ? 'restart' : 'reload');
  });
};

const isDirect = (plan: SwitchPlan, { unit, does, because: reason }: AlongUnit): boolean => {
  const isPlanned = [plan.stop, plan.restart, plan.reload, plan.start].some((list) =>
    list.has(unit),
  );
  if (reason === '' || (isPlanned && !plan.hidden.has(unit))) return true;
  // The program starts targets for this reason.
  return does === 'start' && / of \S+\.target$/.test(reason);
};

/**
 * What an activation would do to units: what the program decides, played
 * through by the rules with which systemd treats dependencies
 * (`transaction_add_job_and_dependencies` in its `src/core/transaction.c`): a
 * stop takes along what requires, binds to or is part of the unit, by the
 * files that are loaded; a restart the same, and a start what the unit needs
 * and wants, by the files of the new system. Pure.
 */
export const foreseeUnits = (comparison: UnitComparison): ForeseenUnits => {
  const plan = planSwitch(comparison);
  const simulation = play(comparison, plan);
  const all = outcomes(comparison, simulation);
  const direct = all.filter((one) => isDirect(plan, one));
  const named = (does: AlongUnit['does']): readonly string[] =>
    direct.flatMap((one) => (one.does === does ? [one.unit] : []));
  const restarts = named('restart');
  const again = restarts.filter((unit) => plan.stop.has(unit));
  const touched = new Set(all.map(({ unit }) => unit));
  return {
    impact: {
      ...noImpact,
      stop: sorted([...named('stop'), ...again]),
      start: sorted([...named('start'), ...again]),
      restart: sorted(restarts.filter((unit) => !plan.stop.has(unit))),
      reload: sorted(named('reload')),
      skip: sorted([...plan.skip].filter((unit) => !touched.has(unit))),
    },
    along: all.filter((one) => !direct.includes(one)),
    waits: direct.flatMap(({ unit, does }) =>
      does === 'stop' && simulation.isTriggered(unit) ? [unit] : [],
    ),
    unreadable: plan.unreadable,
    notRead: plan.notRead,
  };
};
