import { showKey } from '../../keys.ts';
import type { Generation } from '../../model/host/host.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { titleOf, titleOfLine, whenWords } from '../../model/watch/report.ts';
import { showAge, showMoment } from '../../model/words/format-time.ts';
import { causeMenu, searchMenu } from '../../screen/dialogs/menu-cause.ts';
import { reportTexts } from '../../screen/dialogs/menu-watch.ts';
import { runPageText } from '../../screen/host/run-page.ts';
import { keyName } from '../../screen/key-names.ts';
import type { TonedText } from '../../screen/overlay.ts';
import { buildRowsOf, causeOfHost } from '../../screen/rows/build.ts';
import { healthRows } from '../../screen/rows/health.ts';
import { generationsOfScreen } from '../../screen/rows/lists.ts';
import { shownPackages } from '../../screen/rows/packages.ts';
import { checkText } from '../../screen/texts/check-details.ts';
import { commitsOverlay, isCommitsOf } from '../../screen/texts/commits.ts';
import { lineText, metricText } from '../../screen/texts/metric.ts';
import { oldCodeText } from '../../screen/texts/old-code.ts';
import { packageRowText } from '../../screen/texts/packages.ts';
import { generationText } from '../../screen/texts/panes.ts';
import { runEvidenceText } from '../../screen/texts/run-evidence.ts';
import { plain } from '../../screen/toned.ts';
import { listOf } from '../../screen/ui.ts';
import { type RunStory, runStory } from '../../state/past/run-story.ts';
import { earlierBoard, shownBoard, shownFleet } from '../../state/remembered.ts';
import type { RunSummary } from '../../state/run.ts';
import { goalWord } from '../../state/run-words.ts';
import type { HostState } from '../../state/state.ts';
import type { ActionContext } from '../action.ts';
import { openBuilderLog } from './builder-log.ts';
import { showText } from './show-text.ts';
import { tell } from './tell.ts';
import { openUnit } from './units.ts';

const openHost = (context: ActionContext, host: string): void =>
  context.ui({ type: 'showed', screen: { kind: 'host', host, tab: 'facts' } });

/** The key of an action, where it may be pressed now. */
const keyOf = ({ state, table }: ActionContext, action: string): string | null => {
  const row = table.find(({ id }) => id === action);
  const [key] = row?.keys ?? [];
  return key === undefined || row?.disabled(state()) !== undefined ? null : showKey(key);
};

/** Which time the verdicts of a host are about. */
const watchedTime = (host: HostState | undefined): string =>
  host?.watch === undefined ? '' : whenWords(host.watch);

/** The numbers of a metric of a host and how it is asked. */
export const openMetric = (context: ActionContext, name: string, metric: MetricId): void => {
  const host = context.state().app.hosts[name];
  const judged = host?.watch?.metrics.find((one) => one.metric === metric);
  if (judged === undefined)
    tell(
      context,
      `${name}: not compared with the days before yet; ${keyName('watch')} compares it`,
    );
  else
    showText(context, `${titleOf(judged)} of ${name}`, metricText(judged, watchedTime(host)), []);
};

const openHealthRow = (context: ActionContext, id: string): void => {
  const { app } = context.state();
  const row = healthRows(app.hostNames, app.hosts, '').find((one) => one.id === id);
  if (row?.kind === 'unit') openUnit(context, row);
  else if (row?.kind === 'metric')
    showText(
      context,
      `${titleOfLine(row.line)} of ${row.host}`,
      lineText(row.line, watchedTime(app.hosts[row.host])),
      ['chart'],
    );
  else if (row?.kind === 'check')
    showText(context, `${row.trouble.check} of ${row.host}`, [
      { text: row.trouble.problem, tone: row.trouble.isOld ? 'plain' : 'bad' },
      ...(row.trouble.isOld
        ? [
            {
              text: 'It failed before the last deploy too, so it has no consequence.',
              tone: 'muted' as const,
            },
          ]
        : []),
      ...(row.trouble.isUnknown === true
        ? [
            {
              text: 'It could not be asked, so nobody knows whether it fails.',
              tone: 'muted' as const,
            },
          ]
        : []),
    ]);
  else if (row?.kind === 'old-code')
    showText(
      context,
      `Old code on ${row.host}`,
      oldCodeText(app.hosts[row.host], keyOf(context, 'restart-services')),
      ['restart-services'],
    );
  else if (row?.kind === 'noted') openHost(context, row.host);
  else if (row?.kind === 'host') openHost(context, row.id);
};

/** The commits of a changed input: at once what is known, then every part as it is read. */
const openCommits = (context: ActionContext, path: string): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.ui({ type: 'opened', overlay: commitsOverlay(context.state().app, path, true) });
  const redraw = (isReading: boolean): void => {
    const { app, ui } = context.state();
    if (isCommitsOf(ui.overlay, path))
      context.ui({ type: 'opened', overlay: commitsOverlay(app, path, isReading, ui.overlay) });
  };
  context.start(async () => {
    await engine.inputs.loadCommits(path, () => redraw(true));
    redraw(false);
  });
};

const openInput = (context: ActionContext, id: string): void => {
  const { lock } = context.state().app;
  if (lock.kind === 'read' && lock.changes.some((change) => change.path === id))
    openCommits(context, id);
  else tell(context, `${id} is unchanged since the commit`);
};

/** First what is known, then what a rollback to it would change. */
const openGeneration = (context: ActionContext, host: string, generation: Generation): void => {
  const title = `Generation ${generation.number} of ${host}`;
  const textWith = (packages: readonly string[] | null) =>
    generationText(
      generation,
      context.state().app.hosts[host],
      packages,
      keyOf(context, 'rollback'),
    );
  const acts = ['rollback'];
  showText(context, title, textWith(null), acts);
  context.start(async () => {
    const packages = await context.engine()?.hosts.compareGeneration(host, generation.path);
    const { overlay } = context.state().ui;
    if (overlay?.kind === 'text' && overlay.title === title)
      showText(context, title, textWith(packages ?? []), acts);
  });
};

/** A past run: at once what its journal tells, then its commands and logs. */
const openRun = (context: ActionContext, run: RunSummary, report: readonly TonedText[]): void => {
  const title = `${goalWord(run)} of ${showMoment(run.startedAt)} UTC`;
  const page = (story?: RunStory): readonly TonedText[] => [
    ...runPageText(run, story, context.state().app.git),
    ...(report.length === 0 ? [] : [plain(''), ...report]),
  ];
  const acts = ['pager'];
  showText(context, title, page(), acts);
  context.start(async () => {
    const runs = context.engine()?.runs;
    if (runs === undefined) return;
    const [evidence, events] = await Promise.all([runs.evidence(run.id), runs.read(run.id)]);
    const { overlay } = context.state().ui;
    if (overlay?.kind !== 'text' || overlay.title !== title) return;
    const lines = [...page(runStory(events)), ...runEvidenceText(evidence)];
    context.ui({ type: 'opened', overlay: { ...overlay, lines } });
  });
};

/** Actions whose keys the remedies of the board may name. */
const boardActs = ['refresh', 'check', 'test-all', 'log', 'update', 'push'];

const openRecord = (
  context: ActionContext,
  list: 'check' | 'history' | 'generations',
  id: string,
): void => {
  const { app, ui } = context.state();
  switch (list) {
    case 'check': {
      const earlier = earlierBoard(app);
      const row = shownBoard(app).find((one) => one.id === id);
      const age: readonly TonedText[] =
        earlier === null
          ? []
          : [
              {
                text: `As of ${showAge(context.now() - earlier.at)} ago; ${keyName('check')} runs all checks.`,
                tone: 'muted',
              },
            ];
      if (row !== undefined)
        showText(
          context,
          row.label,
          [...age, ...checkText(row, app.hosts[row.label], context.now())],
          boardActs,
        );
      break;
    }
    case 'history': {
      const run = app.history.find((one) => one.id === id);
      const watch = app.watches.find((one) => one.run === id);
      if (run !== undefined)
        openRun(context, run, watch === undefined ? [] : reportTexts(watch, context.now()));
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
    case 'host': {
      const { name } = row.host.entry;
      const cause = row.host.work.kind === 'failed' ? causeOfHost(app, name) : undefined;
      if (cause === undefined) context.ui({ type: 'log-opened', host: name });
      else context.ui({ type: 'opened', overlay: causeMenu(app, cause, context.now()) });
      break;
    }
    case 'ended':
      openBuilderLog(context, row.ended.derivation);
      break;
    case 'slot': {
      const { derivation, name } = row.slot.activity;
      if (derivation === null) tell(context, `${name}: only builders have a log`);
      else openBuilderLog(context, derivation, true);
      break;
    }
    case 'more':
    case undefined:
      break;
  }
};

/** Opens a row of the list that the screen shows, by its id. */
export const openRow = (context: ActionContext, id: string): void => {
  const { app, ui } = context.state();
  const list = listOf(ui.screen);
  switch (list) {
    case 'fleet':
      if (shownFleet(app).hosts[id] === undefined) context.ui({ type: 'folded' });
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
    case 'packages': {
      const row = shownPackages(app, ui).find((one) => one.id === id);
      if (row === undefined) break;
      const { title, lines } = packageRowText(app, row);
      showText(context, title, lines);
      break;
    }
    case undefined:
      break;
  }
};
