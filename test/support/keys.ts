import type { ActionContext } from '../../source/actions/action.ts';
import { pressKey } from '../../source/actions/press/press.ts';
import { actionTable } from '../../source/actions/table.ts';
import { createWhenRead } from '../../source/commands/tui/when-read.ts';
import type { DemoOptions } from '../../source/demo/world.ts';
import type { Engine } from '../../source/engine/contract.ts';
import { createEngine } from '../../source/engine/engine.ts';
import { success } from '../../source/model/result.ts';
import { type Menu, wantedText } from '../../source/screen/overlay.ts';
import type { Ui } from '../../source/screen/ui.ts';
import type { World } from '../../source/services/world/world.ts';
import type { AppState } from '../../source/state/state.ts';
import { type AppStore, createAppStore } from '../../source/store.ts';
import { stillWorld } from './play.ts';

/** The demo under keys: the shipped actions and engine, without a terminal. */
export interface Keys {
  /** Presses keys one after the other, each as soon as what the one before began has ended. */
  press(...keys: readonly string[]): Promise<void>;
  /** Does an action of the key table that has no key, as the list of actions does. */
  perform(id: string): Promise<void>;
  /** Moves the clock of the screen: past the guard of a dialog, past a message. */
  pass(milliseconds: number): void;
  readonly store: AppStore;
  readonly engine: Engine;
  now(): number;
  /** Begins work that the next key waits for. */
  start(work: () => Promise<void>): void;
  app(): AppState;
  ui(): Ui;
  toast(): string;
  /** Labels of the open menu, or of the choices of the open dialog. */
  offers(): readonly string[];
  menu(): Menu;
  /** Chooses a row of the open menu, or a choice of the open dialog, by words of its label. */
  choose(words: string): Promise<void>;
}

export const openKeys = async (
  options: DemoOptions = {},
  world: World = stillWorld(options),
  /** Sees what the keys ask of the engine. */
  heard: (engine: Engine) => Engine = (engine) => engine,
): Promise<Keys> => {
  const store = createAppStore();
  store.setState(({ ui }) => ({ ui: { ...ui, columns: 120, rows: 40 } }));
  const engine = createEngine({
    world,
    flake: world.workingFolder,
    emit: store.dispatch,
    getState: () => store.getState().app,
  });
  const opened = await engine.open();
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  await engine.hosts.survey({ probe: true, evaluate: true });
  const told = heard(engine);
  let passed = 0;
  const started: Promise<void>[] = [];
  const now = (): number => world.clock.now() + passed;
  const start = (work: () => Promise<void>): void => {
    started.push(work());
  };
  const context: ActionContext = {
    state: store.getState,
    now,
    ui: store.dispatchUi,
    engine: () => told,
    askOther: told.runs.ask,
    terminal: {
      runCommand: async () => ({ text: 'ended', isWell: true }),
      askSecret: async () => null,
      leave: () => undefined,
      suspend: async () => true,
      isHandedOver: false,
      repaint: () => undefined,
      editFile: async () => success(undefined),
      readLines: async () => success(undefined),
      pageFiles: async () => success(undefined),
      editNote: async (_name, begun) => success(begun === '' ? null : begun),
      editText: async (text) => success(text),
      copy: () => undefined,
      openLink: async () => null,
    },
    start,
    whenRead: createWhenRead(store, now).add,
    table: actionTable,
  };
  const settle = async (): Promise<void> => {
    while (started.length > 0) await Promise.all(started.splice(0));
  };
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      store.dispatchUi({ type: 'ticked', at: now() });
      pressKey(context, key);
      await settle();
    }
  };
  const overlay = () => store.getState().ui.overlay;
  const labels = (): readonly string[] => {
    const open = overlay();
    if (open?.kind === 'menu') return open.items.map(({ label }) => label);
    return open?.kind === 'confirm' ? open.choices.map(({ label }) => label) : [];
  };
  return {
    press,
    perform: async (id) => {
      const action = actionTable.find((one) => one.id === id);
      const reason = action?.disabled(store.getState());
      if (action === undefined || reason !== undefined)
        throw new Error(`${id} cannot be done: ${reason ?? 'there is no such action'}`);
      action.perform(context);
      await settle();
    },
    pass: (milliseconds) => {
      passed += milliseconds;
      store.dispatchUi({ type: 'ticked', at: now() });
    },
    store,
    engine,
    now,
    start,
    app: () => store.getState().app,
    ui: () => store.getState().ui,
    toast: () => store.getState().ui.toast?.text ?? '',
    offers: labels,
    menu: () => {
      const open = overlay();
      if (open?.kind !== 'menu') throw new Error(`no menu is open: ${open?.kind ?? 'nothing'}`);
      return open;
    },
    choose: async (words) => {
      passed += 600;
      const open = overlay();
      const index = labels().findIndex((label) => label.includes(words));
      if (open === null || index < 0)
        throw new Error(`${words} is not offered: ${labels().join(' | ')}`);
      if (open.kind === 'confirm') {
        for (const character of wantedText(open.required))
          await press(character === ' ' ? 'space' : character);
        const focus = (): number => {
          const now = overlay();
          return now?.kind === 'confirm' ? now.focus : index;
        };
        for (let tries = 0; focus() !== index && tries < 9; tries += 1)
          await press(focus() < index ? 'right' : 'left');
      } else if (open.kind === 'menu') {
        const target = open.items[index]?.id;
        const cursor = (): string | null => {
          const now = overlay();
          return now?.kind === 'menu' ? now.cursor : null;
        };
        for (let tries = 0; tries < 20; tries += 1) await press('up');
        for (let tries = 0; cursor() !== target && tries < 20; tries += 1) await press('down');
      }
      await press('enter');
    },
  };
};
