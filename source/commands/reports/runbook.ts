import { shell } from '../../model/explain/explanation.ts';
import { shownStages, stepName, stepWords } from '../../screen/texts/steps.ts';
import { closedCommit } from '../../state/closed-commit.ts';
import { type LeftOver, leftOvers, leftWords } from '../../state/left-over.ts';
import { deployRest } from '../../state/part-of-fleet.ts';
import { nextStage, type StageName, type StageState, stageOrder } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { alignRows } from '../arguments/text-table.ts';

/** Where the runbook stands, as `nixup status --json` tells it. */
export interface RunbookStanding {
  /** The steps in the order in which this fleet does them. */
  readonly steps: readonly {
    readonly name: StageName;
    readonly state: StageState['kind'];
    /** `test 3 of 8`, as the bar of the screen names it. */
    readonly title: string;
    readonly words: string;
  }[];
  /** The first step that is not done; null where each one is closed. */
  readonly next: StageName | null;
  /** What does the next step, or what is left of it; null where no one command does. */
  readonly command: string | null;
  /** Why each step is closed, and the runbook is not done all the same. */
  readonly left: readonly { readonly kind: LeftOver['kind']; readonly words: string }[];
  /** Each step is closed, and nothing is left. */
  readonly done: boolean;
}

const nixup = (...words: readonly string[]): string => shell('nixup', ...words);

/** What does the step; for a part of the fleet only, the hosts that are left. */
const commandOf = (app: AppState, stage: StageName): string => {
  const state = app.stages[stage];
  const closed = stage === 'commit' ? closedCommit(app) : null;
  if (closed !== null) return nixup('test', ...closed.hosts);
  if (stage === 'review') return nixup('diff');
  if (state.kind !== 'begun' || stage === 'watch') return nixup(stage);
  if (stage !== 'deploy') return nixup(stage, ...state.left);
  const { broken } = deployRest(app);
  const ready = state.left.filter((host) => !broken.includes(host));
  return ready.length === 0 ? nixup('test', ...broken) : nixup('deploy', ...ready);
};

/** What is known of a part of the fleet says nothing about the steps of all of it. */
export const isWholeFleet = ({ hostNames }: AppState, names: readonly string[]): boolean =>
  hostNames.length > 0 && names.length === hostNames.length;

/** By the same facts as the bar of the screen, and what `m` offers there. Pure. */
export const runbookStanding = (app: AppState, now: number): RunbookStanding => {
  const next = nextStage(app);
  const left = next === undefined ? leftOvers(app) : [];
  const isForSleepers = app.pending.length > 0 && left.some(({ kind }) => kind === 'asleep');
  return {
    steps: stageOrder(app).map((name) => {
      const state = app.stages[name];
      return {
        name,
        state: state.kind,
        title: stepName(name, state),
        words: stepWords(shownStages(app)[name], now),
      };
    }),
    next: next ?? null,
    command: next !== undefined ? commandOf(app, next) : isForSleepers ? nixup('resume') : null,
    left: left.map((one) => ({ kind: one.kind, words: leftWords(one) })),
    done: next === undefined && left.length === 0,
  };
};

const endLine = (app: AppState, { steps, next, command, left, done }: RunbookStanding): string => {
  const run = command === null ? '' : `. Run: ${command}`;
  if (next !== null) {
    const place = `step ${steps.findIndex(({ name }) => name === next) + 1} of ${steps.length}`;
    const closed = next === 'commit' ? closedCommit(app) : null;
    return `Next: ${place}, ${next}${closed === null ? '' : `, ${closed.why}`}${run}`;
  }
  return done
    ? 'All steps are done, and nothing is left.'
    : `All steps are closed; left: ${left.map(({ words }) => words).join(' · ')}${run}`;
};

/** The same in lines: each step that was begun, and what is next or left. */
export const runbookLines = (app: AppState, now: number): readonly string[] => {
  const standing = runbookStanding(app, now);
  const told = standing.steps.filter(
    ({ name, state }) => state !== 'todo' || name === standing.next,
  );
  return [
    ...alignRows([['STEP', 'STATE'], ...told.map(({ title, words }) => [title, words])]),
    endLine(app, standing),
  ];
};
