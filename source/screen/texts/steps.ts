import { showAge, showClock, showMoment } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { unpushedWords } from '../../state/left-over.ts';
import { deployedPart, type PartOfFleet, testedPart } from '../../state/part-of-fleet.ts';
import type { StageName, StageState } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { alarmWords, unreviewedAlarms } from '../../state/undone-before.ts';
import { endingSign, glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';

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
const factLines = (app: AppState, stage: StageName): readonly TonedText[] => {
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
      return words === null ? [] : [warning(words)];
    }
  }
};

const timeLines = (state: StageState, now: number): readonly TonedText[] =>
  'at' in state
    ? [quiet(`${showMoment(state.at)}, ${showAge(Math.max(0, now - state.at))} ago`)]
    : [];

/** Everything that is known of a step: what it said and when, the facts of now, and when it counts as done. */
export const stepText = (app: AppState, stage: StageName, now: number): readonly TonedText[] => {
  const state = app.stages[stage];
  const tone = state.kind === 'failed' ? 'bad' : 'plain';
  return [
    ...`${stepSign(state, false)} ${stepName(stage, state)}: ${stepWords(state, now)}`
      .split(/(?:; | · )/)
      .map((text, index): TonedText => ({ text: index === 0 ? text : `  ${text}`, tone })),
    ...timeLines(state, now),
    ...factLines(app, stage),
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
