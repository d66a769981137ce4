import type { KeyName } from '../../keys.ts';
import type { CommitPlace, CommitsOverlay, TextOverlay } from '../../screen/overlay.ts';
import { commitUnderCursor } from '../../screen/reducer/commits.ts';
import { commitOfText } from '../../screen/reducer/text-cursor.ts';
import {
  breakingAlone,
  commitsOverlay,
  countBreaking,
  messageOf,
  pageOfCommit,
} from '../../screen/texts/commits.ts';
import type { ActionContext } from '../action.ts';
import { openPage } from '../doing/open-page.ts';
import { tell } from '../doing/tell.ts';
import { performWish } from '../doing/wishes.ts';
import { rowFor } from '../lookup.ts';
import { isKeyOf, isOpenKey, pressPane } from './pane.ts';

/** Reads the message that is open and not known yet. */
const readOpenMessage = (context: ActionContext): void => {
  const { overlay } = context.state().ui;
  if (overlay?.kind !== 'commits' || !overlay.isOpen) return;
  const { path } = overlay;
  const commit = commitUnderCursor(overlay);
  if (commit === undefined || messageOf(commit, overlay.messages) !== null) return;
  const { revision, subject } = commit;
  context.start(async () => {
    const read = await context.engine()?.inputs.readMessage(path, revision);
    if (read === undefined) return;
    const now = context.state().ui.overlay;
    if (now?.kind !== 'commits' || now.path !== path) return;
    const text =
      'text' in read
        ? read.text
        : `${subject}\n\nThe whole message is not known here: ${read.why}.`;
    context.ui({
      type: 'opened',
      overlay: { ...now, messages: { ...now.messages, [revision]: text } },
    });
  });
};

/** Copies the hash of a commit or opens its page; false where the key does neither. */
const pressCommit = (
  context: ActionContext,
  { path, revision }: CommitPlace,
  key: KeyName,
): boolean => {
  if (isKeyOf(context, key, 'copy')) {
    performWish(context, { kind: 'copy', what: 'hash', text: revision });
    return true;
  }
  if (!isKeyOf(context, key, 'open-link')) return false;
  const page = pageOfCommit(context.state().app, path, revision);
  if (page === null) tell(context, `no page is known for the commits of ${path}`);
  else context.start(() => openPage(context, page));
  return true;
};

/** Keys of a text; where it lists commits, Enter shows the one under the cursor among those of its input. */
export const pressText = (context: ActionContext, pane: TextOverlay, key: KeyName): void => {
  const commit = commitOfText(pane);
  if (commit === undefined) pressPane(context, key);
  else if (isOpenKey(context, key)) {
    const list = commitsOverlay(context.state().app, commit.path, false);
    if (list.kind !== 'commits') return;
    context.ui({
      type: 'opened',
      overlay: { ...list, cursor: commit.revision, isOpen: true, under: pane },
    });
    readOpenMessage(context);
  } else if (!pressCommit(context, commit, key)) pressPane(context, key);
};

/** Keys of the commits of an input: a whole message is shown, a hash copied, a page opened. */
export const pressCommits = (context: ActionContext, list: CommitsOverlay, key: KeyName): void => {
  const commit = commitUnderCursor(list);
  if (commit === undefined) {
    pressPane(context, key);
    return;
  }
  const row = rowFor(context.table, context.state().ui, key);
  if (isOpenKey(context, key) || (key === 'escape' && list.isOpen))
    context.ui({ type: 'unfolded' });
  else if (pressCommit(context, { path: list.path, revision: commit.revision }, key)) return;
  else if (isKeyOf(context, key, 'breaking')) {
    if (list.all === undefined && countBreaking(list.subjects) === 0)
      tell(
        context,
        `none of the commits of ${list.path} that were read says that it may break something`,
      );
    else context.ui({ type: 'opened', overlay: breakingAlone(list) });
  } else if (row?.id === 'details-down' || row?.id === 'details-up') row.perform(context);
  else pressPane(context, key);
  readOpenMessage(context);
};
