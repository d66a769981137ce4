import { movedInputs } from '../../model/inputs/moves.ts';
import { rootOfChange } from '../../model/lock/change.ts';
import { rootIn } from '../../model/lock/facts.ts';
import { confirmRevertParent } from '../../screen/dialogs/confirm-lock.ts';
import { holdMenu } from '../../screen/dialogs/menu-hold.ts';
import { keyName } from '../../screen/key-names.ts';
import type { Overlay, TonedText } from '../../screen/overlay.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { linkOfRow, lockRowsOf } from '../../screen/rows/lock.ts';
import { targetInputs } from '../../screen/rows/targets.ts';
import { breakingText, copiesText } from '../../screen/texts/lock-lists.ts';
import { nextStage } from '../../state/stage.ts';
import type { ScreenState } from '../../store.ts';
import { type Action, type ActionContext, screenAction } from '../action.ts';
import { openPage } from '../doing/open-page.ts';
import { showText } from '../doing/show-text.ts';
import { startRun } from '../doing/start-run.ts';
import { tell } from '../doing/tell.ts';
import { performWish } from '../doing/wishes.ts';
import {
  becauseNoLock,
  becauseNotNow,
  becauseReadOnly,
  becauseStarting,
  changeReason,
  firstReason,
} from '../reasons.ts';

/** From here on two columns hold a line of a lock each. */
const wideColumns = 120;

const showRawLock = async (context: ActionContext): Promise<void> => {
  const { app, ui } = context.state();
  const { lock } = app;
  if (lock.kind === 'absent') return;
  const oldText = lock.oldText ?? '';
  const newText = lock.kind === 'read' ? lock.newText : lock.raw;
  // The package behind it is loaded when it is needed: the first frame does not wait for it.
  const [{ inputPaths, rawDifference }, { foldedRows, knownChanges, pairedRows }] =
    await Promise.all([
      import('../../screen/texts/difference.ts'),
      import('../../screen/difference-rows.ts'),
    ]);
  const paths = new Map([...inputPaths(oldText), ...inputPaths(newText)]);
  const known = knownChanges(lock.kind === 'read' ? lock.changes : []);
  const rows = pairedRows(rawDifference(oldText, newText), paths, known);
  const title =
    app.git === null ? 'flake.lock, before the update → now' : 'flake.lock, HEAD → working tree';
  if (rows.length === 0) {
    showText(context, title, [{ text: 'The lock is unchanged since the commit.', tone: 'muted' }]);
    return;
  }
  const layout = ui.columns >= wideColumns ? 'side-by-side' : 'unified';
  context.ui({
    type: 'opened',
    overlay: {
      kind: 'difference',
      title,
      rows,
      others: foldedRows(rows),
      isFolded: false,
      layout,
      top: 0,
    },
  });
  const now = context.state();
  // The id of a row is the path of its input.
  const input = selectedId(now.app, now.ui);
  if (input !== undefined) context.ui({ type: 'change-shown', input });
};

const selectedLink = ({ app, ui }: ScreenState): string | null => {
  const id = selectedId(app, ui);
  const row = lockRowsOf(app, ui).find((one) => one.id === id);
  return row === undefined ? null : linkOfRow(row);
};

const openLink = async (context: ActionContext): Promise<void> => {
  const link = selectedLink(context.state());
  if (link !== null) await openPage(context, link);
};

const breakingTitle = 'What may break';

/** First what is known, and again when the subjects of all inputs were read. */
const showBreaking = async (context: ActionContext): Promise<void> => {
  showText(context, breakingTitle, [
    ...breakingText(context.state().app, true),
    { text: 'Subjects of commits are being read…', tone: 'muted' },
  ]);
  await context.engine()?.inputs.loadAllCommits();
  const { app, ui } = context.state();
  const overlay = withBreaking(ui.overlay, breakingText(app));
  if (overlay !== null) context.ui({ type: 'opened', overlay });
};

/** The list of what may break with other lines, also below a commit of it; null where it is not open. */
const withBreaking = (overlay: Overlay | null, lines: readonly TonedText[]): Overlay | null => {
  if (overlay?.kind === 'text' && overlay.title === breakingTitle) return { ...overlay, lines };
  const under = overlay?.kind === 'commits' ? withBreaking(overlay.under ?? null, lines) : null;
  return overlay?.kind === 'commits' && under !== null ? { ...overlay, under } : null;
};

const movedTarget = ({ app, ui }: ScreenState): readonly string[] => {
  const moved = app.lock.kind === 'read' ? movedInputs(app.lock.changes) : [];
  const wanted = targetInputs(app, ui).map((id) => rootIn(app.lock, id));
  return [...new Set(wanted)].filter((name) => moved.includes(name));
};

/** The input of the row, never the marked ones: a revision is one of one repository. */
const chosenTarget = ({ app, ui }: ScreenState): string | null => {
  const id = selectedId(app, ui);
  const row = lockRowsOf(app, ui).find((one) => one.id === id);
  if (row === undefined) return null;
  return row.kind === 'change' ? rootOfChange(row.change) : row.input.name;
};

/** Marks the lock as reviewed by a person; tells which step is next. */
export const passReview = (context: ActionContext): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  engine.stages.passReview('person');
  const next = nextStage(context.state().app);
  tell(
    context,
    next === undefined ? 'reviewed' : `reviewed; ${keyName('move-on')} continues with: ${next}`,
    'good',
  );
};

const becauseNoChangedInput = (state: ScreenState): string | undefined => {
  const { app, ui } = state;
  const paths = new Set(app.lock.kind === 'read' ? app.lock.changes.map((one) => one.path) : []);
  return targetInputs(app, ui).some((path) => paths.has(path) || app.putBack.includes(path))
    ? undefined
    : `this input is unchanged; ${keyName('update')} updates the marked inputs, or all`;
};

const inLock = ['lock'] as const;

/** Keys of the view of the lock. */
export const lockKeys: readonly Action[] = [
  {
    id: 'revert',
    keys: ['x'],
    label: 'keep/revert',
    help: 'Put this input, or the marked ones, back to the committed lock; pressed again: keep the update.',
    where: inLock,
    danger: 'build',
    named: true,
    disabled: changeReason(becauseNoLock, becauseNoChangedInput),
    perform: (context) => {
      const { app, ui } = context.state();
      const inputs = targetInputs(app, ui);
      const kind = inputs.every((name) => app.putBack.includes(name)) ? 'keep' : 'revert';
      const why = kind === 'keep' ? null : (context.engine()?.lock.revertObstacle(inputs) ?? null);
      if (why?.code === 'revert-refused' && why.instead !== undefined)
        context.ui({
          type: 'opened',
          overlay: confirmRevertParent(why.input, why.instead, why.detail, context.now()),
        });
      else performWish(context, { kind, inputs });
    },
  },
  {
    id: 'undo-lock',
    keys: ['U'],
    label: 'undo',
    help: 'Take back the last thing that nixup did to the lock: an update, a put back, an undo.',
    where: inLock,
    danger: 'build',
    named: true,
    disabled: changeReason(),
    perform: (context) => startRun(context, (engine) => engine.lock.restore('undo')),
  },
  {
    id: 'review',
    keys: [],
    label: 'reviewed',
    help: 'You have looked at the lock: the review passes.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNotNow, becauseNoLock),
    perform: passReview,
  },
  {
    id: 'raw-difference',
    keys: ['='],
    label: 'raw difference',
    help: 'The difference of flake.lock as text, from the input under the cursor on; Tab lays it out side by side or in one column.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: (state) =>
      becauseStarting(state) ??
      (state.app.lock.kind === 'absent' ? 'there is no flake.lock yet' : undefined),
    perform: (context) => context.start(() => showRawLock(context)),
  },
  screenAction(
    {
      id: 'fold-hashes',
      keys: ['f'],
      label: 'fold hashes',
      help: 'In the raw difference: fold what says nothing by itself, such as hashes, or show it again.',
      where: inLock,
      named: false,
      disabled: ({ ui }) =>
        ui.overlay?.kind === 'difference'
          ? undefined
          : `it folds the hashes of the raw difference; ${keyName('raw-difference')} opens that`,
    },
    () => ({ type: 'noise-folded' }),
  ),
  {
    id: 'open-link',
    keys: ['o'],
    label: 'open link',
    help: 'Open the page that compares the two revisions, or that of the repository.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: (state) =>
      selectedLink(state) === null ? 'no page is known for this input' : undefined,
    perform: (context) => context.start(() => openLink(context)),
  },
  {
    id: 'breaking',
    keys: ['b'],
    label: 'breaking',
    help: 'Possible breaking changes of all inputs, each with its source; in a list of commits, those alone that may break something.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: ({ app }) => (app.lock.kind === 'read' ? undefined : 'the lock was not read'),
    perform: (context) => context.start(() => showBreaking(context)),
  },
  {
    id: 'copies',
    keys: ['K'],
    label: 'copies',
    help: 'Repositories that the lock holds more than once, and what follows would save.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: ({ app }) => (app.lock.kind === 'read' ? undefined : 'the lock was not read'),
    perform: (context) => showText(context, 'Copies in the lock', copiesText(context.state().app)),
  },
  {
    id: 'impact',
    keys: ['i'],
    label: 'hosts',
    help: 'Which hosts the marked inputs, or this one, change: evaluated with only that input moved.',
    where: inLock,
    danger: 'look',
    named: true,
    disabled: (state) => {
      const reason = firstReason(state, becauseNotNow);
      if (reason !== undefined) return reason;
      return movedTarget(state).length === 0 ? 'this input did not move' : undefined;
    },
    perform: (context) => {
      const engine = context.engine();
      const inputs = movedTarget(context.state());
      if (engine === undefined) return;
      tell(context, `evaluating every host with only ${inputs.join(', ')} moved, one by one`);
      context.start(() => engine.inputs.findHosts(inputs));
    },
  },
  {
    id: 'choose-revision',
    keys: ['.'],
    label: 'revision',
    help: 'Take this input to a revision or a day: a hash, a tag, a branch, or 2026-11-20.',
    where: inLock,
    danger: 'build',
    named: true,
    disabled: (state) => {
      const reason = firstReason(state, becauseReadOnly, becauseNotNow);
      if (reason !== undefined) return reason;
      return chosenTarget(state) === null ? 'no input is selected' : undefined;
    },
    perform: (context) => {
      const input = chosenTarget(context.state());
      if (input !== null) context.ui({ type: 'choosing', input });
    },
  },
  {
    id: 'hold',
    keys: ['H'],
    label: 'hold',
    help: 'Keep the marked inputs, or this one, at the committed lock, with a reason and an end; change a hold, or take it away.',
    where: inLock,
    danger: 'build',
    named: true,
    disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow),
    perform: (context) => {
      const { app, ui } = context.state();
      const inputs = [...new Set(targetInputs(app, ui).map((id) => rootIn(app.lock, id)))];
      if (inputs.length === 0) return;
      context.ui({ type: 'opened', overlay: holdMenu(inputs, app.standings, context.now()) });
    },
  },
  screenAction(
    {
      id: 'details-down',
      keys: ['}'],
      label: 'details down',
      help: 'Scroll the details of an input down.',
      where: inLock,
      named: false,
    },
    () => ({ type: 'details-scrolled', by: 1 }),
  ),
  screenAction(
    {
      id: 'details-up',
      keys: ['{'],
      label: 'details up',
      help: 'Scroll the details of an input up.',
      where: inLock,
      named: false,
    },
    () => ({ type: 'details-scrolled', by: -1 }),
  ),
];
