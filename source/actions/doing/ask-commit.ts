import type { CommitChoice, CommitPlan } from '../../model/commit/commit-plan.ts';
import { pushObstacle } from '../../model/commit/push-obstacle.ts';
import { explain } from '../../model/explain/explain.ts';
import { adviceLine } from '../../model/words/advice.ts';
import {
  confirmCommit,
  confirmFiles,
  confirmPush,
  confirmRequest,
} from '../../screen/dialogs/confirm-commit.ts';
import { openBeforeCommit } from '../../state/left-over.ts';
import type { ActionContext } from '../action.ts';
import { inKeys } from './in-keys.ts';
import { tell } from './tell.ts';

/** Shows a commit as it would be made, and what it does not wait for. */
export const showCommitAsked = (
  context: ActionContext,
  plan: CommitPlan,
  message: 'written' | 'edited' = 'written',
): void =>
  context.ui({
    type: 'opened',
    overlay: confirmCommit(plan, context.now(), message, openBeforeCommit(context.state().app)),
  });

/** Shows the commit before it is made; asks first whether other changed files are committed too. */
export const askCommit = (context: ActionContext, choice?: CommitChoice): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    const plan = await engine.commit.plan(choice);
    if (plan.obstacle !== null)
      tell(context, inKeys(plan.obstacle, context.state(), context.table), 'warn');
    else if (plan.others.kind === 'unasked')
      context.ui({
        type: 'opened',
        overlay: confirmFiles(plan, plan.others.paths, context.now()),
      });
    else showCommitAsked(context, plan);
  });
};

/** Shows what a push would bring to the remote; the subjects of its commits as soon as git has told them. */
export const askPush = (context: ActionContext): void => {
  const { app } = context.state();
  const asked = confirmPush(app, context.now());
  context.ui({ type: 'opened', overlay: asked });
  context.start(async () => {
    const subjects = (await context.engine()?.commit.unpushed()) ?? [];
    const { overlay } = context.state().ui;
    const isOpen =
      overlay?.kind === 'confirm' &&
      overlay.title === asked.title &&
      overlay.openedAt === asked.openedAt;
    if (isOpen && subjects.length > 0)
      context.ui({
        type: 'opened',
        overlay: { ...overlay, body: confirmPush(app, asked.openedAt, subjects).body },
      });
  });
};

/** Shows what a pull request for the commit at HEAD would do, before it is opened. */
export const askRequest = (context: ActionContext): void => {
  const engine = context.engine();
  const { git } = context.state().app;
  if (engine === undefined || git === null) return;
  const obstacle = pushObstacle(git, 'Push by hand');
  if (obstacle !== null) {
    const { what, next } = explain(obstacle);
    tell(context, inKeys(`${what} ${adviceLine(next)}`, context.state(), context.table), 'warn');
    return;
  }
  tell(context, 'asking which pull requests are open');
  context.start(async () => {
    const request = git.head === null ? null : await engine.commit.planRequest({}, git.head);
    if (request === null) tell(context, 'there is no commit to propose', 'warn');
    else
      context.ui({
        type: 'opened',
        overlay: confirmRequest(request, context.state().app, context.now()),
      });
  });
};
