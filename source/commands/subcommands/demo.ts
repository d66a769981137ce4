import type { Engine } from '../../engine/contract.ts';
import { boardText } from '../../model/board/text.ts';
import { explain } from '../../model/explain/explain.ts';
import { lockDifferenceText } from '../../model/inputs/report-text.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { AppEvent } from '../../state/events.ts';
import { buildableHosts } from '../../state/hosts.ts';
import { reduce } from '../../state/reducer/reducer.ts';
import type { RunResult } from '../../state/run.ts';
import { type AppState, initialState } from '../../state/state.ts';
import { resultLine } from '../documents/result-line.ts';
import { createRunFacts } from '../documents/run-facts.ts';
import type { FlaglessRun } from '../program/command.ts';
import { type Console, canceledExit } from '../program/console.ts';
import { createEventLines } from '../program/event-lines.ts';
import { createProgressTeller } from '../program/progress-lines.ts';
import { resultText } from '../program/result-text.ts';
import { statusText } from '../reports/status.ts';

interface Stage {
  readonly engine: Engine;
  readonly console: Console;
  /** Results of the steps that ended. */
  readonly ended: RunResult[];
  state(): AppState;
  now(): number;
}

const chapter = (console: Console, command: string): void => console.answer(`\n$ ${command}`);

const tellResult = ({ console, ended }: Stage, result: RunResult): RunResult => {
  console.answer(resultText(result));
  ended.push(result);
  return result;
};

/**
 * The final outcome of each host: a later check that found nothing new does not replace what was
 * done.
 */
const hostsAtLast = (ended: readonly RunResult[]): RunResult['hosts'] =>
  Object.fromEntries(
    ended
      .flatMap(({ hosts }) => Object.entries(hosts))
      .toSorted(
        ([, one], [, other]) =>
          Number(other.status === 'unchanged') - Number(one.status === 'unchanged'),
      ),
  );

/** The builds of the last test, and what all tests fetched. */
const buildsOf = (ended: readonly RunResult[]): RunResult['build'] => {
  const builds = ended.flatMap(({ build }) => (build === null ? [] : [build]));
  const last = builds.at(-1);
  // What the first test fetched no later one fetches again.
  return last === undefined
    ? null
    : { ...last, fetched: builds.reduce((sum, { fetched }) => sum + fetched, 0) };
};

/**
 * How the play ended, which is the exit status of its process; the outcome of each host is beside
 * it.
 */
const endOf = (ended: readonly RunResult[], status: number): RunResult => ({
  ok: status === 0,
  exitCode: status,
  hosts: hostsAtLast(ended),
  commit: ended.findLast(({ commit }) => commit !== null)?.commit ?? null,
  build: buildsOf(ended),
  summary: status === 0 ? 'The whole runbook was played through.' : 'The demo was stopped.',
});

const hostsWith = (result: Pick<RunResult, 'hosts'>, status: string): readonly string[] =>
  Object.entries(result.hosts).flatMap(([host, outcome]) =>
    outcome.status === status ? [host] : [],
  );

/** The test fails on purpose: the guilty input goes back, everything else stays. */
const testAndMend = async (stage: Stage, guilty: string): Promise<void> => {
  const { engine, console, state } = stage;
  chapter(console, 'nixup test');
  const tested = tellResult(stage, await engine.build.test(buildableHosts(state())));
  if (tested.ok) return;
  chapter(console, `nixup revert ${guilty}`);
  tellResult(stage, await engine.lock.revert([guilty]));
  await engine.hosts.survey({ probe: false, evaluate: true });
  chapter(console, 'nixup test');
  tellResult(stage, await engine.build.test(buildableHosts(state())));
};

const deployAndVerify = async (stage: Stage): Promise<void> => {
  const { engine, console, state } = stage;
  chapter(console, 'nixup deploy --yes');
  const deployed = tellResult(
    stage,
    await engine.deploy.run(engine.deploy.plan(buildableHosts(state()), 'switch')),
  );
  const sick = hostsWith(deployed, 'unhealthy');
  if (sick.length > 0) {
    chapter(console, `nixup rollback ${sick.join(' ')} --yes`);
    tellResult(stage, await engine.rollback.run(engine.rollback.plan(sick, { kind: 'recorded' })));
  }
  const done = [...hostsWith(deployed, 'succeeded'), ...hostsWith(deployed, 'unchanged')];
  chapter(console, 'nixup verify');
  tellResult(stage, await engine.health.verify(done));
};

const survey = async ({ engine, console, state, now }: Stage): Promise<void> => {
  chapter(console, 'nixup status');
  await engine.hosts.survey({ probe: true, evaluate: true });
  console.answer(statusText(state(), state().hostNames, now()));
};

const check = async ({ engine, console, state }: Stage): Promise<void> => {
  chapter(console, 'nixup check');
  const checked = await engine.check();
  console.answer(boardText(state().board));
  console.answer(checked.summary);
};

const update = async (stage: Stage): Promise<void> => {
  const { engine, console, state } = stage;
  chapter(console, 'nixup update');
  const updated = await engine.lock.update('all');
  const { lock } = state();
  if (lock.kind === 'read') console.answer(lockDifferenceText(lock.changes));
  tellResult(stage, updated);
  engine.stages.passReview('nobody');
};

const commitAndPush = async (stage: Stage): Promise<void> => {
  const { engine, console } = stage;
  const back = hostsWith({ hosts: hostsAtLast(stage.ended) }, 'rolledBack');
  if (back.length > 0)
    console.answer(
      `\nnixup run would not commit now, because ${hostList(back)} ${back.length === 1 ? 'was' : 'were'} rolled back. A person may: the message names ${back.length === 1 ? 'that host' : 'those hosts'}.`,
    );
  chapter(console, 'nixup commit --push');
  const plan = await engine.commit.plan();
  if (plan.obstacle !== null) {
    console.answer(plan.obstacle);
    return;
  }
  console.answer(plan.message);
  tellResult(stage, await engine.commit.run(plan));
  tellResult(stage, await engine.commit.push());
};

/** Every step of the runbook, as a person would type it; ^c ends it after the current one. */
const play = async (stage: Stage, guilty: string): Promise<number> => {
  const steps = [
    survey,
    check,
    update,
    (on: Stage) => testAndMend(on, guilty),
    deployAndVerify,
    commitAndPush,
    survey,
  ];
  for (const step of steps) {
    await step(stage);
    if (stage.console.canceled.aborted) return canceledExit;
  }
  return 0;
};

/** The whole runbook in plain text on the embedded fleet, its clock turned off. */
export const run: FlaglessRun<'demo'> = async (invocation, { console: outer, openEngine }) => {
  const { json } = invocation.flags;
  // With --json only events are told.
  const console: Console = json ? { ...outer, answer: () => undefined } : outer;
  const toLine = createEventLines();
  const { createDemoWorld, guiltyInput } = await import('../../demo/world.ts');
  const world = createDemoWorld({ speed: Number.POSITIVE_INFINITY });
  const teller = createProgressTeller();
  const facts = createRunFacts();
  let state = initialState;
  let deployed: string | null = null;
  const engine = await openEngine({
    world,
    flake: world.workingFolder,
    readOnly: invocation.flags.readOnly,
    trust: true,
    emit: (events: readonly AppEvent[]) => {
      for (const event of events) {
        state = reduce(state, event);
        facts.hear(event);
        if (event.type === 'run-started' && event.goal === 'deploy') deployed = event.run;
        if (json) {
          const line = toLine(event);
          if (line !== null) console.answerJson(line);
        } else for (const line of teller(event)) console.answer(line);
      }
    },
    getState: () => state,
  });
  console.answer('This is the demo: an embedded fleet. Nothing is contacted, nothing is changed.');
  const opened = await engine.open();
  if (!opened.ok) {
    for (const failure of opened.failure) console.tell(explain(failure).what);
    return 1;
  }
  const ended: RunResult[] = [];
  const status = await play(
    { engine, console, ended, state: () => state, now: () => world.clock.now() },
    guiltyInput,
  );
  await engine.close();
  const known = facts.facts(state);
  if (json)
    console.answerJson(
      resultLine(endOf(ended, status), { ...known, run: deployed ?? known.run }, world.clock.now()),
    );
  if (status !== 0) return status;
  console.answer(
    '\nThe screen: run nixup demo in a terminal. Your own fleet: run nixup in its folder.',
  );
  return 0;
};
