import { startSentence } from '../../model/words/advice.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { leftOutWords } from '../../screen/dialogs/confirmation-targets.ts';
import { leftMenu } from '../../screen/dialogs/menu-left.ts';
import { keyName } from '../../screen/key-names.ts';
import { isAnnounced } from '../../screen/reducer/activity.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { narrowedWords, shownOf } from '../../screen/rows/shown-hosts.ts';
import { unreadInputs } from '../../screen/texts/lock-details.ts';
import type { Armed, ViewName } from '../../screen/ui.ts';
import { closedCommit } from '../../state/closed-commit.ts';
import { buildableHosts, builtHosts, deployableHosts } from '../../state/hosts.ts';
import { leftOvers, leftWords } from '../../state/left-over.ts';
import { brokenWords, deployRest } from '../../state/part-of-fleet.ts';
import { nextStage, type StageName, type StageState } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import type { Action, ActionContext } from '../action.ts';
import { askCommit } from '../doing/ask-commit.ts';
import { inKeys } from '../doing/in-keys.ts';
import { askDeploy } from '../doing/plans.ts';
import { pointAtAlarm, pointAtFailure } from '../doing/point-at-failure.ts';
import { forShown, noneShownWords } from '../doing/shown-hosts.ts';
import { pushWords, startRun } from '../doing/start-run.ts';
import { tell } from '../doing/tell.ts';
import { testHosts } from '../doing/testing.ts';
import { becauseNotNow, becauseReadOnly, firstReason } from '../reasons.ts';
import { passReview } from './lock.ts';
import { askUpdate, verify, watch } from './runbook.ts';
import { waysOn } from './ways-on.ts';

/** A step for the lock, or a step that concerns no single host. */
interface SingleStep {
  readonly of: 'tree';
  readonly view: ViewName;
  /** What the second press does in the present state. */
  readonly does: string | ((state: ScreenState) => string);
  perform(context: ActionContext): void;
}

type PerformForHosts = (
  context: ActionContext,
  hosts: readonly string[],
  narrowed: string | null,
) => void;

/** A step for all hosts, as far as the filter of the fleet shows them. */
interface FleetStep {
  readonly of: 'hosts';
  readonly view: ViewName;
  readonly does: string | ((app: AppState) => string);
  hosts(app: AppState): readonly string[];
  readonly perform: PerformForHosts;
  /**
   * The same for the hosts that a step has left which was done for a part of the fleet; `held` are
   * those that cannot be done now, and why.
   */
  readonly rest: {
    readonly does: string;
    readonly perform: PerformForHosts;
    readonly held?: (app: AppState) => { readonly hosts: readonly string[]; readonly why: string };
  };
}

type Step = SingleStep | FleetStep;

/**
 * Asks for the hosts that are left; where none can be deployed now, tells why and offers what else
 * can be done.
 */
const deployTheRest: PerformForHosts = (context, hosts, narrowed) => {
  const plan = context.engine()?.deploy.plan(hosts, 'switch');
  if (plan === undefined) return;
  if (plan.targets.length > 0)
    askDeploy(
      context,
      plan.targets.map(({ host }) => host),
      { of: 'rest', narrowed },
    );
  else
    context.ui({
      type: 'opened',
      overlay: waysOn(context, 'deploy', leftOutWords(plan.leftOut)),
    });
};

/**
 * Asks before it deploys. Where no host can be deployed to, there is nothing to agree to: the step
 * itself is run, so that it tells its result and `m` leads on.
 */
const deployAll: PerformForHosts = (context, hosts, narrowed) => {
  const plan = context.engine()?.deploy.plan(hosts, 'switch');
  if (plan === undefined) return;
  if (plan.targets.length > 0 || plan.leftOut.some(({ kind }) => kind === 'refused'))
    askDeploy(context, hosts, { narrowed });
  else if (plan.leftOut.length > 0) startRun(context, (engine) => engine.deploy.run(plan));
  else
    context.ui({
      type: 'opened',
      overlay: waysOn(context, 'deploy', 'No host is there to deploy to.'),
    });
};

/** Compares the hosts that nobody asked yet; where each was asked, tells what is open and offers what can be done. */
const watchTheRest: PerformForHosts = (context, hosts) => {
  const { app } = context.state();
  const unasked = hosts.filter((name) => app.hosts[name]?.watch === undefined);
  const { watch: state } = app.stages;
  if (unasked.length > 0) watch(context, unasked);
  else
    context.ui({
      type: 'opened',
      overlay: waysOn(context, 'watch', state.kind === 'begun' ? state.evidence : ''),
    });
};

/** What is open of the watch, as its step says it. */
const stillOpenWords = ({ stages: { watch: state } }: AppState): string =>
  state.kind === 'begun' ? `; ${state.evidence}` : '';

const steps: Readonly<Record<StageName, Step>> = {
  check: {
    of: 'tree',
    view: 'check',
    does: 'runs all checks',
    perform: (context) => startRun(context, (engine) => engine.check()),
  },
  update: {
    of: 'tree',
    view: 'lock',
    does: ({ app, ui }) => {
      const marked = markedIds(app, ui, 'lock').length;
      const what = marked === 0 ? 'all inputs' : counted(marked, 'marked input');
      return lockCounts(app.lock).changed > 0
        ? `asks before it updates ${what}`
        : `updates ${what}`;
    },
    perform: askUpdate,
  },
  review: {
    of: 'tree',
    view: 'lock',
    does: ({ app }) => {
      const unread = unreadInputs(app);
      const { alarms } = lockCounts(app.lock);
      const also = alarms === 0 ? '' : `, ${counted(alarms, 'alarm')} among them`;
      const words = `says that you have looked at these changes${also}`;
      return unread === 0
        ? words
        : `${words}; what breaks is not known of ${counted(unread, 'input')}, ${keyName('breaking')} reads their commits`;
    },
    perform: passReview,
  },
  test: {
    of: 'hosts',
    view: 'build',
    does: 'builds and tests every host',
    hosts: buildableHosts,
    perform: testHosts,
    rest: { does: 'builds and tests', perform: testHosts },
  },
  deploy: {
    of: 'hosts',
    view: 'fleet',
    does: (app) =>
      deployableHosts(app).some((name) => app.hosts[name]?.probe.kind === 'answered')
        ? 'asks before it deploys to every changed host'
        : 'says which hosts do not answer, and what can be done',
    // Where not all hosts pass the test, those that passed it are left.
    hosts: (app) => (app.stages.test.kind === 'skipped' ? builtHosts(app) : deployableHosts(app)),
    perform: deployAll,
    rest: {
      does: 'asks before it deploys to',
      perform: deployTheRest,
      held: (app) => {
        const { broken } = deployRest(app);
        return { hosts: broken, why: brokenWords(broken) };
      },
    },
  },
  verify: {
    of: 'hosts',
    view: 'health',
    does: 'compares the health of every host with the baseline',
    hosts: deployableHosts,
    perform: verify,
    rest: { does: 'compares the health of', perform: verify },
  },
  commit: {
    of: 'tree',
    view: 'lock',
    does: 'shows the commit before it is made',
    perform: (context) => askCommit(context),
  },
  watch: {
    of: 'hosts',
    view: 'health',
    does: 'compares every host with its state before the deploy',
    hosts: deployableHosts,
    perform: watch,
    rest: {
      does: 'compares with their state before the deploy',
      perform: watchTheRest,
      // Those that were asked already wait for the end of the 24 hours, or too little is known of them.
      held: (app) => ({
        hosts: deployableHosts(app).filter((name) => app.hosts[name]?.watch !== undefined),
        why: stillOpenWords(app),
      }),
    },
  },
};

const becauseAllDone = ({ app }: ScreenState): string | undefined =>
  nextStage(app) === undefined && leftOvers(app).length === 0
    ? `the runbook is done; ${keyName('update')} begins the next`
    : undefined;

/** Whether the step was announced, and the announcement is still shown. */
const isArmed = ({ app, ui }: ScreenState, armed: Armed, view: ViewName, now: number): boolean =>
  ui.screen.kind === 'view' && ui.screen.view === view && isAnnounced(app, ui, armed, now);

/** Shows the view of the step, with the cursor on what failed in it, and tells what the next press does. */
const announce = (
  context: ActionContext,
  armed: Armed,
  view: ViewName,
  words: string,
  tone: 'plain' | 'warn' = 'plain',
): void => {
  context.ui({ type: 'showed', screen: { kind: 'view', view } });
  if (armed !== 'left' && context.state().app.stages[armed].kind === 'failed')
    pointAtFailure(context, armed);
  if (armed === 'review') pointAtAlarm(context);
  tell(context, inKeys(words, context.state(), context.table), tone);
  context.ui({ type: 'armed', stage: armed });
};

/** The filter hides each host that a step done for a part has left. */
const noneLeftWords = (filter: string, left: readonly string[]): string =>
  `The filter of the fleet (${filter}) shows none of the hosts that are left: ${hostList(left)}.`;

/** Of the hosts that a step done for a part has left, those that can be done now. */
const restOf = (app: AppState, left: readonly string[], { rest }: FleetStep): readonly string[] => {
  const held = rest.held?.(app).hosts ?? [];
  return left.filter((host) => !held.includes(host));
};

/** What the announcement says of a step for hosts. */
const fleetAnnouncement = (
  screen: ScreenState,
  stage: StageName,
  state: StageState,
  step: FleetStep,
): string => {
  const all =
    state.kind === 'begun' ? restOf(screen.app, state.left, step) : step.hosts(screen.app);
  const { hosts, narrowed } = shownOf(screen, all);
  const only = narrowed === null ? '' : `, ${narrowedWords(narrowed)}`;
  if (state.kind !== 'begun')
    return narrowed !== null && hosts.length === 0
      ? `next: ${stage}, but ${noneShownWords(narrowed, all.length)}`
      : `next: ${stage}. ${keyName('move-on')} again ${typeof step.does === 'string' ? step.does : step.does(screen.app)}${only}`;
  const held = step.rest.held?.(screen.app);
  const done = `${stage} is done for ${state.hosts.length} of ${state.of} hosts${held?.why ?? ''}`;
  if (all.length === 0) return `${done}. ${keyName('move-on')} again shows what can be done`;
  if (narrowed === null)
    return `${done}. ${keyName('move-on')} again ${step.rest.does} ${hosts.length === 1 ? 'the other host' : `the other ${hosts.length}`}: ${hostList(hosts)}`;
  return hosts.length === 0
    ? `${done}. ${noneLeftWords(narrowed, all)} ${keyName('move-on')} again shows what can be done`
    : `${done}. ${keyName('move-on')} again ${step.rest.does} ${hostList(hosts)}${only}`;
};

/** What the announcement says of a step. */
const announcement = (
  screen: ScreenState,
  stage: StageName,
  state: StageState,
  step: Step,
): string => {
  const closed = stage === 'commit' ? closedCommit(screen.app) : null;
  if (closed !== null)
    return `the commit is ${closed.why}. ${keyName('move-on')} again shows what can be done`;
  if (state.kind === 'failed')
    return `the ${stage} failed. ${keyName('move-on')} again shows what can be done. Reason: ${state.reason}`;
  if (step.of === 'hosts') return fleetAnnouncement(screen, stage, state, step);
  const does = typeof step.does === 'string' ? step.does : step.does(screen);
  return `next: ${stage}. ${keyName('move-on')} again ${does}`;
};

/**
 * Does it for the hosts that are left; where the filter shows none of them, offers to continue
 * without them.
 */
const performRest = (
  context: ActionContext,
  stage: StageName,
  left: readonly string[],
  { rest }: FleetStep,
): void => {
  const { hosts, narrowed } = shownOf(context.state(), left);
  if (narrowed !== null && hosts.length === 0)
    context.ui({
      type: 'opened',
      overlay: waysOn(context, stage, noneLeftWords(narrowed, left)),
    });
  else forShown(context, stage, left, (shown, filter) => rest.perform(context, shown, filter));
};

const performStep = (context: ActionContext, stage: StageName, state: StageState): void => {
  const step = steps[stage];
  const closed = stage === 'commit' ? closedCommit(context.state().app) : null;
  // The way to the commit is back to the test: `m` on the commit alone would never get further.
  if (closed !== null)
    context.ui({
      type: 'opened',
      overlay: waysOn(context, 'test', `the commit is ${closed.why}`),
    });
  else if (state.kind === 'failed')
    context.ui({ type: 'opened', overlay: waysOn(context, stage, state.reason) });
  else if (step.of === 'tree') step.perform(context);
  else if (state.kind === 'begun') {
    const ready = restOf(context.state().app, state.left, step);
    performRest(context, stage, ready.length === 0 ? state.left : ready, step);
  } else
    forShown(context, stage, step.hosts(context.state().app), (hosts, narrowed) =>
      step.perform(context, hosts, narrowed),
    );
};

/** Every step is closed: tells what is left to do, and what to do about each. */
const moveOnToRest = (context: ActionContext): void => {
  const state = context.state();
  const left = leftOvers(state.app);
  if (left.length === 0) return;
  if (isArmed(state, 'left', 'fleet', context.now())) {
    context.ui({ type: 'armed', stage: null });
    context.ui({ type: 'opened', overlay: leftMenu(state.app, left, context.now()) });
    return;
  }
  const words = left.map(leftWords).join(' · ');
  announce(
    context,
    'left',
    'fleet',
    `left: ${words}. ${keyName('move-on')} again shows what to do about it`,
    'warn',
  );
};

/** `m`: the first press shows the next step, the second does it. */
export const nextStepKey: Action = {
  id: 'move-on',
  keys: ['m'],
  label: 'move on',
  help: 'Show the next step of the runbook, or what is left; pressed again there, do it, for the hosts that the filter of the fleet shows.',
  where: ['everywhere'],
  danger: 'look',
  named: true,
  disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow, becauseAllDone),
  perform: (context) => {
    const state = context.state();
    const stage = nextStage(state.app);
    if (stage === undefined) {
      moveOnToRest(context);
      return;
    }
    const stageState = state.app.stages[stage];
    const step = steps[stage];
    if (isArmed(state, stage, step.view, context.now())) {
      context.ui({ type: 'armed', stage: null });
      performStep(context, stage, stageState);
      return;
    }
    const tone = stageState.kind === 'failed' ? 'warn' : 'plain';
    const words = announcement(state, stage, stageState, step);
    // After the commit only the watch is left: its push is told before that one is done.
    const unpushed = stage === 'watch' ? pushWords(context) : null;
    announce(
      context,
      stage,
      step.view,
      unpushed === null ? words : `${words}. ${startSentence(unpushed)}`,
      tone,
    );
  },
};
