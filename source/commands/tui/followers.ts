import { watch } from 'node:fs';
import path from 'node:path';
import type { Engine } from '../../engine/contract.ts';
import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import { phaseOf } from '../../model/watch/run-watch.ts';
import { menuAsOfNow } from '../../screen/dialogs/menu-cause.ts';
import { interruptedMenu } from '../../screen/dialogs/menu-interrupted.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { bodyRowsOf } from '../../screen/reducer/body-rows.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { comparedSystems } from '../../screen/rows/packages.ts';
import { hostOfScreen } from '../../screen/rows/targets.ts';
import { chartPoints, chartsInRoom, stackedMetrics } from '../../screen/texts/chart.ts';
import { comparedNow, deployableHosts, hostsToSample, isBuilt } from '../../state/hosts.ts';
import { packageIn } from '../../state/past/filter.ts';
import type { AppState } from '../../state/state.ts';
import type { AppStore, ScreenState } from '../../store.ts';

/** Shows an interrupted run once, and keeps what it says of the hosts true while it is open. */
export const followInterruption = (store: AppStore, now: () => number): (() => void) => {
  let shownRun: string | null = null;
  let shownHosts: unknown = null;
  let menu: Overlay | null = null;
  return store.subscribe(({ app, ui }) => {
    const { interrupted } = app;
    if (interrupted === null || app.run.kind === 'active' || app.run.kind === 'canceling') return;
    if (interrupted.id !== shownRun && ui.overlay === null) {
      shownRun = interrupted.id;
      shownHosts = app.hosts;
      menu = interruptedMenu(interrupted, app, now());
      store.dispatchUi({ type: 'opened', overlay: menu });
      return;
    }
    if (ui.overlay?.kind !== 'menu' || menu?.kind !== 'menu') return;
    if (ui.overlay.title !== menu.title || app.hosts === shownHosts) return;
    shownHosts = app.hosts;
    const { openedAt, cursor } = ui.overlay;
    menu = { ...interruptedMenu(interrupted, app, now()), openedAt, cursor };
    store.dispatchUi({ type: 'opened', overlay: menu });
  });
};

/** Keeps an open menu of a failure or a search true: a search that ends meanwhile finds what can be held. */
export const followCauseMenus = (store: AppStore, now: () => number): (() => void) => {
  let { causes, searches, run } = store.getState().app;
  return store.subscribe(({ app, ui }) => {
    if (app.causes === causes && app.searches === searches && app.run === run) return;
    ({ causes, searches, run } = app);
    if (ui.overlay?.kind !== 'menu' || ui.overlay.about === undefined) return;
    store.dispatchUi({ type: 'opened', overlay: menuAsOfNow(app, ui.overlay, now()) });
  });
};

const restMs = 300;

/** Loads the commits of the changed input on which the cursor rests, once for each change. */
export const followCommits = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  const asked = new Set<unknown>();
  let timer: NodeJS.Timeout | null = null;
  let wanted: string | null = null;
  const load = (): void => {
    const { app } = store.getState();
    const change =
      app.lock.kind === 'read' ? app.lock.changes.find((one) => one.path === wanted) : undefined;
    if (change === undefined || asked.has(change.new)) return;
    asked.add(change.new);
    start(() => engine.inputs.loadCommits(change.path));
  };
  const stop = store.subscribe(({ app, ui }) => {
    if (ui.screen.kind !== 'view' || ui.screen.view !== 'lock') return;
    const id = selectedId(app, ui) ?? null;
    if (id === wanted) return;
    wanted = id;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(load, restMs);
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
};

/** Lists all past runs once somebody looks at the history, and finds those of a package that is typed. */
export const followHistory = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let isAsked = false;
  let sought: string | null = null;
  let isLooking = false;
  /** One question at a time, and then the newest: each letter that is typed asks another one. */
  const look = async (): Promise<void> => {
    isLooking = true;
    for (let asked: string | null = null; sought !== null && asked !== sought; ) {
      asked = sought;
      await engine.runs.findPackage(asked);
    }
    isLooking = false;
  };
  return store.subscribe(({ app, ui }) => {
    if (ui.screen.kind !== 'view' || ui.screen.view !== 'history') return;
    const wanted = packageIn(ui.lists.history.filter);
    const isNew = wanted !== null && wanted !== sought;
    sought = wanted;
    if (isNew && !isLooking) start(look);
    if (isAsked) return;
    if (app.olderRuns === null || app.olderRuns === 0) return;
    isAsked = true;
    start(() => engine.runs.listAll());
  });
};

/**
 * Hosts whose packages somebody looks at: all in their view, and in the fleet or on its page the one that is selected, once
 * its new system is built and nothing else is done.
 */
const packagesInSight = ({ app, ui }: ScreenState): readonly string[] => {
  if (ui.screen.kind === 'view' && ui.screen.view === 'packages') return app.hostNames;
  if (ui.screen.kind === 'view' && ui.screen.view !== 'fleet') return [];
  if (app.run.kind === 'active' || app.run.kind === 'canceling') return [];
  const name = hostOfScreen(app, ui);
  const host = name === undefined ? undefined : app.hosts[name];
  if (name === undefined || host === undefined || !isBuilt(host)) return [];
  const isSame =
    host.expectation.kind === 'known' && host.expectation.toplevel === host.facts?.current;
  return isSame || comparedNow(host, app.packages[name]) !== undefined ? [] : [name];
};

/** Compares packages while they are looked at, again when a host runs or would run something else. */
export const followPackages = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  const asked = new Map<string, string>();
  // A cursor that runs through the fleet asks one host after the other, and in the end the one it rests on.
  let isAsking = false;
  const newHosts = (): readonly string[] => {
    const state = store.getState();
    return packagesInSight(state).filter((host) => {
      const systems = comparedSystems(state.app, host);
      if (systems === null || asked.get(host) === systems) return false;
      asked.set(host, systems);
      return true;
    });
  };
  const ask = async (): Promise<void> => {
    isAsking = true;
    try {
      for (let wanted = newHosts(); wanted.length > 0; wanted = newHosts())
        await engine.hosts.comparePackages(wanted, { build: false });
    } finally {
      isAsking = false;
    }
  };
  let before: ScreenState | null = null;
  return store.subscribe((state) => {
    const { app, ui } = state;
    const isSame =
      before !== null &&
      before.app.hosts === app.hosts &&
      before.app.run === app.run &&
      before.ui.screen === ui.screen &&
      before.ui.lists === ui.lists;
    before = state;
    if (!isSame && !isAsking && packagesInSight(state).length > 0) start(ask);
  });
};

/** While the time goes on, the screen looks this often whether another nixup began or ended a run, ms. */
const othersEveryMs = 3_000;

/** Tells when a file in a folder comes, goes or changes; nothing where the folder cannot be watched. */
const watchFile = (file: string, onChange: () => void): (() => void) => {
  try {
    const name = path.basename(file);
    const watcher = watch(path.dirname(file), { persistent: false }, (_event, changed) => {
      if (changed === name) onChange();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
};

/**
 * Shows what others run on this flake while the screen is open. The system tells of their locks, so
 * that nothing runs at rest; a run of another machine on a shared folder is found with the next key.
 */
export const followOthers = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let isLooking = false;
  let isAsked = false;
  let isOver = false;
  let last = store.getState().ui.now;
  const look = (): void => {
    isAsked = isLooking;
    if (isLooking || isOver) return;
    isLooking = true;
    last = store.getState().ui.now;
    start(() =>
      engine.runs.lookForOthers().finally(() => {
        isLooking = false;
        if (isAsked) look();
      }),
    );
  };
  const stops = [
    store.subscribe(({ ui }) => {
      if (ui.now - last >= othersEveryMs) look();
    }),
  ];
  start(async () => {
    const files = await engine.runs.filesOfOthers();
    if (!isOver) stops.push(...files.map((file) => watchFile(file, look)));
  });
  return () => {
    isOver = true;
    for (const stop of stops) stop();
  };
};

/** Timers of Node count to 24 days; a watch takes one. */
const mostTimerMs = 2_000_000_000;

/**
 * Makes the report of a watch as soon as its 24 hours are over: when nixup is opened later, or when they end
 * while it is open. A timer a watch; at rest nothing else runs.
 */
export const followWatches = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
  now: () => number,
): (() => void) => {
  let watches: unknown = null;
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    const { app } = store.getState();
    if (app.watches === watches) return;
    watches = app.watches;
    if (timer !== null) clearTimeout(timer);
    const running = app.watches.flatMap((watch) => {
      const phase = phaseOf(watch, now());
      return phase.kind === 'running' ? [phase.endsAt - now()] : [];
    });
    if (running.length > 0)
      timer = setTimeout(
        () => {
          watches = null;
          start(() => engine.health.reportDue());
        },
        Math.min(mostTimerMs, Math.min(...running) + 1_000),
      ).unref();
  };
  start(() => engine.health.reportDue());
  look();
  const stop = store.subscribe(look);
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
};

/** Follows the journal of a unit while it is looked at. */
export const followUnitLogs = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let shown: string | null = null;
  let stopper: AbortController | null = null;
  const stop = (): void => {
    stopper?.abort();
    stopper = null;
  };
  const unsubscribe = store.subscribe(({ ui }) => {
    const log = ui.screen.kind === 'view' && ui.screen.view === 'log' ? ui.log.host : null;
    if (log === shown) return;
    shown = log;
    stop();
    const wish = log === null ? null : readUnitLogKey(log);
    if (wish === null) return;
    const own = new AbortController();
    stopper = own;
    start(() => engine.hosts.followUnit(wish, own.signal));
  });
  return () => {
    unsubscribe();
    stop();
  };
};

/** Hosts that answered, and those that were sampled: where the hosts themselves are asked, more of them is another answer. */
const answering = ({ hosts }: AppState): readonly number[] => {
  const all = Object.values(hosts);
  return [
    all.filter(({ facts, probe }) => facts !== null && probe.kind !== 'failed').length,
    all.filter(({ sampled }) => sampled !== undefined).length,
  ];
};

/** A chart that is looked at is asked again after this time, with the next key, ms. */
const chartAgeMs = 60_000;

/** A question for metrics over time, and what makes it another one. */
interface ChartWish {
  readonly key: string;
  readonly ask: () => Promise<unknown>;
}

/** The charts that the screen shows of a host, the one that was chosen first; or the bars of all hosts. */
const chartWishes = ({ app, ui }: ScreenState, engine: Engine): readonly ChartWish[] => {
  const { screen, chart } = ui;
  if (screen.kind === 'host' && screen.tab === 'charts') {
    const { host } = screen;
    const points = chartPoints(ui.columns);
    // The names of the tabs take a row.
    const most = chartsInRoom(bodyRowsOf(app, ui) - 1);
    return stackedMetrics(app.charts, { host, ...chart }, most).map((metric) => ({
      key: JSON.stringify([host, metric, chart.window, points, app.hosts[host]?.facts !== null]),
      ask: () => engine.health.chart(host, { metric, window: chart.window }, points),
    }));
  }
  const hosts = deployableHosts(app);
  return screen.kind === 'view' && screen.view === 'health' && hosts.length > 0
    ? [
        {
          key: JSON.stringify([chart, hosts, engine.health.hasMetrics() ? null : answering(app)]),
          ask: () => engine.health.trends(hosts, chart),
        },
      ]
    : [];
};

/** Asks for the metrics that the screen shows over time, one after another, and once for each metric, time and size. */
export const followCharts = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
  now: () => number,
): (() => void) => {
  const asked = new Map<string, number>();
  let isAsking = false;
  const isFresh = (key: string): boolean => {
    const at = asked.get(key);
    return at !== undefined && now() - at < chartAgeMs;
  };
  const look = (): void => {
    if (isAsking) return;
    const wishes = chartWishes(store.getState(), engine);
    const want = wishes.find(({ key }) => !isFresh(key));
    if (want === undefined) return;
    // What is not shown any more is asked again when it is.
    for (const key of asked.keys()) if (!wishes.some((wish) => wish.key === key)) asked.delete(key);
    asked.set(want.key, now());
    isAsking = true;
    start(async () => {
      try {
        await want.ask();
      } finally {
        isAsking = false;
        look();
      }
    });
  };
  look();
  return store.subscribe(look);
};

/** Numbers of hosts that keep none are taken so often, ms. */
const sampledEveryMs = 60_000;

/**
 * Takes numbers of hosts that were watched and that keep none, each minute while there are such hosts. Where there is none
 * nothing runs, and no timer.
 */
export const followSamples = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
  now: () => number,
): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let isOver = false;
  let last = Number.NEGATIVE_INFINITY;
  const wanted = (): readonly string[] => {
    if (engine.health.hasMetrics()) return [];
    const { app, ui } = store.getState();
    const { screen } = ui;
    const shown =
      screen.kind === 'host'
        ? [screen.host]
        : screen.kind === 'view' && screen.view === 'health'
          ? app.hostNames
          : [];
    return hostsToSample(app, now(), shown);
  };
  const sample = (): void => {
    timer = null;
    const hosts = wanted();
    if (hosts.length === 0) return;
    isLooking = true;
    last = now();
    start(async () => {
      try {
        await engine.health.sample(hosts);
      } finally {
        isLooking = false;
        look();
      }
    });
  };
  const look = (): void => {
    if (isOver || isLooking || timer !== null || wanted().length === 0) return;
    const wait = Math.max(0, last + sampledEveryMs - now());
    timer = setTimeout(sample, wait).unref();
  };
  look();
  let seen = store.getState().app.hosts;
  let screen = store.getState().ui.screen;
  const stop = store.subscribe(({ app, ui }) => {
    if (app.hosts === seen && ui.screen === screen) return;
    ({ screen } = ui);
    seen = app.hosts;
    look();
  });
  return () => {
    isOver = true;
    stop();
    if (timer !== null) clearTimeout(timer);
  };
};
