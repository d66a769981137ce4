import { memoLast } from '../../model/memo.ts';
import { showAge, showClock, showMoment } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { awaitsReboot, deployableHosts } from '../../state/hosts.ts';
import { isTakenBack, unpushedWords } from '../../state/left-over.ts';
import {
  deployedPart,
  deployRest,
  isFleetChangedSince,
  type PartOfFleet,
  partWords,
  testedPart,
  waitingReasons,
} from '../../state/part-of-fleet.ts';
import { redRows } from '../../state/reducer/check-step.ts';
import {
  isProven,
  type StageName,
  type StageState,
  type Stages,
  stageNames,
} from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { alarmWords, unreviewedAlarms } from '../../state/undone-before.ts';
import { endingSign, glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';

/** Checks that failed, without the one that the step commit tells: what it committed is not pushed. */
const openChecks = (app: AppState): AppState['board'] => {
  const { commit } = app.stages;
  const isTold =
    (commit.kind === 'passed' || commit.kind === 'partly') &&
    app.git?.behind === 0 &&
    unpushedWords(app) !== null;
  return redRows(app.board).filter(({ id }) => !isTold || id !== 'git.upstream');
};

/** A commit that its remote does not have leaves something to do. */
const shownCommit = (app: AppState): StageState => {
  const { commit } = app.stages;
  const words = commit.kind === 'passed' ? unpushedWords(app) : null;
  return commit.kind !== 'passed' || words === null
    ? commit
    : {
        kind: 'partly',
        ending: 'partly',
        evidence: `${commit.evidence}; ${words}`,
        at: commit.at,
      };
};

/** What a deploy that failed said is no longer so once hosts were changed: then the facts of now are told. */
const shownDeploy = (app: AppState): StageState => {
  const { deploy } = app.stages;
  if (deploy.kind !== 'failed' || !isFleetChangedSince(app, deploy.at)) return deploy;
  const part = deployedPart(app);
  const broken = deployRest(app).broken;
  const back = part.left.filter((name) => {
    const host = app.hosts[name];
    return host !== undefined && isTakenBack(host);
  });
  const rest = part.left.filter((name) => !back.includes(name) && !broken.includes(name));
  const named = (words: string, hosts: readonly string[]): readonly string[] =>
    hosts.length === 0 ? [] : [`${words}: ${hostList(hosts)}`];
  return {
    ...deploy,
    reason: [
      `${partWords(part)} run what the flake says`,
      ...named('rolled back', back),
      ...named(
        'test failed',
        broken.filter((name) => !back.includes(name)),
      ),
      ...named('not deployed', rest),
      ...(part.reasons ?? []),
    ].join('; '),
  };
};

/** The steps as they are shown: by the facts of now, where what a step said of itself is no longer all. Pure. */
export const shownStages = memoLast((app: AppState): Stages => {
  const [deploy, commit] = [shownDeploy(app), shownCommit(app)];
  return deploy === app.stages.deploy && commit === app.stages.commit
    ? app.stages
    : { ...app.stages, deploy, commit };
});

/** The sign of a step where nothing moves. */
export const stepSign = (state: StageState, isNext: boolean): string => {
  switch (state.kind) {
    case 'passed':
      return glyph.proven;
    case 'begun':
      return glyph.begun;
    case 'partly':
      return endingSign[state.ending].sign;
    case 'failed':
      return glyph.failed;
    case 'skipped':
      return glyph.absent;
    case 'outdated':
      return glyph.look;
    case 'running':
      return glyph.needs;
    case 'todo':
      return isNext ? glyph.needs : glyph.todo;
  }
};

/** `test 3 of 8`: how far a step has come that was done for a part of the fleet. */
export const stepName = (name: StageName, state: StageState): string =>
  state.kind === 'begun' ? `${name} ${state.hosts.length} of ${state.of}` : name;

/** What is known of a step, in one line. */
export const stepWords = (state: StageState, now: number): string => {
  switch (state.kind) {
    case 'passed':
    case 'begun':
    case 'partly':
      return state.evidence;
    case 'failed':
      return `failed: ${state.reason}`;
    case 'skipped':
      return `closed without it: ${state.reason}`;
    case 'outdated':
      return `to be done again: ${state.because}`;
    case 'running':
      return `running for ${showClock(Math.max(0, now - state.since))}`;
    case 'todo':
      return 'not done yet';
  }
};

/** Hosts that a text does not name yet. */
const unnamedIn = (text: string, hosts: readonly string[]): readonly string[] => {
  const named = new Set(text.split(/[^\w-]+/));
  return hosts.filter((host) => !named.has(host));
};

/** `left: nas, p510; asleep: samsung`, without what the step has said already. */
const partLeft = (app: AppState, part: PartOfFleet, said: string): readonly string[] => {
  const left = unnamedIn(said, part.left);
  return [
    ...(left.length === 0 ? [] : [`left: ${hostList(left)}`]),
    ...waitingReasons(app, unnamedIn(said, part.waiting)),
  ];
};

/** Hosts that a step which looked at these has not seen; none where it does not say which it saw. */
const notCompared = (app: AppState, seen: readonly string[] | undefined): readonly string[] =>
  seen === undefined ? [] : deployableHosts(app).filter((name) => !seen.includes(name));

/** What is left of a step, beside what it said itself. */
const leftOfStep = (app: AppState, stage: StageName, said: string): readonly string[] => {
  const state = app.stages[stage];
  // A step that was begun names its hosts itself.
  if (state.kind === 'running' || state.kind === 'begun') return [];
  switch (stage) {
    case 'check':
    case 'update':
      return [];
    case 'review':
      return unreviewedAlarms(app).map(({ input }) => `an alarm nobody looked at: ${input}`);
    case 'test':
      return state.kind === 'passed' ? [] : partLeft(app, testedPart(app), said);
    case 'deploy': {
      const reboot = isProven(state)
        ? deployableHosts(app).filter((name) => {
            const host = app.hosts[name];
            return host !== undefined && awaitsReboot(host);
          })
        : [];
      return [
        ...(state.kind === 'passed' ? [] : partLeft(app, deployedPart(app), said)),
        ...(reboot.length === 0 ? [] : [`to reboot: ${hostList(reboot)}`]),
      ];
    }
    case 'verify':
    case 'watch': {
      if (!isProven(state)) return [];
      const left = unnamedIn(said, notCompared(app, state.hosts));
      return left.length === 0 ? [] : [`not compared: ${hostList(left)}`];
    }
    case 'commit': {
      const words = unpushedWords(app);
      return words === null || state.kind === 'todo' || said.includes(words) ? [] : [words];
    }
  }
};

/** What is known of a step, and what is left of it. */
export const stepRow = (app: AppState, stage: StageName, now: number): string => {
  const words = stepWords(shownStages(app)[stage], now);
  return [words, ...leftOfStep(app, stage, words)].join('; ');
};

/** Why a step has the sign of something to look at, or was closed, in a few words; null where it has none of these signs. */
const openReason = (app: AppState, stage: StageName): string | null => {
  const state = shownStages(app)[stage];
  if (state.kind === 'skipped') return 'closed';
  if (state.kind === 'outdated') return 'again';
  if (state.kind !== 'partly') return null;
  switch (stage) {
    case 'check': {
      const red = openChecks(app).map(({ label }) => label);
      return red.length === 0 ? null : red.join(', ');
    }
    case 'test':
      return `waiting: ${hostList(testedPart(app).waiting)}`;
    case 'deploy': {
      const { reasons = [], waiting } = deployedPart(app);
      return waiting.length === 0 ? null : reasons.join(', ');
    }
    case 'verify':
    case 'watch': {
      const left = notCompared(app, state.hosts);
      return left.length === 0 ? null : `not ${hostList(left)}`;
    }
    case 'commit':
      return app.waitingRequests.length > 0
        ? 'request open'
        : unpushedWords(app) === null
          ? null
          : 'not pushed';
    case 'update':
    case 'review':
      return null;
  }
};

/** `check: unpushed commits`: the reason of each step that the bar marks with a sign and no word. */
export const openReasons = memoLast((app: AppState): readonly string[] =>
  stageNames.flatMap((stage) => {
    const reason = openReason(app, stage);
    return reason === null
      ? []
      : [`${stepSign(shownStages(app)[stage], false)} ${stage}: ${reason}`];
  }),
);

const signMeanings: readonly (readonly [sign: string, means: string])[] = [
  [glyph.proven, 'done'],
  [glyph.begun, 'done for a part'],
  [glyph.look, 'look: something is left'],
  [glyph.failed, 'failed'],
  [glyph.absent, 'closed without it'],
  [glyph.needs, 'next'],
  [glyph.todo, 'not yet'],
];

/** What the signs of these steps mean, each sign once. */
export const signsOfSteps = (shown: readonly string[]): string =>
  signMeanings
    .filter(([sign]) => shown.includes(sign))
    .map(([sign, means]) => `${sign} ${means}`)
    .join('   ');

/** When a step counts as done. */
const countsWhen: Readonly<Record<StageName, string>> = {
  check: 'each question has its answer, and none failed',
  update: 'flake.lock was read before and after',
  review: 'a person looked at each change',
  test: 'the system of each host is valid in the store, for exactly this tree',
  deploy: 'each host was asked again over a new connection: it runs the system and boots it',
  verify: 'no unit or check of a host is worse than before the deploy',
  commit: 'the commit holds exactly the tested tree, and no request with it is open',
  watch: 'no host is worse than before the deploy, a day later',
};

const partLines = (part: PartOfFleet, done: string, left: string): readonly TonedText[] => [
  ...(part.done.length === 0 ? [] : [plain(`${done}: ${hostList(part.done)}`)]),
  ...(part.left.length === 0 ? [] : [warning(`${left}: ${hostList(part.left)}`)]),
  ...(part.waiting.length === 0
    ? []
    : [plain(`waiting, asleep or for a person: ${hostList(part.waiting)}`)]),
];

/** What a step was about, as the facts of now have it. */
const factLines = (app: AppState, stage: StageName, said: string): readonly TonedText[] => {
  switch (stage) {
    case 'check':
      return app.board.flatMap(({ state, label, evidence }) =>
        state === 'red' || state === 'warning'
          ? [
              {
                text: `${state === 'red' ? glyph.failed : glyph.look} ${label}: ${evidence}`,
                tone: state === 'red' ? ('bad' as const) : ('warn' as const),
              },
            ]
          : [],
      );
    case 'update':
      return app.lock.kind === 'read'
        ? [plain(`${counted(app.lock.changes.length, 'input')} changed since the commit`)]
        : [];
    case 'review':
      return unreviewedAlarms(app).map((alarm) => warning(`not looked at: ${alarmWords(alarm)}`));
    case 'test':
      return partLines(testedPart(app), 'built and tested', 'not yet');
    case 'deploy':
      return partLines(deployedPart(app), 'run what the flake says', 'do not run it');
    case 'verify':
    case 'watch': {
      const state = app.stages[stage];
      return (state.kind === 'passed' || state.kind === 'partly' || state.kind === 'begun') &&
        state.hosts !== undefined
        ? [plain(`compared: ${hostList(state.hosts)}`)]
        : [];
    }
    case 'commit': {
      const words = unpushedWords(app);
      return words === null || said.includes(words) ? [] : [warning(words)];
    }
  }
};

const timeLines = (state: StageState, now: number): readonly TonedText[] =>
  'at' in state
    ? [quiet(`${showMoment(state.at)}, ${showAge(Math.max(0, now - state.at))} ago`)]
    : [];

/** Everything that is known of a step: what it said and when, the facts of now, and when it counts as done. */
export const stepText = (app: AppState, stage: StageName, now: number): readonly TonedText[] => {
  const state = shownStages(app)[stage];
  const tone = state.kind === 'failed' ? 'bad' : 'plain';
  const said = stepWords(state, now);
  return [
    ...`${stepSign(state, false)} ${stepName(stage, state)}: ${said}`
      .split(/(?:; | · )/)
      .map((text, index): TonedText => ({ text: index === 0 ? text : `  ${text}`, tone })),
    ...timeLines(state, now),
    ...factLines(app, stage, said),
    plain(''),
    quiet(`Done when ${countsWhen[stage]}.`),
  ];
};

/** Keys that do or show something about a step. */
export const stepActs: Readonly<Record<StageName, readonly string[]>> = {
  check: ['move-on', 'check', 'show-check'],
  update: ['move-on', 'update', 'show-lock'],
  review: ['move-on', 'show-lock'],
  test: ['move-on', 'test-all', 'show-build'],
  deploy: ['move-on', 'deploy-all', 'rollback', 'show-fleet'],
  verify: ['move-on', 'verify', 'show-health'],
  commit: ['move-on', 'commit', 'push'],
  watch: ['move-on', 'watch', 'watch-report'],
};
