import { buildableHosts, builtHosts, deployableHosts } from '../model/selectors-targets.ts';
import { nextStage, type StageName } from '../model/stage.ts';
import type { ViewName } from '../model/ui.ts';
import type { ScreenState } from '../store.ts';
import type { Action, ActionContext } from './action.ts';
import { askDeploy } from './ask-plans.ts';
import { deed } from './deed.ts';
import { becauseReadOnly, becauseRunning, firstReason } from './reasons.ts';
import { askCommit, askUpdate, verify, watch } from './runbook.ts';
import { tell } from './tell.ts';
import { testHosts } from './testing.ts';
import { waysOn } from './ways-on.ts';

interface Step {
  readonly view: ViewName;
  /** What the second press does. */
  readonly does: string;
  perform(context: ActionContext): void;
}

const steps: Readonly<Record<StageName, Step>> = {
  check: {
    view: 'check',
    does: 'asks all questions of the check board',
    perform: (context) => deed(context, (engine) => engine.check()),
  },
  update: { view: 'lock', does: 'updates all inputs (or the marked ones)', perform: askUpdate },
  review: {
    view: 'lock',
    does: 'says that you have looked at these changes',
    perform: (context) => {
      context.engine()?.passReview('person');
      tell(context, 'reviewed; m goes on to the test', 'good');
    },
  },
  test: {
    view: 'build',
    does: 'builds and tests every host',
    perform: (context) => testHosts(context, buildableHosts(context.state().app)),
  },
  deploy: {
    view: 'fleet',
    does: 'asks before it deploys to every changed host',
    perform: (context) => {
      const { app } = context.state();
      // Without the test of all, the hosts that passed it are left.
      const hosts = app.stages.test.kind === 'skipped' ? builtHosts(app) : deployableHosts(app);
      askDeploy(context, hosts);
    },
  },
  verify: {
    view: 'health',
    does: 'compares the health of every host with the baseline',
    perform: (context) => verify(context, deployableHosts(context.state().app)),
  },
  commit: { view: 'lock', does: 'shows the commit before it is made', perform: askCommit },
  watch: {
    view: 'health',
    does: 'compares every host with its state before the deploy',
    perform: (context) => watch(context, deployableHosts(context.state().app)),
  },
};

const becauseAllDone = ({ app }: ScreenState): string | undefined =>
  nextStage(app.stages) === undefined ? 'the runbook is done; u begins the next' : undefined;

/** `m`: the first press shows the next step, the second does it. */
export const movingOn: Action = {
  id: 'move-on',
  keys: ['m'],
  label: 'move on',
  help: 'Show the next step of the runbook; pressed again there, do it.',
  where: ['everywhere'],
  danger: 'look',
  named: true,
  disabled: (state) => firstReason(state, becauseReadOnly, becauseRunning, becauseAllDone),
  perform: (context) => {
    const { app, ui } = context.state();
    const stage = nextStage(app.stages);
    if (stage === undefined) return;
    const state = app.stages[stage];
    const step = steps[stage];
    const isThere = ui.screen.kind === 'view' && ui.screen.view === step.view;
    if (ui.armed === stage && isThere) {
      context.ui({ type: 'armed', stage: null });
      if (state.kind === 'failed')
        context.ui({ type: 'opened', overlay: waysOn(context, stage, state.reason) });
      else step.perform(context);
      return;
    }
    context.ui({ type: 'showed', screen: { kind: 'view', view: step.view } });
    context.ui({ type: 'armed', stage });
    if (state.kind === 'failed')
      tell(context, `the ${stage} failed: ${state.reason}. m again shows the ways on`, 'warn');
    else tell(context, `next: ${stage}. m again ${step.does}`);
  },
};
