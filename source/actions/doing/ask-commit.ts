import type { CommitChoice } from '../../model/commit/commit-plan.ts';
import { confirmCommit, confirmFiles } from '../../screen/dialogs/confirm-commit.ts';
import type { ActionContext } from '../action.ts';
import { inKeys } from './in-keys.ts';
import { tell } from './tell.ts';

/** Shows the commit before it is made; asks first whether other changed files are committed too. */
export const askCommit = (context: ActionContext, choice?: CommitChoice): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    const plan = await engine.commit.plan(choice);
    if (plan.obstacle !== null)
      tell(context, inKeys(plan.obstacle, context.state(), context.table), 'warn');
    else
      context.ui({
        type: 'opened',
        overlay:
          plan.others.kind === 'unasked'
            ? confirmFiles(plan, plan.others.paths, context.now())
            : confirmCommit(plan, context.now()),
      });
  });
};
