import { noWatchWords } from '../../model/watch/run-watch.ts';
import { confirmAccept } from '../../screen/dialogs/confirm-accept.ts';
import { confirmUpdate } from '../../screen/dialogs/confirm-lock.ts';
import { confirmMachine, otherMachineOf } from '../../screen/dialogs/confirm-machine.ts';
import { stepsMenu } from '../../screen/dialogs/menu-steps.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { successCriteria } from '../../screen/rows/success-criteria.ts';
import { targetHosts, unitOfScreen } from '../../screen/rows/targets.ts';
import { criteriaTexts } from '../../screen/texts/criteria.ts';
import { deployableHosts } from '../../state/hosts.ts';
import type { ScreenState } from '../../store.ts';
import type { Action, ActionContext } from '../action.ts';
import { askCommit, askPush, askRequest } from '../doing/ask-commit.ts';
import { askDeploy, askRestartServices } from '../doing/plans.ts';
import { showText } from '../doing/show-text.ts';
import { forLooked, forShown } from '../doing/shown-hosts.ts';
import { openReport } from '../doing/sign.ts';
import { startRun } from '../doing/start-run.ts';
import { tell } from '../doing/tell.ts';
import { testAll, testHosts } from '../doing/testing.ts';
import { askRestartUnit } from '../doing/units.ts';
import { performWish } from '../doing/wishes.ts';
import {
  becauseCommitFirst,
  becauseNeverHosts,
  becauseNoGit,
  becauseNoHosts,
  becauseNoTarget,
  becauseNotNow,
  becauseReadOnly,
  becauseRunning,
  becauseSameMachine,
  becauseUnanswered,
  becauseUnknownYet,
  changeReason,
  firstReason,
} from '../reasons.ts';

export const askUpdate = (context: ActionContext): void => {
  const { app, ui } = context.state();
  const marked = markedIds(app, ui, 'lock');
  const inputs = marked.length > 0 ? marked : 'all';
  const { changed } = lockCounts(app.lock);
  if (changed > 0)
    context.ui({ type: 'opened', overlay: confirmUpdate(inputs, changed, context.now()) });
  else performWish(context, { kind: 'update', inputs });
};

export const verify = (context: ActionContext, hosts: readonly string[]): void => {
  context.ui({ type: 'showed', screen: { kind: 'view', view: 'health' } });
  startRun(context, (engine) => engine.health.verify(hosts));
};

export const watch = (context: ActionContext, hosts: readonly string[]): void => {
  context.ui({ type: 'showed', screen: { kind: 'view', view: 'health' } });
  startRun(context, (engine) => engine.health.watch(hosts));
};

const becauseNothingAhead = ({ app }: ScreenState): string | undefined =>
  app.git !== null && app.git.upstream !== null && app.git.ahead === 0
    ? 'nothing to push: the remote has every commit'
    : undefined;

const becauseNoWatch = ({ app }: ScreenState): string | undefined =>
  app.watches.length === 0 ? noWatchWords : undefined;

const anywhere = ['everywhere'] as const;

/** The steps of the runbook. */
export const runbookKeys: readonly Action[] = [
  {
    id: 'check',
    keys: ['C'],
    label: 'check',
    help: 'Run all checks again; reads nixup.toml again.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNotNow),
    perform: (context) => {
      context.ui({ type: 'showed', screen: { kind: 'view', view: 'check' } });
      // The answers that come show the first failed one.
      context.ui({ type: 'pointed', list: 'check', id: null });
      // Until the first row is asked nothing else on the screen says that it was begun.
      tell(context, 'running all checks');
      startRun(context, (engine) => engine.check());
    },
  },
  {
    id: 'update',
    keys: ['u'],
    label: 'update',
    help: 'Update the marked inputs, or all; asks when the lock was changed already.',
    where: anywhere,
    danger: 'build',
    named: true,
    disabled: changeReason(),
    perform: askUpdate,
  },
  {
    id: 'test',
    keys: ['t'],
    label: 'test',
    help: 'Build and test the marked hosts, or this one.',
    where: anywhere,
    danger: 'build',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseNoTarget),
    perform: (context) => {
      const { app, ui } = context.state();
      testHosts(context, targetHosts(app, ui));
    },
  },
  {
    id: 'test-all',
    keys: ['T'],
    label: 'test all',
    help: 'Build and test every host that the filter of the fleet shows.',
    where: anywhere,
    danger: 'build',
    named: true,
    // A key pressed before the hosts are known is kept, and acts then.
    disabled: (state) => firstReason(state, becauseReadOnly, becauseRunning, becauseNeverHosts),
    perform: testAll,
  },
  {
    id: 'deploy',
    keys: ['d'],
    label: 'deploy',
    help: 'Deploy to the marked hosts, or this one, after a confirmation.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseNoTarget, becauseUnknownYet, becauseCommitFirst),
    perform: (context) => {
      const { app, ui } = context.state();
      askDeploy(context, targetHosts(app, ui));
    },
  },
  {
    id: 'deploy-all',
    keys: ['D'],
    label: 'deploy all',
    help: 'Deploy to every host that the filter of the fleet shows and whose system changed; their count must be typed, and the name of each that is protected, failed with it before, or has a step by hand.',
    where: anywhere,
    danger: 'fleet',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseCommitFirst),
    perform: (context) =>
      forShown(context, 'deploy', deployableHosts(context.state().app), (hosts, narrowed) =>
        askDeploy(context, hosts, { narrowed }),
      ),
  },
  {
    id: 'verify',
    keys: ['V'],
    label: 'verify',
    help: 'Compare the health of the marked hosts, or of all that the filter of the view shows, with the baseline.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNotNow, becauseNoHosts),
    perform: (context) => {
      const { app } = context.state();
      forLooked(context, 'verify', deployableHosts(app), (hosts) => verify(context, hosts));
    },
  },
  {
    id: 'accept',
    keys: ['A'],
    label: 'accept',
    help: 'Accept the health of the marked hosts, or of this one, as expected: later runs compare with it.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseNoTarget, becauseUnanswered),
    perform: (context) => {
      const { app, ui } = context.state();
      context.ui({
        type: 'opened',
        overlay: confirmAccept(targetHosts(app, ui), app, context.now()),
      });
    },
  },
  {
    id: 'restart-services',
    keys: ['S'],
    label: 'restart services',
    help: 'Ask the marked hosts, or this one, which services still run code of an earlier system, and restart them after a confirmation; on a unit: restart it.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseNoTarget, becauseUnanswered),
    perform: (context) => {
      const { app, ui } = context.state();
      const unit = unitOfScreen(app, ui);
      if (unit === null) askRestartServices(context, targetHosts(app, ui));
      else askRestartUnit(context, unit);
    },
  },
  {
    id: 'accept-machine',
    keys: [],
    label: 'accept machine',
    help: 'Another machine answers for this host, on purpose: accept its machine id, after you typed the host’s name.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoHosts, becauseNoTarget, becauseSameMachine),
    perform: (context) => {
      const { app, ui } = context.state();
      const [host] = targetHosts(app, ui).filter(
        (name) => otherMachineOf(app.hosts[name]) !== null,
      );
      const overlay = host === undefined ? null : confirmMachine(host, app, context.now());
      if (overlay !== null) context.ui({ type: 'opened', overlay });
    },
  },
  {
    id: 'commit',
    keys: ['c'],
    label: 'commit',
    help: 'Commit the lock with a message written from facts.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoGit),
    perform: (context) => askCommit(context),
  },
  {
    id: 'push',
    keys: ['p'],
    label: 'push',
    help: 'Push the branch, and prove that the remote has it.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoGit, becauseNothingAhead),
    perform: askPush,
  },
  {
    id: 'propose',
    keys: ['P'],
    label: 'pull request',
    help: 'Open a pull request for the commits that are not pushed, or bring them into the one that is open.',
    where: anywhere,
    danger: 'host',
    named: true,
    disabled: changeReason(becauseNoGit, becauseNothingAhead),
    perform: (context) => askRequest(context),
  },
  {
    id: 'watch',
    keys: ['w'],
    label: 'watch',
    help: 'Compare the marked hosts, or all that the filter of the view shows, with their state before the last deploy, as long after it as you like.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNotNow, becauseNoHosts),
    perform: (context) =>
      forLooked(context, 'watch', deployableHosts(context.state().app), (hosts) =>
        watch(context, hosts),
      ),
  },
  {
    id: 'steps',
    keys: ['B'],
    label: 'steps',
    help: 'The steps of the bar above, each with what is known of it; Enter on one shows its evidence.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) =>
      context.ui({ type: 'opened', overlay: stepsMenu(context.state().app, context.now()) }),
  },
  {
    id: 'criteria',
    keys: ['F'],
    label: 'criteria',
    help: 'Show the success criteria of the runbook, each with its evidence.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) =>
      showText(
        context,
        'Success criteria',
        criteriaTexts(successCriteria(context.state().app, context.now())),
      ),
  },
  {
    id: 'watch-report',
    keys: ['O'],
    label: 'watch report',
    help: 'Show the report of the 24 hours after the last deploy, and sign its hosts.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNoWatch),
    perform: (context) => openReport(context),
  },
];
