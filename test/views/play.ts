import {
  followCauseMenus,
  followCharts,
  followHistory,
  followPackages,
  followUnitLogs,
} from '../../source/commands/tui/followers.ts';
import { wantedText } from '../../source/screen/overlay.ts';
import { selectedId } from '../../source/screen/rows/lists.ts';
import type { Screen } from '../../source/screen/ui.ts';
import type { World } from '../../source/services/world/world.ts';
import type { ScreenState } from '../../source/store.ts';
import { type Keys, openKeys } from '../support/keys.ts';
import { stillWorld } from '../support/play.ts';

/** The views that the play shows, in its order. */
export const viewsOfPlay = [
  'first-start',
  'fleet',
  'check',
  'lock',
  'commits',
  'commit-message',
  'breaking',
  'difference',
  'building',
  'building-fleet',
  'build',
  'ways-on',
  'held',
  'tested',
  'packages',
  'log',
  'confirm-deploy',
  'deploying',
  'deployed',
  'health',
  'confirm-commit',
  'message',
  'watch-early',
  'watch-ended',
  'report',
  'host',
  'generations',
  'host-log',
  'rollback-menu',
  'confirm-rollback',
  'steps',
  'criteria',
  'history',
  'run',
  'commands',
  'messages',
  'help',
  'signs',
  'palette',
  'copy',
  'watch',
  'chart',
  'metric',
  'unit',
  'journal',
  'old-code',
  'host-health',
] as const;

type ViewOfPlay = (typeof viewsOfPlay)[number];

/** A frame of the film: the screen at one moment, and how long it is to be seen. */
export interface Shot extends ScreenState {
  readonly seconds: number;
}

export interface Play {
  /** The screen at one moment of each view, before it is drawn in some window. */
  readonly views: ReadonlyMap<ViewOfPlay, ScreenState>;
  /** The runbook from the first frame to the watch. */
  readonly film: readonly Shot[];
}

interface Moment {
  readonly name: ViewOfPlay;
  readonly holds: (state: ScreenState) => boolean;
  /** Where somebody looks then. */
  readonly looks: Screen;
}

interface Player {
  readonly keys: Keys;
  press(...keys: readonly string[]): Promise<void>;
  /** Lets time go by, also that of the hosts. */
  pass(milliseconds: number): Promise<void>;
  /** Takes a choice of the open dialog. */
  choose(words: string): Promise<void>;
  /** Moves the cursor of the list that is shown to a row. */
  point(row: RegExp): Promise<void>;
  /** Keeps the screen as it is now as that view. */
  take(name: ViewOfPlay): void;
  /** The screen as it is now becomes a frame of the film. */
  shoot(seconds: number): void;
  /**
   * Presses keys, and keeps the screen at the first moment at which that holds. The film gets a frame of what `looks`
   * at each few seconds of what the keys began.
   */
  during(keys: readonly string[], looks: Screen, moments: readonly Moment[]): Promise<void>;
}

/** From this on a difference opens side by side. */
const sideBySideFrom = 120;

/** The screen in a window of that size: a difference is laid out as it opens there. */
export const inWindow = ({ app, ui }: ScreenState, columns: number, rows: number): ScreenState => ({
  app,
  ui: {
    ...ui,
    columns,
    rows,
    overlay:
      ui.overlay?.kind === 'difference'
        ? { ...ui.overlay, layout: columns >= sideBySideFrom ? 'side-by-side' : 'unified' }
        : ui.overlay,
  },
});

/** What is answered without being awaited by a key has come after so many turns of the loop. */
const turns = 60;

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
};

/** A dialog takes no keys for less than that, ms. */
const guardedMs = 600;

/** The film shows every so many seconds of a run. */
const filmedMs = 2_500;

const view = (name: Extract<Screen, { readonly kind: 'view' }>['view']): Screen => ({
  kind: 'view',
  view: name,
});

/** What is put off for longer is put off for ever here: it ends what hangs, and looks again after minutes. */
const longestPause = 2_000;

/**
 * The demo whose clock is off, also for what is put off: lines that are handed on together after a moment come at the
 * same time of the demo, however busy the machine is.
 */
const openWorld = (): World => {
  const world = stillWorld();
  const { clock } = world;
  return {
    ...world,
    clock: {
      ...clock,
      after: (milliseconds, action) => {
        const stopper = new AbortController();
        if (milliseconds <= longestPause)
          void clock.sleep(milliseconds, stopper.signal).then(() => {
            if (!stopper.signal.aborted) action();
          });
        return () => stopper.abort();
      },
    },
  };
};

// Over 60 lines: each part of a player knows the others.
const openPlayer = async (): Promise<Player & Play> => {
  const world = openWorld();
  const keys = await openKeys({}, world);
  const { store, engine, start, now } = keys;
  followCauseMenus(store, now);
  followPackages(store, engine, start);
  followCharts(store, engine, start, now);
  followHistory(store, engine, start);
  engine.inputs.followCommits();
  // It follows until somebody looks elsewhere: no key waits for it.
  followUnitLogs(store, engine, (work) => void work());
  const views = new Map<ViewOfPlay, ScreenState>();
  const film: Shot[] = [];
  const screen = (looks?: Screen): ScreenState => {
    const { app, ui } = store.getState();
    return { app, ui: { ...ui, now: now(), screen: looks ?? ui.screen } };
  };
  const take = (name: ViewOfPlay, looks?: Screen): void => {
    if (views.has(name)) throw new Error(`${name} was taken before`);
    views.set(name, screen(looks));
  };
  const press: Player['press'] = async (...pressed) => {
    for (const key of pressed) {
      await keys.press(key);
      await settled();
      // What a follower began meanwhile.
      await keys.press();
      if (store.getState().ui.overlay !== null) await world.clock.sleep(guardedMs);
    }
    keys.pass(0);
  };
  const choose: Player['choose'] = async (words) => {
    const { overlay } = keys.ui();
    if (overlay?.kind !== 'confirm') throw new Error('no dialog is open');
    const wanted = overlay.choices.findIndex(({ label }) => label.includes(words));
    if (wanted < 0) throw new Error(`${words} is not offered`);
    await press(
      ...[...wantedText(overlay.required)].map((key) => (key === ' ' ? 'space' : key)),
      ...(overlay.required.kind === 'nothing'
        ? Array.from({ length: wanted - overlay.focus }, () => 'right')
        : []),
    );
  };
  const point: Player['point'] = async (row) => {
    await press('g');
    for (let tries = 0; !row.test(selectedId(keys.app(), keys.ui()) ?? ''); tries += 1) {
      if (tries > 60) throw new Error(`no row is ${row}`);
      await press('j');
    }
  };
  return {
    keys,
    views,
    film,
    press,
    choose,
    point,
    take,
    shoot: (seconds) => void film.push({ ...screen(), seconds }),
    pass: async (milliseconds) => {
      await world.clock.sleep(milliseconds);
      await settled();
      await press();
    },
    during: async (pressed, looks, moments) => {
      const left = [...moments];
      let filmed = now();
      const stop = store.subscribe(() => {
        if (now() - filmed >= filmedMs) {
          filmed = now();
          film.push({ ...screen(looks), seconds: 0.7 });
        }
        const moment = left[0];
        if (moment === undefined || !moment.holds(screen())) return;
        left.shift();
        take(moment.name, moment.looks);
      });
      await press(...pressed);
      stop();
      if (left.length > 0) throw new Error(`never seen: ${left.map(({ name }) => name).join()}`);
    },
  };
};

/** So long after its run began something is seen of it, ms. */
const since =
  (milliseconds: number): Moment['holds'] =>
  ({ app: { run }, ui: { now } }) =>
    run.kind === 'active' && now - run.since >= milliseconds;

const checkAndUpdate = async ({ keys, press, pass, take, shoot }: Player): Promise<void> => {
  keys.store.dispatchUi({ type: 'hinted' });
  take('first-start');
  await press('escape');
  take('fleet');
  shoot(2.5);
  await press('C');
  await pass(8_000);
  take('check');
  shoot(2.5);
  await press('u', '2');
  shoot(1.5);
  await pass(20_000);
  shoot(1);
  await press('j', 'j', 'j');
  take('lock');
  shoot(2);
  await press('j', 'j', 'enter');
  take('commits');
  shoot(2);
  await press('enter');
  take('commit-message');
  await press('escape', 'escape', 'b');
  take('breaking');
  await press('escape', '2', '=');
  take('difference');
  shoot(2);
  await press('escape', 'm');
  shoot(1);
  await press('m');
  shoot(1);
};

const testAndFindCause = async ({ press, pass, take, shoot, during }: Player): Promise<void> => {
  await during(['T'], view('build'), [
    { name: 'building', holds: since(9_000), looks: view('build') },
    { name: 'building-fleet', holds: since(9_500), looks: view('fleet') },
  ]);
  await pass(8_000);
  await press('4');
  take('build');
  shoot(2);
  await press('m', 'm');
  take('ways-on');
  shoot(2);
  await press('b');
  shoot(1.5);
  await press('m', 'm');
  shoot(1.5);
  await press('h');
  take('held');
  shoot(1.5);
  await during(['T'], view('build'), []);
  take('tested');
  shoot(1.5);
  await pass(8_000);
  await press('3');
  take('packages');
  await press('6');
  take('log');
};

const deployAndVerify = async (player: Player): Promise<void> => {
  const { press, pass, take, shoot, choose, during } = player;
  await press('1');
  shoot(1);
  await press('D');
  take('confirm-deploy');
  shoot(2.5);
  await choose('Deploy 6 hosts');
  shoot(1);
  await during(['enter'], view('fleet'), [
    { name: 'deploying', holds: since(8_000), looks: view('fleet') },
  ]);
  await pass(1_000);
  await press('1');
  take('deployed');
  shoot(3);
  await press('V');
  await pass(8_000);
  take('health');
  shoot(2.5);
  await press('c');
  await choose('All 2 files');
  await press('enter');
  take('confirm-commit');
  shoot(2.5);
  await choose('Edit it here');
  await press('enter');
  take('message');
  await press('escape');
  await choose('Commit');
  shoot(0.8);
  await press('enter');
  shoot(1.5);
};

const hourMs = 3_600_000;

const watch = async ({ keys, press, pass, take, shoot }: Player): Promise<void> => {
  await pass(4 * hourMs);
  await press('w');
  await pass(12_000);
  take('watch-early');
  shoot(2);
  await pass(21 * hourMs);
  keys.start(() => keys.engine.health.reportDue());
  await pass(12_000);
  await press('5');
  take('watch-ended');
  shoot(3);
  await press('O');
  take('report');
  shoot(3);
  await press('escape');
};

const lookAtTheRest = async ({ keys, press, pass, take, shoot }: Player): Promise<void> => {
  await press('1', 'g', 'enter');
  take('host');
  await press(']');
  take('generations');
  await press(']', ']', ']');
  take('host-log');
  await press('escape', '1', 'j', 'j', 'r');
  await pass(8_000);
  take('rollback-menu');
  await press('enter');
  await pass(8_000);
  take('confirm-rollback');
  await press('escape', 'escape', 'B');
  take('steps');
  await press('escape', 'F');
  take('criteria');
  shoot(4);
  await press('escape', '7');
  take('history');
  await press('enter');
  take('run');
  await press('escape', '@');
  take('commands');
  await press('escape', '"');
  take('messages');
  await press('escape', '1', '?');
  take('help');
  await press('escape');
  await keys.perform('signs');
  take('signs');
  await press('escape', ':', 'r', 'o');
  take('palette');
  await press('escape', 'y');
  take('copy');
};

/** A fleet of which one host became worse since it was changed, before anything is done. */
const lookAtHealth = async ({ keys, press, pass, take, point }: Player): Promise<void> => {
  await press('5', 'w');
  await pass(12_000);
  await point(/p510$/);
  take('watch');
  await press('M');
  // The largest window of the pictures has the most charts.
  keys.store.dispatchUi({ type: 'resized', columns: 200, rows: 60 });
  await settled();
  take('chart');
  keys.store.dispatchUi({ type: 'resized', columns: 120, rows: 40 });
  await press('escape', '5');
  await point(/p510.*cpu/);
  await press('enter');
  take('metric');
  await press('escape');
  await point(/nzbget/);
  await press('enter');
  await pass(8_000);
  take('unit');
  await press('L');
  take('journal');
  await press('5');
  await point(/old/);
  await press('enter');
  take('old-code');
  await press('escape', '1', 'g', 'j', 'enter', ']', ']');
  take('host-health');
};

/** The whole runbook by keys, with a look at each view on the way. The demo's clock is off: it is the same each time. */
export const playViews = async (): Promise<Play> => {
  const player = await openPlayer();
  await checkAndUpdate(player);
  await testAndFindCause(player);
  await deployAndVerify(player);
  await watch(player);
  await lookAtTheRest(player);
  const other = await openPlayer();
  await lookAtHealth(other);
  const views = new Map([...player.views, ...other.views]);
  const missing = viewsOfPlay.filter((name) => !views.has(name));
  if (missing.length > 0) throw new Error(`never taken: ${missing.join(', ')}`);
  return { views, film: player.film };
};
