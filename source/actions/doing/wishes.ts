import type { Engine } from '../../engine/contract.ts';
import type { CommitPlan } from '../../model/commit/commit-plan.ts';
import { withRestarts } from '../../model/deploy/plan.ts';
import { explain } from '../../model/explain/explain.ts';
import { success } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { confirmAccept } from '../../screen/dialogs/confirm-accept.ts';
import { confirmResume } from '../../screen/dialogs/confirm-back.ts';
import { messageEditor } from '../../screen/dialogs/confirm-commit.ts';
import { confirmDeploy } from '../../screen/dialogs/confirm-deploy.ts';
import { confirmRestoreLock, confirmRevertLock } from '../../screen/dialogs/confirm-lock.ts';
import { unfinishedReason } from '../../screen/dialogs/menu-hold.ts';
import { keyName } from '../../screen/key-names.ts';
import { stepActs, stepText } from '../../screen/texts/steps.ts';
import type { Wish } from '../../screen/wish.ts';
import { buildableHosts } from '../../state/hosts.ts';
import type { RunResult } from '../../state/run.ts';
import { nextStage, type StageName } from '../../state/stage.ts';
import type { ActionContext } from '../action.ts';
import { askCommit, showCommitAsked } from './ask-commit.ts';
import { askOther } from './ask-other.ts';
import { openBuilderLog } from './builder-log.ts';
import { editInEditor } from './edit-message.ts';
import { openPage } from './open-page.ts';
import { performRow } from './perform-row.ts';
import { askDeploy, askRollback } from './plans.ts';
import { showText } from './show-text.ts';
import { performSignWish } from './sign.ts';
import { startRun } from './start-run.ts';
import { tell } from './tell.ts';
import { openToMend, tellToolFailure } from './tools.ts';

/** Closes a step that failed or was done for a part, and says how far it came. */
const goOn = (context: ActionContext, stage: StageName): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  const before = context.state().app.stages[stage];
  engine.stages.skip(stage);
  const words =
    before.kind === 'failed' ? before.reason : before.kind === 'begun' ? before.evidence : '';
  const next = nextStage(context.state().app);
  tell(
    context,
    `${stage} step closed${words === '' ? '' : `: ${words.replace(/\.$/, '')}`}. ${next === undefined ? `${keyName('move-on')} shows what is left` : `${keyName('move-on')} shows the next step: ${next}`}`,
  );
};

/** From now on this machine counts as that host, for everything that asks it. */
const acceptMachine = (context: ActionContext, host: string, machineId: string): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  const accepted = engine.hosts.expectMachine(host, machineId);
  if (!accepted.ok) {
    const { what, next } = explain(accepted.failure);
    tell(context, `${what} ${adviceLine(next)}`, 'warn');
    return;
  }
  tell(context, `${host} is the machine ${machineId} from now on; asking it`);
  context.start(() => engine.refresh());
};

type Of<Kind extends Wish['kind']> = Extract<Wish, { readonly kind: Kind }>;

/** Holds inputs with the reason that is known, or that a person writes in the editor. */
const hold = async (
  context: ActionContext,
  { inputs, until, reason: known }: Of<'hold'>,
): Promise<void> => {
  const written =
    known === null
      ? await context.terminal.editNote(
          'hold-reason.txt',
          unfinishedReason(inputs, context.now()),
          [
            `Why are these inputs kept at their revisions: ${inputs.join(', ')}?`,
            'The reason is written to nixup.toml. Without one they are not held.',
          ],
        )
      : success(known);
  if (!tellToolFailure(context, written)) return;
  const reason = written.value;
  if (reason === null) {
    tell(context, `${inputs.join(', ')}: not held, because no reason was given`, 'warn');
    return;
  }
  startRun(context, (engine) => engine.lock.hold(inputs, { reason: reason.trim(), until }));
};

/** Of hosts: deploy, way back, health. */
const performHostWish = (
  context: ActionContext,
  wish: Of<
    | 'deploy'
    | 'plan-restart'
    | 'plan-deploy'
    | 'plan-rollback'
    | 'rollback'
    | 'plan-accept'
    | 'accept'
    | 'restart-services'
    | 'accept-machine'
    | 'show-generations'
  >,
): void => {
  const { state, now, ui } = context;
  switch (wish.kind) {
    case 'deploy':
      ui({ type: 'showed', screen: { kind: 'view', view: 'fleet' } });
      startRun(context, (engine) => engine.deploy.run(wish.plan));
      return;
    case 'plan-restart':
      ui({
        type: 'opened',
        overlay: confirmDeploy(withRestarts(wish.plan), state().app, now(), {
          narrowed: wish.narrowed,
        }),
      });
      return;
    case 'plan-deploy':
      askDeploy(context, wish.hosts);
      return;
    case 'plan-rollback':
      askRollback(context, wish.hosts, wish.also);
      return;
    case 'rollback':
      startRun(context, (engine) => engine.rollback.run(wish.plan, wish.also));
      return;
    case 'plan-accept':
      ui({ type: 'opened', overlay: confirmAccept(wish.hosts, state().app, now()) });
      return;
    case 'accept':
      ui({ type: 'showed', screen: { kind: 'view', view: 'health' } });
      startRun(context, (engine) => engine.health.accept(wish.hosts));
      return;
    case 'restart-services':
      startRun(context, (engine) => engine.health.restart(wish.plan));
      return;
    case 'accept-machine':
      acceptMachine(context, wish.host, wish.machineId);
      return;
    case 'show-generations':
      ui({
        type: 'showed',
        screen: { kind: 'host', host: wish.host, tab: 'generations' },
      });
      return;
  }
};

/** Of the lock and its inputs. */
const performLockWish = (
  context: ActionContext,
  wish: Of<'update' | 'revert' | 'restore-lock' | 'keep' | 'hold' | 'release'>,
): void => {
  const { state, now, ui } = context;
  switch (wish.kind) {
    case 'update':
      ui({ type: 'showed', screen: { kind: 'view', view: 'lock' } });
      startRun(context, (engine) => engine.lock.update(wish.inputs));
      return;
    case 'revert':
      if (wish.inputs.length > 1 && state().ui.overlay?.kind === 'menu') {
        ui({ type: 'opened', overlay: confirmRevertLock(wish.inputs, now()) });
        return;
      }
      startRun(context, (engine) => engine.lock.revert(wish.inputs));
      return;
    case 'restore-lock':
      if (state().ui.overlay?.kind === 'menu') {
        ui({ type: 'opened', overlay: confirmRestoreLock(wish.run, now()) });
        return;
      }
      startRun(context, (engine) => engine.lock.restore({ run: wish.run }));
      return;
    case 'keep':
      startRun(context, (engine) => engine.lock.revert(wish.inputs, 'updated'));
      return;
    case 'hold':
      context.start(() => hold(context, wish));
      return;
    case 'release':
      startRun(context, (engine) => engine.lock.release(wish.inputs));
      return;
  }
};

/** A commit that nixup.toml wants pushed is pushed at once. */
const commitAndPush = async (engine: Engine, plan: CommitPlan): Promise<RunResult> => {
  const committed = await engine.commit.run(plan);
  return committed.ok && plan.pushes === true ? engine.commit.push() : committed;
};

/** Of the commit and its push. */
const performCommitWish = (
  context: ActionContext,
  wish: Of<'show-commit' | 'plan-commit' | 'commit' | 'edit-message' | 'push' | 'propose'>,
): void => {
  const { ui } = context;
  switch (wish.kind) {
    case 'show-commit':
      showCommitAsked(context, wish.plan);
      return;
    case 'plan-commit':
      askCommit(context, wish.choice);
      return;
    case 'commit':
      startRun(context, (engine) => commitAndPush(engine, wish.plan));
      return;
    case 'edit-message':
      if (wish.where === 'here') ui({ type: 'opened', overlay: messageEditor(wish.plan) });
      else context.start(() => editInEditor(context, wish.plan));
      return;
    case 'push':
      startRun(context, (engine) => engine.commit.push());
      return;
    case 'propose':
      startRun(context, (engine) => engine.commit.propose(null));
      return;
  }
};

/** Of a test, and of what failed in it. */
const performBuildWish = (
  context: ActionContext,
  wish: Of<'test' | 'bisect' | 'show-log' | 'open-file'>,
): void => {
  const { state, ui } = context;
  switch (wish.kind) {
    case 'test':
      ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
      startRun(context, (engine) =>
        engine.build.test(
          wish.hosts.length === 0 ? buildableHosts(state().app) : wish.hosts,
          wish.options,
        ),
      );
      return;
    case 'bisect':
      ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
      startRun(context, (engine) => engine.build.bisect());
      return;
    case 'show-log':
      openBuilderLog(context, wish.derivation);
      return;
    case 'open-file':
      context.start(() => openToMend(context, wish.path, wish.line));
      return;
  }
};

// Over 60 lines: one kind after the other.
/** Does what a choice in a dialog or menu says. */
export const performWish = (context: ActionContext, wish: Wish): void => {
  const { state, now, ui, terminal } = context;
  switch (wish.kind) {
    case 'deploy':
    case 'plan-restart':
    case 'plan-deploy':
    case 'plan-rollback':
    case 'rollback':
    case 'plan-accept':
    case 'accept':
    case 'restart-services':
    case 'accept-machine':
    case 'show-generations':
      performHostWish(context, wish);
      return;
    case 'update':
    case 'revert':
    case 'restore-lock':
    case 'keep':
    case 'hold':
    case 'release':
      performLockWish(context, wish);
      return;
    case 'show-commit':
    case 'plan-commit':
    case 'commit':
    case 'edit-message':
    case 'push':
    case 'propose':
      performCommitWish(context, wish);
      return;
    case 'test':
    case 'bisect':
    case 'show-log':
    case 'open-file':
      performBuildWish(context, wish);
      return;
    case 'resume': {
      const confirmation = confirmResume(
        wish.choice,
        state().app,
        context.engine()?.runs.resumeCommands(wish.choice) ?? [],
        now(),
      );
      if (confirmation !== null && state().ui.overlay?.kind === 'menu') {
        ui({ type: 'opened', overlay: confirmation });
        return;
      }
      startRun(context, (engine) => engine.runs.resume(wish.choice));
      return;
    }
    case 'log-since':
      context.ui({ type: 'since-chosen', since: wish.since });
      break;
    case 'log-follow':
      context.ui({ type: 'followed', follow: true });
      break;
    case 'copy':
      terminal.copy(wish.text);
      tell(context, `copied: ${wish.what}`, 'good');
      return;
    case 'open-page':
      context.start(() => openPage(context, wish.url));
      return;
    case 'act': {
      const row = context.table.find((one) => one.id === wish.action);
      if (state().ui.overlay?.kind === 'menu') ui({ type: 'backed' });
      if (row !== undefined) performRow(context, row);
      return;
    }
    case 'show-step':
      showText(
        context,
        `Step ${wish.stage}`,
        stepText(state().app, wish.stage, now()),
        stepActs[wish.stage],
      );
      return;
    case 'go-on':
      goOn(context, wish.stage);
      return;
    case 'plan-sign':
    case 'plan-sign-early':
    case 'sign':
    case 'sign-trouble':
      performSignWish(context, wish);
      return;
    case 'leave':
      terminal.leave(0);
      return;
    case 'cancel-other':
      askOther(context, 'cancel', `asked ${wish.by} to stop; q leaves`);
      return;
    case 'quit':
      context.engine()?.runs.cancel();
      terminal.leave(130);
      return;
  }
};
