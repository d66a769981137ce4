import { Box } from 'ink';
import type { ReactNode } from 'react';
import { planOfProgress, progressOfPlan } from '../../model/build/agreed-counts.ts';
import { planFitting } from '../../model/build/build-plan-text.ts';
import { type BuildProgress, isEmptyProgress } from '../../model/build/progress.ts';
import { memoLast } from '../../model/memo.ts';
import { activityGroups, groupOf } from '../../model/nix/activity-kind.ts';
import { showAge, showDuration } from '../../model/words/format-time.ts';
import {
  cut,
  fitLine,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { progressLine } from '../../screen/host/progress.ts';
import { keyName } from '../../screen/key-names.ts';
import { bodyRows } from '../../screen/layout.ts';
import { type BuildRow, buildPartsOf, busiestRow, followedRow } from '../../screen/rows/build.ts';
import { doneHostsWords } from '../../screen/rows/done-hosts.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { type BuildPanes, buildDetailLines, buildPanes } from '../../screen/texts/build-panes.ts';
import { hiddenWorkLine } from '../../screen/texts/hidden-work.ts';
import type { Ui } from '../../screen/ui.ts';
import { type AppState, fleetPlan } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { buildLine, buildTitles } from './rows.ts';

/** What goes on, and what a key does here; in a narrow window the last of it leaves. */
const titleWords = (app: AppState): readonly string[] => {
  const { causes, runProgress, run } = app;
  const isRunning = run.kind === 'active' || run.kind === 'canceling';
  if (!isRunning && causes.length > 0)
    return [`${keyName('open')} on a failure shows why`, 'and what can be done'];
  if (isRunning && app.searches.some(({ outcome }) => outcome.kind === 'searching'))
    return [`${keyName('open')} on the search shows what was tried`, 'on a host its log'];
  if (!isRunning || runProgress === null)
    return isRunning
      ? [`${keyName('open')} opens a log`]
      : [
          'nothing is being built',
          `${keyName('test')} tests the selected host`,
          `${keyName('test-all')} tests all`,
        ];
  const all = Map.groupBy(runProgress.activities, groupOf);
  const moving = activityGroups.flatMap(({ name, moving: words }) => {
    const count = all.get(name)?.length ?? 0;
    return count === 0 || words === null ? [] : [`${count} ${words}`];
  });
  return [...moving, `${keyName('open')} opens a log`];
};

/** A lower body has no row for the titles of columns. */
const lowBody = 20;

/** A body that is lower still has no row for a total that says nothing. */
const lowestBody = 12;

const isTest = ({ run }: AppState): boolean =>
  run.kind !== 'none' && (run.goal === 'test' || run.goal === 'run');

const isRunning = ({ run }: AppState): boolean => run.kind === 'active' || run.kind === 'canceling';

const countUnplanned = memoLast(
  (names: readonly string[], hosts: AppState['hosts'], plans: AppState['plans']): number =>
    names.filter((name) => {
      const kind = hosts[name]?.work.kind;
      return (kind === 'waiting' || kind === 'queued') && plans[name] === undefined;
    }).length,
);

/** Packages that a cache usually has; the log and a message say what can be done about it. */
const compiledWords = (compiles: readonly string[], cells: number): Line => {
  if (compiles.length === 0) return [];
  const words = [compiles.join(', '), counted(compiles.length, 'package')]
    .map((what) => ` ${glyph.look} compiles ${what}, usually in a cache`)
    .find((text) => widthOf(text) <= cells);
  return words === undefined ? [] : [span(words, 'warn')];
};

/** The plan of all; hosts whose turn is not near yet are not among it. */
const planLine = (app: AppState, columns: number): Line => {
  const asked = app.plans[fleetPlan];
  const plan = asked === undefined ? undefined : planOfProgress(asked, app.runProgress);
  const unplanned =
    app.run.kind === 'active' ? countUnplanned(app.run.hosts, app.hosts, app.plans) : 0;
  if (plan === undefined)
    return [muted(' plan   '), muted(unplanned === 0 ? 'not known yet' : 'being asked of Nix')];
  const more = unplanned === 0 ? '' : `, and ${counted(unplanned, 'host')} to plan`;
  const line: Line = [
    muted(' plan   '),
    span(planFitting(plan, columns - 9 - more.length)),
    muted(more),
  ];
  return [...line, ...compiledWords(plan.compiles, columns - lineWidth(line) - 1)];
};

/** Builds that failed by themselves, as far as that is known: Nix counts those that needed them too. */
const failedByThemselves = ({ causes, runProgress }: AppState): number =>
  new Set([
    ...causes.flatMap(({ derivation, isOfEarlierLock }) =>
      derivation === null || isOfEarlierLock === true ? [] : [derivation],
    ),
    ...(runProgress?.ended ?? []).flatMap(({ fate, derivation }) =>
      fate === 'failed' ? [derivation] : [],
    ),
  ]).size;

/** The bar counts builds that failed, with all that needed them: one host may fail with many. */
const failedWords = (causes: AppState['causes']): Line => {
  const now = causes.filter(({ isOfEarlierLock }) => isOfEarlierLock !== true);
  const hosts = new Set(now.flatMap((cause) => cause.hosts));
  return hosts.size === 0
    ? []
    : [span(`, ${counted(hosts.size, 'host')} failed from ${counted(now.length, 'cause')}`, 'bad')];
};

/** What a run that has ended made, and how long it took. */
const endedLine = (
  { run, causes }: AppState,
  progress: BuildProgress | null,
  columns: number,
): Line => {
  if (run.kind !== 'done') return [];
  const { build } = run.result;
  const took = run.since === undefined ? '' : ` in ${showDuration(run.at - run.since)}`;
  const built = build?.built ?? progress?.builds.done ?? 0;
  const fetched = build?.fetched ?? progress?.fetches.done ?? 0;
  const failed = failedWords(causes);
  const whole: Line = [
    muted(' total  '),
    span(`${built} built, ${counted(fetched, 'path')} fetched${took}`),
    ...failed,
  ];
  // What failed matters more than what was fetched.
  return lineWidth(whole) <= columns
    ? whole
    : [muted(' total  '), span(`${built} built${took}`), ...failed];
};

/** How many hosts of a run that builds nothing have ended. */
const hostsLine = ({ run, hosts }: AppState): Line => {
  const words = doneHostsWords({ run, hosts });
  return words === null ? [] : [muted(' hosts  '), span(`${words} done`)];
};

/** The totals of the last test and their age: a deploy, a check or a search builds less, or nothing. */
const lastTestLine = ({ lastTest }: AppState, now: number): Line => {
  if (lastTest === null) return [];
  const { at, took, built, fetched } = lastTest;
  return [
    muted(' last test  '),
    span(`${built} built, ${counted(fetched, 'path')} fetched in ${showDuration(took)}`),
    muted(`, ${showAge(now - at)} ago`),
  ];
};

/** How far the whole is, and what is planned: always two rows, so that no row below them moves. */
export const buildTotals = (app: AppState, columns: number, now: number): readonly Line[] => {
  const { runProgress } = app;
  const known =
    runProgress === null || isEmptyProgress(runProgress)
      ? null
      : progressLine(
          progressOfPlan(runProgress, app.plans[fleetPlan]),
          columns,
          failedByThemselves(app),
        );
  const nothing: Line = [
    muted(isRunning(app) ? ' nothing to build or to copy so far' : ' nothing was built'),
  ];
  if (isTest(app))
    return [
      known ?? nothing,
      isRunning(app) ? planLine(app, columns) : endedLine(app, runProgress, columns),
    ];
  const last = lastTestLine(app, now);
  if (known === null) return [last.length === 0 ? nothing : last, hostsLine(app)];
  return [known, isRunning(app) ? hostsLine(app) : last];
};

/** In a low window what is known in one row gives the other one to a host. */
const totalLines = (app: AppState, { columns, now }: Ui, isLow: boolean): readonly Line[] => {
  const totals = buildTotals(app, columns, now);
  return isLow && !isRunning(app) ? totals.filter((line) => lineWidth(line) > 0).slice(-1) : totals;
};

const emptyWords = (filter: string): string =>
  filter === ''
    ? 'No host to build is known yet.'
    : `Nothing here matches "${filter}". ${keyName('back')} shows all again.`;

export const emptyBuildLines = (filter: string, columns: number): readonly Line[] => [
  [strong(' Build')],
  ...said(emptyWords(filter), columns, 'muted'),
];

const titleLine = (app: AppState, columns: number): Line =>
  titled(
    'Build',
    titleWords(app).map((words) => [muted(words)]),
    columns,
  );

/** A line across with what stands below it. */
const ruleWith = (title: string, columns: number): Line => {
  const text = cut(title, columns - 6);
  const rest = Math.max(0, columns - widthOf(text) - 4);
  return [muted(`${glyph.rule.repeat(2)} `), strong(text), muted(` ${glyph.rule.repeat(rest)}`)];
};

const Details = ({
  app,
  row,
  now,
  columns,
  rows,
}: {
  readonly app: AppState;
  readonly row: BuildRow;
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}): ReactNode => {
  const { title, lines } = buildDetailLines(app, row, now, { columns, rows: rows - 1 });
  return <Lines lines={[ruleWith(title, columns), ...lines]} height={rows} columns={columns} />;
};

const List = ({
  app,
  ui,
  rows,
  selected,
  columns,
  height,
  anchor,
  tail,
}: {
  readonly app: AppState;
  readonly ui: Ui;
  readonly rows: readonly BuildRow[];
  readonly selected: string | undefined;
  readonly anchor?: string | undefined;
  readonly columns: number;
  readonly height: number;
  readonly tail?: ((seen: ReadonlySet<string>) => Line) | undefined;
}): ReactNode => (
  <ListRows
    list="build"
    rows={rows.map((row) => ({
      id: row.id,
      line: () => buildLine(row, app, columns, ui.now),
    }))}
    selected={selected}
    columns={columns}
    height={height}
    anchor={anchor}
    tail={tail}
  />
);

/** Below what is seen: what failed and has no row in sight, so that no failure is below the fold. */
const failureLine = (
  trouble: readonly BuildRow[],
  seen: ReadonlySet<string>,
  app: AppState,
  columns: number,
): Line => {
  const [first, ...more] = trouble.filter(({ id }) => !seen.has(id));
  if (first === undefined) return [];
  const rest = more.length === 0 ? '' : `  ${glyph.down}${more.length} more`;
  const cells = columns - 2 - widthOf(rest);
  return [span('  '), ...fitLine(buildLine(first, app, cells, 0), cells), muted(rest)];
};

type Tail = ((seen: ReadonlySet<string>) => Line) | undefined;

/** Below the hosts, where a run has more of them than there are rows. */
const hostsTail = (
  app: AppState,
  { now }: Ui,
  hosts: readonly BuildRow[],
  panes: BuildPanes,
): Tail =>
  isRunning(app) && hosts.length > panes.hosts
    ? (seen) => hiddenWorkLine(app, seen, now, panes.columns)
    : undefined;

/** Below what runs, where something failed and there are not rows for all. */
const troubleTail = (
  app: AppState,
  trouble: readonly BuildRow[],
  below: readonly BuildRow[],
  panes: BuildPanes,
): Tail =>
  isRunning(app) && trouble.length > 0 && below.length > panes.work && panes.work > 1
    ? (seen) => failureLine(trouble, seen, app, panes.columns)
    : undefined;

/** The same with so many rows fewer, which leave from the bottom: no row moves. */
const without = (rows: number, panes: BuildPanes): BuildPanes => {
  const { details, work } = panes;
  if (details === null) {
    const fromWork = Math.min(work, rows);
    const hosts = Math.max(1, panes.hosts - (rows - fromWork));
    return { ...panes, work: work - fromWork, hosts };
  }
  const kept = Math.max(0, details.rows - rows);
  // A rule with nothing below it says nothing.
  const left = kept < 2 ? 0 : kept;
  const below = details.at === 'side' ? rows : Math.max(0, rows - details.rows);
  return {
    ...panes,
    hosts: Math.max(1, panes.hosts - Math.max(0, below - work)),
    work: Math.max(0, work - below),
    details: { ...details, rows: left },
  };
};

const countsOf = (app: AppState, filter: string): Parameters<typeof buildPanes>[1] => {
  const { hosts, below, trouble } = buildPartsOf(app, filter);
  return {
    hosts: hosts.length,
    below: below.length,
    trouble: trouble.length,
    isRunning: isRunning(app),
  };
};

/**
 * How far the whole is, a row for each host, what runs, what failed, and the last lines of what is
 * selected. Each part has its rows, so that none moves while a test runs.
 */
export const BuildView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const { filter } = ui.lists.build;
  const height = useBodyRows();
  const { hosts, trouble, below } = buildPartsOf(app, filter);
  const all = [...hosts, ...below];
  const selected = selectedId(app, ui);
  const row = all.find(({ id }) => id === selected);
  if (row === undefined) return <Lines lines={emptyBuildLines(filter, columns)} height={height} />;
  // A long message takes rows of the last lines, and moves no row above them.
  const full = bodyRows(ui.rows);
  const titles = full < lowBody ? 0 : 1;
  const whole = totalLines(app, ui, full < lowestBody);
  const panes = without(
    full - height,
    buildPanes(ui, countsOf(app, filter), 1 + whole.length + titles),
  );
  const { details } = panes;
  const list = { app, ui, selected, columns: panes.columns };
  const busiest = busiestRow(below, panes.work);
  const told = followedRow(app, ui.lists.build, row);
  const side = details === null ? null : { app, row: told, now: ui.now, ...details };
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText line={titleLine(app, columns)} />
      <Lines lines={whole} height={whole.length} />
      <Box height={titles + panes.hosts + panes.work} overflowY="hidden">
        <Box width={panes.columns} overflow="hidden" flexDirection="column">
          {titles === 0 ? null : (
            <LineText line={buildTitles(panes.columns)} columns={panes.columns} />
          )}
          <List
            {...list}
            rows={hosts}
            height={panes.hosts}
            tail={hostsTail(app, ui, hosts, panes)}
          />
          <List
            {...list}
            rows={below}
            height={panes.work}
            anchor={busiest}
            tail={troubleTail(app, trouble, below, panes)}
          />
        </Box>
        {side?.at === 'side' ? <Details {...side} rows={side.rows + titles} /> : null}
      </Box>
      {side?.at === 'below' ? <Details {...side} /> : null}
    </Box>
  );
};
