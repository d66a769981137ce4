import { buildPartsOf } from '../../screen/rows/build.ts';
import { idsOf, selectedId } from '../../screen/rows/lists.ts';
import { lockRowsOf } from '../../screen/rows/lock.ts';
import type { ListName } from '../../screen/ui.ts';
import { failedInTest } from '../../state/failed-in-test.ts';
import { troubleOf } from '../../state/hosts.ts';
import type { StageName } from '../../state/stage.ts';
import type { ScreenState } from '../../store.ts';
import type { ActionContext } from '../action.ts';

/** Steps that fail at a host, or for a reason that has its own row, and the list that shows it. */
const listsOf = { test: 'build', deploy: 'fleet', verify: 'health' } as const;

type PointedStage = keyof typeof listsOf;

const isPointed = (stage: StageName): stage is PointedStage => stage in listsOf;

/** Rows of the failures of a step, in the order of the screen; what a filter or a fold hides is not among them. */
const failedRows = ({ app, ui }: ScreenState, stage: PointedStage): readonly string[] => {
  if (stage === 'test') return buildPartsOf(app, ui.lists.build.filter).trouble.map(({ id }) => id);
  const inTest = failedInTest(app, app.hostNames);
  const troubles = stage === 'deploy' ? ['failed', 'unreachable'] : ['failed', 'unhealthy'];
  return idsOf(app, ui, listsOf[stage]).filter((name) => {
    const host = app.hosts[name];
    return host !== undefined && !inTest.includes(name) && troubles.includes(troubleOf(host));
  });
};

/** The cursor on the first of these rows, unless it is on one of them. */
const pointAtFirst = (context: ActionContext, list: ListName, rows: readonly string[]): void => {
  const { app, ui } = context.state();
  const [first] = rows;
  const now = selectedId(app, ui);
  if (first !== undefined && (now === undefined || !rows.includes(now)))
    context.ui({ type: 'pointed', list, id: first });
};

/**
 * The cursor on what failed in a step, where its view shows that and the cursor is on no failure yet: so that the keys
 * which the menu offers then, such as that of the log, are about it.
 */
export const pointAtFailure = (context: ActionContext, stage: StageName): void => {
  if (isPointed(stage)) pointAtFirst(context, listsOf[stage], failedRows(context.state(), stage));
};

/** The cursor on an input with an alarm, where the lock shows one: that is seen before it is said to be. */
export const pointAtAlarm = (context: ActionContext): void => {
  const { app, ui } = context.state();
  const rows = lockRowsOf(app, ui).flatMap((row) =>
    row.kind === 'change' && row.change.alarms.length > 0 ? [row.id] : [],
  );
  pointAtFirst(context, 'lock', rows);
};
