import type { Engine } from '../../source/engine/contract.ts';
import { menuLetters } from '../../source/screen/dialogs/menu-letters.ts';
import { isTooSmall } from '../../source/screen/layout.ts';
import { wantedText } from '../../source/screen/overlay.ts';
import { cursorPlace, idsOf } from '../../source/screen/rows/lists.ts';
import { type ListName, listOf, shownLists } from '../../source/screen/ui.ts';
import type { ScreenState } from '../../source/store.ts';
import { type Keys, openKeys } from './keys.ts';
import { stillWorld } from './play.ts';
import { type DrawnScreen, draw } from './screen-fixture.tsx';

/** What a key asked of the engine: a deed that changes or asks hosts or inputs. */
interface Deed {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Deeds of the engine, by topic. What only reads for the screen is none. */
const deeds: Readonly<Record<string, readonly string[]>> = {
  build: ['test'],
  deploy: ['run'],
  rollback: ['run'],
  clean: ['run'],
  health: ['verify', 'watch', 'accept', 'restart', 'signOff'],
  lock: ['update', 'revert', 'restore', 'hold', 'release'],
  hosts: ['shell', 'unit', 'unlock', 'expectMachine'],
  commit: ['run', 'push', 'propose'],
};

/** Those that a dialog must ask about before. */
const asked = /^(?:deploy|rollback|clean)\.run$|^health\.(?:restart|accept)$|^commit\./;

/** An engine that notes what is asked of it. */
const noting = (engine: Engine, note: (deed: Deed) => void): Engine => {
  const topics = Object.entries(deeds).map(([topic, names]) => {
    const own: unknown = Reflect.get(engine, topic);
    if (typeof own !== 'object' || own === null) throw new Error(`the engine has no ${topic}`);
    const proxy = new Proxy(own, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function' || !names.includes(String(key))) return value;
        return (...args: readonly unknown[]): unknown => {
          note({ name: `${topic}.${String(key)}`, args });
          return Reflect.apply(value, target, args);
        };
      },
    });
    return [topic, proxy] as const;
  });
  return Object.assign(Object.create(engine), Object.fromEntries(topics));
};

const stringsIn = (value: unknown, depth = 0): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  return Object.values(value).flatMap((one) => stringsIn(one, depth + 1));
};

/** Hosts and inputs that a deed names. */
const subjectsOf = ({ args }: Deed, { app }: ScreenState): readonly string[] => {
  const named = new Set(args.flatMap((one) => stringsIn(one)));
  const inputs = app.lock.kind === 'read' ? app.lock.changes.map(({ path }) => path) : [];
  return [...app.hostNames, ...inputs].filter((name) => named.has(name));
};

const wordIn = (text: string, word: string): boolean => {
  const last = word.split('/').at(-1) ?? word;
  return new RegExp(`(?<![\\w-])${last.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(
    text,
  );
};

export interface Moment extends ScreenState {
  readonly rows: readonly string[];
}

/** Below the header, where hosts, inputs and rows stand; what lies over it may take all of the window. */
const bodyOf = ({ rows, ui }: Moment): string => rows.slice(ui.overlay === null ? 4 : 0).join('\n');

const begun = (text: string): string => text.trim().slice(0, 10);

/** Keys that act on all that a filter shows, as their labels say. */
const forAll: ReadonlySet<string> = new Set(['T', 'D', 'V', 'w', 'u', 'C', 'm', 'F']);

/** Whether the screen says of how many a key acts on. */
const saysCount = (moment: Moment, count: number): boolean =>
  new RegExp(`(?<!\\d)${count}(?!\\d)`).test(bodyOf(moment));

const isListed = (name: string, { app, ui }: ScreenState): boolean =>
  shownLists.some((list) => idsOf(app, ui, list).some((id) => id === name));

/** What is wrong with a deed: it acts on a host or an input that neither screen shows. */
const faultsOfDeed = (
  deed: Deed,
  key: string,
  before: Moment,
  after: Moment,
): readonly string[] => {
  const subjects = subjectsOf(deed, before);
  const { overlay } = before.ui;
  if (asked.test(deed.name) && overlay?.kind !== 'confirm' && overlay?.kind !== 'menu')
    return deed.name === 'commit.push' || deed.name === 'commit.propose'
      ? []
      : [`${deed.name} was done without a question`];
  // What a dialog or menu names is its own matter: that it was drawn is asked of each of them.
  if (overlay !== null) return [];
  return subjects.flatMap((name) => {
    if (wordIn(bodyOf(before), name) || wordIn(bodyOf(after), name)) return [];
    const isCounted = saysCount(before, subjects.length) || saysCount(after, subjects.length);
    if (isListed(name, before) && (isCounted || forAll.has(key))) return [];
    return [`${deed.name} acts on ${name}, which is not shown`];
  });
};

/** A choice or row that was taken must have been drawn. */
const faultsOfChoice = (key: string, before: Moment, after: Moment): readonly string[] => {
  const { overlay } = before.ui;
  if (overlay === null || overlay === after.ui.overlay) return [];
  if (overlay.kind === 'confirm' && key === 'enter') {
    if (after.ui.overlay?.kind === 'confirm' && after.ui.overlay.title === overlay.title) return [];
    const choice = overlay.choices[overlay.focus] ?? overlay.choices.find(({ guarded }) => guarded);
    if (choice === undefined || choice.wish === null) return [];
    // A narrow window has a short word for a choice.
    return [begun(overlay.title), choice.label.split(' ')[0] ?? '']
      .filter((text) => !bodyOf(before).includes(text))
      .map((text) => `"${text}" was taken, and was not on the screen`);
  }
  if (overlay.kind === 'menu' && key.length === 1 && !['k', 'j', 'q'].includes(key)) {
    const letters = menuLetters(overlay.items);
    const taken = overlay.items.find(({ id }) => letters.get(id) === key);
    if (taken === undefined || taken.refused !== null) return [];
    // It was only shown.
    if (after.ui.overlay?.kind === 'menu' && after.ui.overlay.items === overlay.items) return [];
    return bodyOf(before).includes(begun(taken.label))
      ? []
      : [`the row "${taken.label}" of the menu was taken by ${key}, and was not on the screen`];
  }
  if (overlay.kind === 'menu' && key === 'enter') {
    const taken = overlay.items.find(({ id }) => id === overlay.cursor) ?? overlay.items[0];
    return taken === undefined || bodyOf(before).includes(begun(taken.label))
      ? []
      : [`the row "${taken.label}" of the menu was taken by Enter, and was not on the screen`];
  }
  return [];
};

/** Marks that a key set must be on the screen, or listed with their count. */
const faultsOfMarks = (list: ListName, before: Moment, after: Moment): readonly string[] => {
  const had = new Set(before.ui.lists[list].marks);
  const fresh = after.ui.lists[list].marks.filter((id) => !had.has(id));
  return fresh.flatMap((id) => {
    if (wordIn(bodyOf(before), id) || wordIn(bodyOf(after), id)) return [];
    return idsOf(after.app, after.ui, list).includes(id) &&
      saysCount(after, after.ui.lists[list].marks.length)
      ? []
      : [`${id} of ${list} was marked, and is not shown`];
  });
};

/** The row that keys act on next is on the screen. */
const faultsOfCursor = ({ app, ui, rows }: Moment): readonly string[] => {
  const list = listOf(ui.screen);
  if (list === undefined || ui.overlay !== null || isTooSmall(ui)) return [];
  return cursorPlace(app, ui, list) < 0 || rows.slice(4).some((row) => row.includes('▶'))
    ? []
    : [`the selected row of ${list} is not on the screen`];
};

const faultsOf = (
  key: string,
  done: readonly Deed[],
  before: Moment,
  after: Moment,
): readonly string[] => {
  if (isTooSmall(before.ui) && done.length > 0)
    return [`${done.map(({ name }) => name).join()} in a window that shows nothing`];
  return [
    ...done.flatMap((deed) => faultsOfDeed(deed, key, before, after)),
    ...faultsOfChoice(key, before, after),
    ...shownLists.flatMap((list) => faultsOfMarks(list, before, after)),
    ...faultsOfCursor(after),
  ];
};

const usual = [
  ...'jjjkkggG112345678hlszav/:?@"[]<>ydDrtVxxHuUmpPcFOBASJib.K=n!MW0+-',
  ...['space', 'space', 'space', 'space', 'enter', 'enter', 'enter', 'escape', 'escape', 'escape'],
  ...['tab', 'left', 'right', 'up', 'down', 'pagedown', 'home', 'end', '^o'],
];
/** What acts on rows, by the view in which it does. */
const acting: Readonly<Partial<Record<ListName, readonly string[]>>> = {
  fleet: [...'trdtVA!JL/a', 'space', 'space', 'enter'],
  lock: [...'xxxuHHi./K}lhb', 'space', 'space', 'enter'],
  health: [...'VSwr/M', 'space', 'enter', 'enter'],
  build: [...'tt/L', 'enter', 'enter'],
  check: ['enter', '/', 'R'],
  history: ['space', '=', 'r', 'enter'],
};
const letters = [...'abcdefghijklmnoprstuvwxyz0123456789@'];
const slow = ['T', 'C', 'w', 'D', 'R'];

export interface ShownReport {
  readonly keys: number;
  /** How often each deed was done. */
  readonly deeds: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

interface Stage {
  readonly keys: Keys;
  readonly screen: DrawnScreen;
  readonly take: () => readonly Deed[];
}

/** A fleet, perhaps updated and tested already, on a screen that is drawn. */
const openStage = async (chance: () => number): Promise<Stage> => {
  let done: Deed[] = [];
  const keys = await openKeys({}, stillWorld(), (engine) =>
    noting(engine, (deed) => void done.push(deed)),
  );
  const draws = chance();
  if (draws < 0.8) await keys.press('u');
  if (draws < 0.3) await keys.press('T');
  const screen = draw(keys.app(), { columns: 100, rows: 30, store: keys.store, ui: keys.ui() });
  return {
    keys,
    screen,
    take: () => {
      const taken = done;
      done = [];
      return taken;
    },
  };
};

/**
 * Presses so many keys at random on the drawn screen of the demo, in windows of many sizes, and tells each that acted on
 * a host, an input, a row or a question that was not on the screen.
 */
export const pressAndLook = async (count: number, chance: () => number): Promise<ShownReport> => {
  const below = (limit: number): number => Math.floor(chance() * limit);
  const one = (from: readonly string[]): string => from[below(from.length)] ?? 'j';
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  let stage: Stage | null = null;
  let last: string[] = [];
  for (let pressed = 0; pressed < count; pressed += 1) {
    if (stage === null || pressed % 150 === 0) {
      stage?.screen.close();
      stage = await openStage(chance);
      stage.take();
      last = [];
    }
    const { keys, screen, take } = stage;
    if (chance() < 0.05) {
      const size = [
        chance() < 0.5 ? 60 + below(30) : 50 + below(160),
        14 + below(chance() < 0.6 ? 7 : 40),
      ] as const;
      screen.resize(...size);
      last.push(size.join('x'));
    }
    const { overlay, prompt } = keys.ui();
    if (overlay !== null && chance() < 0.8) keys.pass(700);
    const draws = chance();
    if (overlay?.kind === 'confirm' && draws < 0.3)
      await keys.press(
        ...[...wantedText(overlay.required)].map((typed) => (typed === ' ' ? 'space' : typed)),
        ...(overlay.required.kind === 'nothing' ? ['right'] : []),
      );
    const key =
      prompt !== null || overlay !== null
        ? draws < 0.3
          ? 'enter'
          : one(draws < 0.7 ? letters : usual)
        : draws < 0.02
          ? one(slow)
          : one((draws < 0.5 ? acting[listOf(keys.ui().screen) ?? 'packages'] : null) ?? usual);
    const before: Moment = { ...keys.store.getState(), rows: await screen.rows() };
    take();
    await keys.press(key);
    const after: Moment = { ...keys.store.getState(), rows: await screen.rows() };
    const done = take();
    for (const { name } of done) counts[name] = (counts[name] ?? 0) + 1;
    last.push(key);
    for (const fault of faultsOf(key, done, before, after))
      faults.push(
        `${fault}\n${before.ui.columns}x${before.ui.rows}, keys: ${last.slice(-25).join(' ')}\n${before.rows.join('\n')}\n-- after --\n${after.rows.join('\n')}`,
      );
    if (faults.length > 3) break;
  }
  stage?.screen.close();
  return { keys: count, deeds: counts, faults };
};
