import { render } from 'ink';
import type { Action } from '../../source/actions/action.ts';
import { actionTable } from '../../source/actions/table.ts';
import { thriftyOutput } from '../../source/commands/terminal/thrift.ts';
import { createClickMap } from '../../source/components/base/clicks.ts';
import { createLinkTable } from '../../source/components/base/link-table.ts';
import { LookProvider } from '../../source/components/base/look.tsx';
import type { ColourDepth } from '../../source/components/base/theme.ts';
import { StoreProvider } from '../../source/components/base/use-app.ts';
import { ScreenFrame } from '../../source/components/frame/screen.tsx';
import type { Ui, UiEvent } from '../../source/screen/ui.ts';
import type { AppState } from '../../source/state/state.ts';
import { type AppStore, createAppStore } from '../../source/store.ts';
import { noon } from '../fixtures/states.ts';
import { createTerminal, type TestTerminal } from './terminal.ts';

export interface DrawnScreen {
  readonly terminal: TestTerminal;
  readonly store: AppStore;
  /** Sends events to the screen and answers its rows when they are drawn. */
  after(...events: readonly UiEvent[]): Promise<readonly string[]>;
  rows(): Promise<readonly string[]>;
  /** What a click at a cell means. */
  targetAt(column: number, row: number): string | undefined;
  resize(columns: number, rows: number): void;
  close(): void;
}

export interface DrawOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly mono?: boolean;
  readonly depth?: ColourDepth;
  readonly ascii?: boolean;
  /** What keys did to the screen before. */
  readonly ui?: Ui;
  readonly links?: boolean;
  readonly events?: readonly UiEvent[];
  /** The person's own keys; `nameKeysOf` tells texts of them. */
  readonly table?: readonly Action[];
  /** A store that others change as well; `app` is what it has then. */
  readonly store?: AppStore;
}

/** The whole screen in a terminal in memory, with a state that no engine changes. */
export const draw = (
  app: AppState,
  {
    columns = 80,
    rows = 24,
    mono = false,
    depth = mono ? 1 : 24,
    ascii = false,
    ui: before,
    links = false,
    events = [],
    table = actionTable,
    store = createAppStore(),
  }: DrawOptions = {},
): DrawnScreen => {
  const terminal = createTerminal(columns, rows);
  store.setState(({ ui }) => ({ app, ui: { ...(before ?? { ...ui, now: noon }), columns, rows } }));
  for (const event of events) store.dispatchUi(event);
  const clicks = createClickMap();
  const linkTable = links ? createLinkTable() : null;
  const instance = render(
    <StoreProvider value={store}>
      <LookProvider parts={{ depth, toldDark: null, ascii, links: linkTable, table, clicks }}>
        <ScreenFrame />
      </LookProvider>
    </StoreProvider>,
    {
      stdout: thriftyOutput(terminal.stdout, linkTable),
      stdin: terminal.stdin,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      maxFps: 1_000,
    },
  );
  // As the program does: a row that is too wide must not push the next.
  terminal.stdout.write('\u001b[?7l');
  const drawn = async (): Promise<readonly string[]> => {
    await instance.waitUntilRenderFlush();
    return await terminal.screen();
  };
  return {
    terminal,
    store,
    rows: drawn,
    after: async (...more) => {
      for (const event of more) store.dispatchUi(event);
      return await drawn();
    },
    targetAt: clicks.targetAt,
    resize: (newColumns, newRows) => {
      store.dispatchUi({ type: 'resized', columns: newColumns, rows: newRows });
      terminal.resize(newColumns, newRows);
    },
    close: () => instance.unmount(),
  };
};
