import type { Engine } from '../../engine/contract.ts';
import {
  type AlsoBack,
  hostsOnly,
  type LeftOut,
  type RollbackPlan,
} from '../../model/deploy/plan.ts';
import { confirmRollback } from '../../screen/dialogs/confirm-back.ts';
import { confirmDeploy, type DeployQuestion } from '../../screen/dialogs/confirm-deploy.ts';
import { confirmRestartServices } from '../../screen/dialogs/confirm-restart-services.ts';
import { leftOutWords } from '../../screen/dialogs/confirmation-targets.ts';
import { refusedMenu } from '../../screen/dialogs/menu-refused.ts';
import { backByRestart, withoutRestarts } from '../../state/plans/rollback.ts';
import type { ActionContext } from '../action.ts';
import { inKeys } from './in-keys.ts';
import { tell } from './tell.ts';

/** Tells why a plan has no target. */
export const tellLeftOut = (context: ActionContext, leftOut: readonly LeftOut[]): void =>
  tell(
    context,
    leftOut.length === 0
      ? 'no host is left to do'
      : inKeys(leftOutWords(leftOut), context.state(), context.table),
    'warn',
  );

export const askRollback = (
  context: ActionContext,
  hosts: readonly string[],
  also: AlsoBack,
): void => {
  const plan = context.engine()?.rollback.plan(hosts, { kind: 'recorded' });
  if (plan === undefined) return;
  openRollback(context, plan, also);
};

/** Where sudo of a host wants a password, the person is asked for it once. */
export const unlock = async (
  context: ActionContext,
  engine: Engine,
  plan: { readonly targets: readonly { readonly host: string }[] },
): Promise<void> => {
  const locked = await engine.hosts.unlock(
    plan.targets.map(({ host }) => host),
    (question) => context.terminal.askSecret(question),
  );
  if (locked.length > 0)
    tell(context, `nobody can become root on ${locked.join(', ')}: it will be refused`, 'warn');
};

/** Asks the hosts what it would do, then the person. */
export const openRollback = (
  context: ActionContext,
  plan: RollbackPlan,
  also: AlsoBack = hostsOnly,
): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  if (plan.targets.length === 0) {
    tellLeftOut(context, plan.leftOut);
    return;
  }
  tell(context, 'asking the hosts what this would do');
  context.start(async () => {
    await unlock(context, engine, plan);
    // Where only a restart can take the host back, the dialog asks for that: the host's name must
    // be typed.
    const previewed = withoutRestarts(
      backByRestart(await engine.rollback.preview(plan, also), 'needed'),
    );
    if (previewed.targets.length === 0) {
      tellLeftOut(context, previewed.leftOut);
      return;
    }
    context.ui({
      type: 'opened',
      overlay: confirmRollback(previewed, context.now(), also),
    });
  });
};

/**
 * Makes the plan, asks the hosts what it would do, then asks the person. The `rest` of a fleet may
 * also stay as it is: the dialog offers to continue without it.
 */
export const askDeploy = (
  context: ActionContext,
  hosts: readonly string[],
  how: DeployQuestion = {},
): void => {
  const plan = context.engine()?.deploy.plan(hosts, 'switch');
  if (plan === undefined) return;
  const closed = plan.leftOut.filter(({ kind }) => kind === 'refused');
  // All hosts are built before any is changed: one that is not built closes the gate for all that
  // were chosen with it.
  if (closed.length > 0)
    context.ui({ type: 'opened', overlay: refusedMenu(hosts, plan, context.now(), how.narrowed) });
  else if (plan.targets.length === 0) tellLeftOut(context, plan.leftOut);
  else {
    tell(context, 'asking the hosts what this would do');
    context.start(async () => {
      const engine = context.engine();
      if (engine === undefined) return;
      await unlock(context, engine, plan);
      const previewed = await engine.deploy.preview(plan);
      context.ui({
        type: 'opened',
        overlay: confirmDeploy(previewed, context.state().app, context.now(), how),
      });
    });
  }
};

/** Asks the hosts which services run old code, then the person whether to restart them. */
export const askRestartServices = (context: ActionContext, hosts: readonly string[]): void => {
  tell(context, 'asking which services run old code');
  context.start(async () => {
    const engine = context.engine();
    if (engine === undefined) return;
    await engine.health.askOldCode(hosts);
    const plan = engine.health.planRestarts(hosts);
    if (plan.targets.length === 0) {
      tellLeftOut(context, plan.leftOut);
      return;
    }
    await unlock(context, engine, plan);
    context.ui({ type: 'opened', overlay: confirmRestartServices(plan, context.now()) });
  });
};
