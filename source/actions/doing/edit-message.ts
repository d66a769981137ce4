import { type CommitPlan, choiceOf } from '../../model/commit/commit-plan.ts';
import type { ActionContext } from '../action.ts';
import { askCommit, showCommitAsked } from './ask-commit.ts';
import { tell } from './tell.ts';
import { tellToolFailure } from './tools.ts';

/** Asks for the commit with the text that somebody left; without a change, with the message as it was. */
const askWith = (context: ActionContext, plan: CommitPlan, text: string): void => {
  if (text.trim() !== (plan.kept ?? plan.message).trim()) {
    showCommitAsked(context, { ...plan, kept: text }, 'edited');
    return;
  }
  tell(context, 'the message is as it was');
  showCommitAsked(context, plan);
};

/** Opens the message in the editor, and asks again with what was written. */
export const editInEditor = async (context: ActionContext, plan: CommitPlan): Promise<void> => {
  const written = await context.terminal.editText(plan.kept ?? plan.message, plan.keptIn);
  if (written.ok && written.value !== null) {
    askWith(context, plan, written.value);
    return;
  }
  // The text that it saved before is offered.
  if (!tellToolFailure(context, written)) askCommit(context, choiceOf(plan));
  else {
    tell(context, 'the message is as it was', 'warn');
    showCommitAsked(context, plan);
  }
};

/** Leaves the message that was edited on the screen: it is kept, and the commit is asked with it. */
export const endMessage = async (
  context: ActionContext,
  plan: CommitPlan,
  text: string,
): Promise<void> => {
  await context.engine()?.commit.keepMessage(plan, text);
  if (text.trim() !== '') {
    askWith(context, plan, text);
    return;
  }
  tell(context, 'a commit needs a message: the generated one is offered', 'warn');
  showCommitAsked(context, { ...plan, kept: null }, 'written');
};
