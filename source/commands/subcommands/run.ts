import { quoteWords } from '../../model/command.ts';
import type { CommitChoice } from '../../model/commit/commit-plan.ts';
import { requestWarnings } from '../../model/commit/request-plan.ts';
import type { DeployPlan } from '../../model/deploy/plan.ts';
import { success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { unpushedBranch } from '../../state/left-over.ts';
import type { RunResult, UnreviewedAlarm } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { alarmWords, unreviewedAlarms } from '../../state/undone-before.ts';
import { worstStatus } from '../arguments/exit-status.ts';
import { allRead } from '../arguments/invocation.ts';
import { buildOnFailure } from '../program/check-build-on.ts';
import { unlockTargets } from '../program/checks.ts';
import type { CommandRun } from '../program/command.ts';
import { commitChoice, type Publishing, publishingOf } from '../program/commit-choice.ts';
import { confirmPlan, type Further, refusedStatus } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { failureTails } from '../program/failure-tails.ts';
import { type Program, refused } from '../program/open.ts';

const withUnpushed = (state: AppState, result: RunResult): RunResult => {
  const unpushed = unpushedBranch(state);
  return unpushed === undefined ? result : { ...result, unpushed };
};

/** What is done after the hosts where all is well: told with what is done to them, before. */
const afterHosts = async (
  { engine, state }: Program,
  choice: CommitChoice | undefined,
  { push, pr }: Publishing,
): Promise<Further> => {
  const plan = await engine.commit.plan(choice);
  const { git } = state();
  // Committed before the deploy.
  const made = plan.paths.length === 0 ? (git?.head ?? null) : null;
  const request = pr ? (plan.request ?? (await engine.commit.planRequest(plan, made))) : null;
  const commands = [
    ...plan.commands,
    ...(request?.commands ?? []),
    ...(push && git?.push !== undefined ? [git.push] : []),
  ];
  const texts = request === null ? [] : requestWarnings({ ...request, undeployed: [] });
  return {
    texts: [...(commands.length === 0 ? [] : ['where all is well, the commit follows']), ...texts],
    commands,
  };
};

// Over 60 lines: what a run is told, in the order of its words on the command line.
/** The whole runbook in one go. */
export const run: CommandRun<'run'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const {
      inputs,
      noDeploy,
      noCommit,
      push,
      pr,
      noPr,
      with: also,
      leaveRest,
      ...build
    } = invocation.own;
    const { buildOn, cores, acceptFlakeConfig, ...rest } = build;
    allRead(rest, 'report', 'junit');
    const { console } = context;
    const command = quoteWords(['nixup', 'run', ...words, '--yes']);
    if (!noDeploy && !flags.yes && !console.canAsk)
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: 'a run deploys, and nobody is here to agree to it',
        ...advised(advise('When it is what you want, run', command)),
      });
    const surveyed = await program.survey({ probe: false, evaluate: false, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const nowhere = buildOnFailure(buildOn, Object.keys(program.state().hosts));
    if (nowhere !== null) return refused(2, nowhere);
    let leftOut: DeployPlan['leftOut'] = [];
    let alarms: readonly UnreviewedAlarm[] = [];
    const choice = commitChoice(
      { with: also, leaveRest },
      program.state().git,
      context.world.workingFolder,
    );
    const commits = !noDeploy && !noCommit;
    const publishing = commits
      ? publishingOf(program.engine.commit.settings(), { push, pr, noPr })
      : { push, pr: false };
    const result = await program.engine.runs.all({
      inputs: inputs.length === 0 ? 'all' : inputs,
      exclude: [],
      hosts: chosen.value,
      deploy: !noDeploy,
      commit: !noCommit,
      push: publishing.push,
      propose: publishing.pr,
      choice,
      test: {
        buildOn: buildOn ?? undefined,
        cores: cores ?? undefined,
        acceptSettings: acceptFlakeConfig,
      },
      approve: async (plan) => {
        alarms = unreviewedAlarms(program.state());
        await unlockTargets(program, plan, console);
        const previewed = await program.engine.deploy.preview(plan);
        const after = commits && !flags.json ? await afterHosts(program, choice, publishing) : null;
        const confirmed = await confirmPlan(previewed, flags, console, {
          verb: 'Deploy to',
          command,
          alarms: alarms.map(alarmWords),
          ...(after === null ? {} : { further: () => after }),
        });
        if (!confirmed.ok) return confirmed;
        ({ leftOut } = confirmed.value);
        return success({ ...previewed, ...confirmed.value });
      },
    });
    const exitCode = worstStatus([result.exitCode, refusedStatus(leftOut)]);
    const ended = { ...result, exitCode, ok: exitCode === 0, alarms };
    const final = withUnpushed(program.state(), ended);
    return success({ result: final, after: failureTails(program, final) });
  });
