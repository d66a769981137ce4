import { Box } from 'ink';
import type { ReactNode } from 'react';
import { planOfProgress, progressOfPlan } from '../../model/build/agreed-counts.ts';
import { compileWarning, planFitting } from '../../model/build/build-plan-text.ts';
import type { PlanSummary } from '../../model/build/plan.ts';
import { isEmptyProgress } from '../../model/build/progress.ts';
import { memoLast } from '../../model/memo.ts';
import { activityGroups, groupOf } from '../../model/nix/activity-kind.ts';
import { type Line, muted, span, strong, wrapText } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { buildRowsOf } from '../../screen/rows/build.ts';
import { cursorIndex } from '../../screen/rows/lists.ts';
import { type AppState, fleetPlan } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { progressLine } from './progress.ts';
import { buildLine } from './rows.ts';

/** What goes on, and what a key does here; in a narrow window the last of it leaves. */
const titleWords = (app: AppState): readonly string[] => {
  const { causes, runProgress, run } = app;
  const isRunning = run.kind === 'active' || run.kind === 'canceling';
  if (!isRunning && causes.length > 0)
    return ['Enter on a failure shows why', 'and what can be done'];
  if (isRunning && app.searches.some(({ outcome }) => outcome.kind === 'searching'))
    return ['Enter on the search shows what was tried', 'on a host its log'];
  if (!isRunning || runProgress === null)
    return isRunning
      ? ['Enter opens a log']
      : ['nothing is being built', 't tests the selected host', 'T tests all'];
  const all = Map.groupBy(runProgress.activities, groupOf);
  const moving = activityGroups.flatMap(({ name, moving: words }) => {
    const count = all.get(name)?.length ?? 0;
    return count === 0 || words === null ? [] : [`${count} ${words}`];
  });
  return [...moving, 'Enter opens a log'];
};

/** Rows of a window that leave room for a warning, which was told and stands in the log as well. */
const roomyRows = 30;

/** The plans of the run whose progress is shown. */
const plansOf = ({ run, plans }: AppState): AppState['plans'] =>
  run.kind !== 'none' && (run.goal === 'test' || run.goal === 'run') ? plans : {};

const countUnplanned = memoLast(
  (names: readonly string[], hosts: AppState['hosts'], plans: AppState['plans']): number =>
    names.filter((name) => {
      const kind = hosts[name]?.work.kind;
      return (kind === 'waiting' || kind === 'queued') && plans[name] === undefined;
    }).length,
);

/** The plan of all; hosts whose turn is not near yet are not among it. */
const planLine = ({ run, hosts, plans }: AppState, plan: PlanSummary, columns: number): Line => {
  const unplanned = run.kind === 'active' ? countUnplanned(run.hosts, hosts, plans) : 0;
  const more = unplanned === 0 ? '' : `, and ${counted(unplanned, 'host')} to plan`;
  return [muted(' plan   '), span(planFitting(plan, columns - 8 - more.length)), muted(more)];
};

/**
 * How far the whole is, at the top where no message covers it; what is planned, and its warnings.
 */
const wholeLines = (app: AppState, columns: number, rows: number): readonly Line[] => {
  // The plan ends with the run: its result is shown below.
  const { run } = app;
  const isTested =
    (run.kind === 'active' || run.kind === 'canceling') &&
    (run.goal === 'test' || run.goal === 'run');
  const planned = plansOf(app)[fleetPlan];
  const plan =
    isTested && planned !== undefined ? planOfProgress(planned, app.runProgress) : undefined;
  const warning = plan === undefined ? null : compileWarning(plan);
  const progress = app.runProgress === null ? null : progressOfPlan(app.runProgress, planned);
  return [
    ...(progress === null || isEmptyProgress(progress) ? [] : [progressLine(progress, columns)]),
    ...(plan === undefined ? [] : [planLine(app, plan, columns)]),
    ...(warning === null
      ? []
      : wrapText(`! ${warning}`, columns - 2)
          .slice(0, rows < roomyRows ? 0 : 2)
          .map((line): Line => [span(` ${line}`, 'warn')])),
  ];
};

/** Failures and what can be done about them, each host with what runs for it, the whole. */
export const BuildView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = useBodyRows();
  const rows = buildRowsOf(app, ui.lists.build.filter);
  const ids = rows.map(({ id }) => id);
  const selected = ids[cursorIndex(ids, ui.lists.build.cursor)];
  const whole = wholeLines(app, columns, ui.rows).slice(0, Math.max(1, height - 4));
  if (rows.length === 0)
    return (
      <Lines
        lines={[
          [strong(' Build')],
          ...said(
            ui.lists.build.filter === ''
              ? 'No host to build is known yet.'
              : `Nothing here matches "${ui.lists.build.filter}". Esc shows all again.`,
            columns,
            'muted',
          ),
        ]}
        height={height}
      />
    );
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText
        line={titled(
          'Build',
          titleWords(app).map((words) => [muted(words)]),
          columns,
        )}
      />
      <Lines lines={whole} height={whole.length} />
      <ListRows
        rows={rows.map((row) => ({
          id: row.id,
          line: () => buildLine(row, app.plans, columns, ui.now),
        }))}
        selected={selected}
        columns={columns}
        height={height - 1 - whole.length}
      />
    </Box>
  );
};
