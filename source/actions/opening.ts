import { causeMenu, searchMenu } from '../model/cause-menu.ts';
import { derivationName } from '../model/derivation-name.ts';
import type { Generation } from '../model/host.ts';
import { copyMenu } from '../model/menus.ts';
import { checkText, generationText, runText } from '../model/pane-texts.ts';
import { buildRowsOf } from '../model/selectors-build.ts';
import { healthRows } from '../model/selectors-health.ts';
import { generationsOfScreen, selectedId } from '../model/selectors-list.ts';
import { hostOfScreen } from '../model/selectors-targets.ts';
import { fleetLog } from '../model/state.ts';
import { listOf } from '../model/ui.ts';
import { isBuilderLog, ringOf } from '../model/ui-log.ts';
import type { Action, ActionContext } from './action.ts';
import { openCommits } from './open-commits.ts';
import { tellToolFailure } from './own-tools.ts';
import { becauseRunning, firstReason, inLog } from './reasons.ts';
import { showText } from './show-text.ts';
import { tell } from './tell.ts';
import { openBuilderLog } from './wishes.ts';

const openHost = (context: ActionContext, host: string): void =>
  context.ui({ type: 'showed', screen: { kind: 'host', host, tab: 'facts' } });

const openUnit = (context: ActionContext, host: string, unit: string): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  tell(context, `asking ${host} for ${unit}`);
  context.start(async () => {
    const lines = await engine.unitDetails(host, unit);
    showText(
      context,
      `${unit} on ${host}`,
      lines.map((text) => ({ text, tone: 'plain' })),
    );
  });
};

const openHealthRow = (context: ActionContext, id: string): void => {
  const { app } = context.state();
  const row = healthRows(app.hostNames, app.hosts, '').find((one) => one.id === id);
  if (row?.kind === 'unit') openUnit(context, row.host, row.unit);
  else if (row?.kind === 'host') openHost(context, row.id);
};

const openInput = (context: ActionContext, id: string): void => {
  const { lock } = context.state().app;
  if (lock.kind === 'read' && lock.changes.some((change) => change.path === id))
    openCommits(context, id);
  else tell(context, `${id} is as it was committed`);
};

/** At once what is known, then what going back to it would change. */
const openGeneration = (context: ActionContext, host: string, generation: Generation): void => {
  const title = `Generation ${generation.number} of ${host}`;
  const textWith = (packages: readonly string[] | null) =>
    generationText(generation, context.state().app.hosts[host], packages);
  showText(context, title, textWith(null));
  context.start(async () => {
    const packages = await context.engine()?.compareGeneration(host, generation.path);
    const { overlay } = context.state().ui;
    if (overlay?.kind === 'text' && overlay.title === title)
      showText(context, title, textWith(packages ?? []));
  });
};

const openRecord = (
  context: ActionContext,
  list: 'check' | 'history' | 'generations',
  id: string,
): void => {
  const { app, ui } = context.state();
  switch (list) {
    case 'check': {
      const row = app.board.find((one) => one.id === id);
      if (row !== undefined) showText(context, row.label, checkText(row));
      break;
    }
    case 'history': {
      const run = app.history.find((one) => one.id === id);
      if (run !== undefined) showText(context, `Run ${run.id}: ${run.goal}`, runText(run));
      break;
    }
    case 'generations': {
      const generation = generationsOfScreen(app, ui).find((one) => String(one.number) === id);
      if (generation !== undefined && ui.screen.kind === 'host')
        openGeneration(context, ui.screen.host, generation);
      break;
    }
  }
};

const openBuildRow = (context: ActionContext, id: string): void => {
  const { app, ui } = context.state();
  const row = buildRowsOf(app, ui.lists.build.filter).find((one) => one.id === id);
  switch (row?.kind) {
    case 'cause':
      context.ui({ type: 'opened', overlay: causeMenu(app, row.cause, context.now()) });
      break;
    case 'search':
      context.ui({ type: 'opened', overlay: searchMenu(app, row.search, context.now()) });
      break;
    case 'host':
      context.ui({ type: 'log-opened', host: row.host.entry.name });
      break;
    case 'ended':
      openBuilderLog(context, row.ended.derivation);
      break;
    case 'activity': {
      const { derivation, name } = row.activity;
      if (derivation === null) tell(context, `${name}: only builders have a log`);
      else openBuilderLog(context, derivation);
      break;
    }
    case 'shared':
    case 'more':
    case undefined:
      break;
  }
};

const openRow = (context: ActionContext, id: string): void => {
  const { app, ui } = context.state();
  const list = listOf(ui.screen);
  switch (list) {
    case 'fleet':
      if (app.hosts[id] === undefined) context.ui({ type: 'folded' });
      else openHost(context, id);
      break;
    case 'lock':
      openInput(context, id);
      break;
    case 'build':
      openBuildRow(context, id);
      break;
    case 'health':
      openHealthRow(context, id);
      break;
    case 'check':
    case 'history':
    case 'generations':
      openRecord(context, list, id);
      break;
    case 'packages':
    case undefined:
      break;
  }
};

/** The whole log that the screen shows: of a builder as Nix keeps it, else what is in memory. */
const readLog = async (context: ActionContext, by: 'pager' | 'editor'): Promise<void> => {
  const { app, ui } = context.state();
  const { host } = ui.log;
  const heard = ringOf(app, host).lines;
  const kept = isBuilderLog(host) ? await context.engine()?.readBuildLog(host) : undefined;
  const lines = kept === undefined || kept.length < heard.length ? heard : kept;
  if (lines.length === 0) {
    tell(context, 'there is no line to read yet', 'warn');
    return;
  }
  const name = isBuilderLog(host) ? derivationName(host) : host === '' ? 'fleet' : host;
  tellToolFailure(context, await context.terminal.readLines(lines, `${name}.log`, by));
};

const fileOfScreen = (context: ActionContext): string | undefined => {
  const { app, ui } = context.state();
  if (app.flakePath === null) return undefined;
  const file = ui.screen.kind === 'view' && ui.screen.view === 'lock' ? 'flake.lock' : 'flake.nix';
  return `${app.flakePath}/${file}`;
};

const anywhere = ['everywhere'] as const;

/** Keys that open, copy, edit and ask again. */
export const opening: readonly Action[] = [
  {
    id: 'open',
    keys: ['enter'],
    label: 'open',
    help: 'Open the row: a host, the commits of an input, a question in full, a unit, a run.',
    where: anywhere,
    danger: 'look',
    named: false,
    disabled: ({ app, ui }) =>
      selectedId(app, ui) === undefined ? 'nothing to open here' : undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      const id = selectedId(app, ui);
      if (id !== undefined) openRow(context, id);
    },
  },
  {
    id: 'log',
    keys: ['L'],
    label: 'log',
    help: 'The log of this host; where no host is selected, that of the fleet.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      context.ui({ type: 'log-opened', host: hostOfScreen(app, ui) ?? fleetLog });
    },
  },
  {
    id: 'refresh',
    keys: ['R'],
    label: 'refresh',
    help: 'Ask everything anew: git, lock, hosts, what they should run.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseRunning),
    perform: (context) => {
      const engine = context.engine();
      if (engine === undefined) return;
      tell(context, 'asking everything anew');
      context.start(() => engine.refresh());
    },
  },
  {
    id: 'edit',
    keys: ['e'],
    label: 'edit',
    help: 'Open flake.nix in $EDITOR; in the view Lock flake.lock, in a log that log.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => {
      const { app } = state;
      if (inLog(state)) return undefined;
      if (app.flakePath === null) return 'the flake is not open yet';
      return app.demo ? 'the demo has no files' : undefined;
    },
    perform: (context) => {
      if (inLog(context.state())) {
        context.start(() => readLog(context, 'editor'));
        return;
      }
      const file = fileOfScreen(context);
      if (file === undefined) return;
      context.start(async () => {
        tellToolFailure(context, await context.terminal.editFile(file));
      });
    },
  },
  {
    id: 'pager',
    keys: ['|'],
    label: 'pager',
    help: 'Read the whole log in $PAGER.',
    where: ['log', 'host'],
    danger: 'look',
    named: true,
    disabled: (state) => (inLog(state) ? undefined : 'only in a log'),
    perform: (context) => context.start(() => readLog(context, 'pager')),
  },
  {
    id: 'copy',
    keys: ['y'],
    label: 'copy',
    help: 'Copy a name, path, revision, link or command to the clipboard.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      context.ui({ type: 'opened', overlay: copyMenu(app, ui, context.now()) });
    },
  },
];
