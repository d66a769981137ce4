import type { Engine } from '../engine/contract.ts';
import { confirmCommit } from '../model/confirm-commit.ts';
import { confirmDeploy } from '../model/confirm-deploy.ts';
import { confirmResume, confirmRollback } from '../model/confirm-going-back.ts';
import { confirmRevertLock } from '../model/confirm-lock.ts';
import { leftOutWords } from '../model/confirmation-targets.ts';
import type { StorePath } from '../model/host.ts';
import { unfinishedReason } from '../model/menus-lock.ts';
import { endingOf } from '../model/outcome-words.ts';
import {
  type AlsoBack,
  hostsOnly,
  type LeftOut,
  type RollbackPlan,
  withRestarts,
} from '../model/plan.ts';
import { refusedMenu } from '../model/refused-menu.ts';
import { success } from '../model/result.ts';
import type { RunResult } from '../model/run.ts';
import { buildableHosts } from '../model/selectors-targets.ts';
import type { Wish } from '../model/wish.ts';
import type { ActionContext } from './action.ts';
import { openToMend, tellToolFailure } from './own-tools.ts';
import { performRow } from './perform-row.ts';
import { tell } from './tell.ts';

/** The sentence of a run, and the key that takes an unhealthy host back. */
const withKeys = ({ summary, hosts }: RunResult): string =>
  Object.values(hosts).some(({ status }) => status === 'unhealthy')
    ? `${summary} · r goes back`
    : summary;

const toneOf = ({ exitCode }: RunResult): 'good' | 'warn' | 'bad' => {
  switch (endingOf(exitCode)) {
    case 'well':
      return 'good';
    case 'partly':
    case 'canceled':
      return 'warn';
    case 'unhealthy':
    case 'failed':
      return 'bad';
  }
};

/** Runs a deed of the engine and says how it ended. */
export const deed = (
  context: ActionContext,
  work: (engine: Engine) => Promise<RunResult>,
): void => {
  const engine = context.engine();
  if (engine === undefined) {
    tell(context, 'nixup is still starting; press the key again in a moment', 'warn');
    return;
  }
  context.start(async () => {
    const result = await work(engine);
    tell(context, withKeys(result), toneOf(result));
  });
};

/** Says why a plan has no target. */
export const tellLeftOut = (context: ActionContext, leftOut: readonly LeftOut[]): void =>
  tell(context, leftOut.length === 0 ? 'no host is left to do' : leftOutWords(leftOut), 'warn');

const askRollback = (context: ActionContext, hosts: readonly string[], also: AlsoBack): void => {
  const plan = context.engine()?.planRollback(hosts, { kind: 'recorded' });
  if (plan === undefined) return;
  openRollback(context, plan, also);
};

/** Where sudo of a host wants a password, the person is asked for it once. */
export const unlock = async (
  context: ActionContext,
  engine: Engine,
  plan: { readonly targets: readonly { readonly host: string }[] },
): Promise<void> => {
  const locked = await engine.unlock(
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
  if (engine === undefined || plan.targets.length === 0) {
    tellLeftOut(context, plan.leftOut);
    return;
  }
  tell(context, 'asking the hosts what this would do');
  context.start(async () => {
    await unlock(context, engine, plan);
    const previewed = await engine.previewRollback(plan);
    context.ui({
      type: 'opened',
      overlay: confirmRollback(previewed, context.now(), also),
    });
  });
};

export const askDeploy = (context: ActionContext, hosts: readonly string[]): void => {
  const plan = context.engine()?.planDeploy(hosts, 'switch');
  if (plan === undefined) return;
  const closed = plan.leftOut.filter(({ kind }) => kind === 'refused');
  // All are built before any is touched: one that is not closes the gate for those chosen with it.
  if (closed.length > 0)
    context.ui({ type: 'opened', overlay: refusedMenu(hosts, plan, context.now()) });
  else if (plan.targets.length === 0) tellLeftOut(context, plan.leftOut);
  else {
    tell(context, 'asking the hosts what this would do');
    context.start(async () => {
      const engine = context.engine();
      if (engine === undefined) return;
      await unlock(context, engine, plan);
      const previewed = await engine.previewDeploy(plan);
      context.ui({
        type: 'opened',
        overlay: confirmDeploy(previewed, context.state().app, context.now()),
      });
    });
  }
};

/** The log of a builder: what was heard of it, else what Nix keeps. */
export const openBuilderLog = (context: ActionContext, derivation: StorePath): void => {
  context.ui({ type: 'log-opened', host: derivation });
  if (context.state().app.builderLogs[derivation] !== undefined) return;
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    await engine.readBuildLog(derivation);
  });
};

/** Does what a choice in a dialog or menu stands for. */
export const performWish = (context: ActionContext, wish: Wish): void => {
  const { state, now, ui, terminal } = context;
  switch (wish.kind) {
    case 'deploy':
      ui({ type: 'showed', screen: { kind: 'view', view: 'fleet' } });
      deed(context, (engine) => engine.deploy(wish.plan));
      return;
    case 'plan-restart':
      ui({
        type: 'opened',
        overlay: confirmDeploy(withRestarts(wish.plan), state().app, now()),
      });
      return;
    case 'plan-deploy':
      askDeploy(context, wish.hosts);
      return;
    case 'plan-rollback':
      askRollback(context, wish.hosts, wish.also);
      return;
    case 'rollback':
      deed(context, (engine) => engine.rollback(wish.plan, wish.also));
      return;
    case 'show-generations':
      ui({
        type: 'showed',
        screen: { kind: 'host', host: wish.host, tab: 'generations' },
      });
      return;
    case 'update':
      ui({ type: 'showed', screen: { kind: 'view', view: 'lock' } });
      deed(context, (engine) => engine.update(wish.inputs));
      return;
    case 'revert':
      if (wish.inputs.length > 1 && state().ui.overlay?.kind === 'menu') {
        ui({ type: 'opened', overlay: confirmRevertLock(wish.inputs, now()) });
        return;
      }
      deed(context, (engine) => engine.revert(wish.inputs));
      return;
    case 'keep':
      deed(context, (engine) => engine.revert(wish.inputs, 'updated'));
      return;
    case 'hold':
      context.start(async () => {
        const { inputs, until } = wish;
        const written =
          wish.reason === null
            ? await terminal.editText(unfinishedReason(inputs, now()))
            : success(wish.reason);
        if (!tellToolFailure(context, written)) return;
        const reason = written.value;
        if (reason === null) {
          tell(context, `${inputs.join(', ')}: not held, because no reason was given`, 'warn');
          return;
        }
        deed(context, (engine) => engine.hold(inputs, { reason: reason.trim(), until }));
      });
      return;
    case 'release':
      deed(context, (engine) => engine.release(wish.inputs));
      return;
    case 'commit':
      deed(context, (engine) => engine.commit(wish.plan));
      return;
    case 'edit-message':
      context.start(async () => {
        const written = await terminal.editText(wish.plan.message);
        const message = written.ok ? written.value : null;
        if (message === null) {
          if (tellToolFailure(context, written)) tell(context, 'the message is as it was', 'warn');
          ui({ type: 'opened', overlay: confirmCommit(wish.plan, now()) });
          return;
        }
        const plan = { ...wish.plan, message };
        ui({ type: 'opened', overlay: confirmCommit(plan, now(), 'edited') });
      });
      return;
    case 'test':
      ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
      deed(context, (engine) =>
        engine.test(
          wish.hosts.length === 0 ? buildableHosts(state().app) : wish.hosts,
          wish.options,
        ),
      );
      return;
    case 'bisect':
      ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
      deed(context, (engine) => engine.bisect());
      return;
    case 'show-log':
      openBuilderLog(context, wish.derivation);
      return;
    case 'open-file':
      context.start(() => openToMend(context, wish.path, wish.line));
      return;
    case 'push':
      deed(context, (engine) => engine.push());
      return;
    case 'resume': {
      const confirmation = confirmResume(wish.choice, state().app, now());
      if (confirmation !== null && state().ui.overlay?.kind === 'menu') {
        ui({ type: 'opened', overlay: confirmation });
        return;
      }
      deed(context, (engine) => engine.resume(wish.choice));
      return;
    }
    case 'copy':
      terminal.copy(wish.text);
      tell(context, `copied: ${wish.what}`, 'good');
      return;
    case 'act': {
      const row = context.table.find((one) => one.id === wish.action);
      if (state().ui.overlay?.kind === 'menu') ui({ type: 'backed' });
      if (row !== undefined) performRow(context, row);
      return;
    }
    case 'go-on':
      context.engine()?.goOn(wish.stage);
      tell(context, `went on without the ${wish.stage}; m shows the next step`);
      return;
    case 'quit':
      context.engine()?.cancel();
      terminal.leave(130);
      return;
  }
};
