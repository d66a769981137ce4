import { keyName } from '../../screen/key-names.ts';
import { markedIds, selectedId } from '../../screen/rows/lists.ts';
import { plain, warning } from '../../screen/toned.ts';
import { comparedText } from '../../state/past/compare-words.ts';
import type { ScreenState } from '../../store.ts';
import type { Action, ActionContext } from '../action.ts';
import { showText } from '../doing/show-text.ts';
import { becauseStarting } from '../reasons.ts';

const markedRuns = ({ app, ui }: ScreenState): readonly string[] =>
  markedIds(app, ui, 'history').filter((id) => app.history.some((run) => run.id === id));

/** Two marked runs; else the marked one and that under the cursor; else that and the run before it. */
const comparedRuns = (state: ScreenState): readonly [string, string] | null => {
  const { app, ui } = state;
  const [first, second] = markedRuns(state);
  if (first !== undefined && second !== undefined) return [first, second];
  const id = selectedId(app, ui);
  if (id === undefined) return null;
  if (first !== undefined && first !== id) return [first, id];
  const before = app.history[app.history.findIndex((run) => run.id === id) + 1];
  return before === undefined ? null : [before.id, id];
};

const showCompared = async (
  context: ActionContext,
  [one, other]: readonly [string, string],
): Promise<void> => {
  const compared = await context.engine()?.runs.compare(one, other);
  if (compared == null) return;
  showText(
    context,
    'Two runs compared',
    comparedText(compared).map((line) => (line.startsWith('  ! ') ? warning(line) : plain(line))),
  );
};

/** Keys of the view of past runs. */
export const historyKeys: readonly Action[] = [
  {
    id: 'compare-runs',
    keys: ['='],
    label: 'compare',
    help: 'Compare two marked runs, or this one with the marked one or with the run before it: inputs, packages, units, health.',
    where: ['history'],
    danger: 'look',
    named: true,
    disabled: (state) =>
      becauseStarting(state) ??
      (markedRuns(state).length > 2
        ? `${markedRuns(state).length} runs are marked, and two can be compared: ${keyName('mark')} takes a mark away`
        : undefined) ??
      (comparedRuns(state) === null ? 'there is no second run to compare with' : undefined),
    perform: (context) => {
      const runs = comparedRuns(context.state());
      if (runs !== null) context.start(() => showCompared(context, runs));
    },
  },
];
