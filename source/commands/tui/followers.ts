import type { Engine } from '../../engine/contract.ts';
import { menuAsOfNow } from '../../screen/dialogs/menu-cause.ts';
import { interruptedMenu } from '../../screen/dialogs/menu-interrupted.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { comparedSystems } from '../../screen/rows/packages.ts';
import type { AppStore } from '../../store.ts';

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

/** Compares packages while they are looked at, again when a host runs or would run something else. */
export const followPackages = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  const asked = new Map<string, string>();
  return store.subscribe(({ app, ui }) => {
    if (ui.screen.kind !== 'view' || ui.screen.view !== 'packages') return;
    const wanted = app.hostNames.filter((host) => {
      const systems = comparedSystems(app, host);
      if (systems === null || asked.get(host) === systems) return false;
      asked.set(host, systems);
      return true;
    });
    if (wanted.length > 0) start(() => engine.hosts.comparePackages(wanted, { build: false }));
  });
};

/** How often the screen looks whether another nixup began or ended a run, ms. */
const othersEveryMs = 3_000;

/** Shows what others run on this flake while the screen is open. */
export const followOthers = (
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    start(() =>
      engine.runs.lookForOthers().finally(() => {
        isLooking = false;
      }),
    );
  }, othersEveryMs);
  return () => clearInterval(timer);
};
