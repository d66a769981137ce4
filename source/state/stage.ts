import type { Ending } from './run.ts';

/** The steps of the runbook, in order. */
export const stageNames = [
  'check',
  'update',
  'review',
  'test',
  'deploy',
  'verify',
  'commit',
  'watch',
] as const;

export type StageName = (typeof stageNames)[number];

export type StageState =
  | { readonly kind: 'todo' }
  | { readonly kind: 'running'; readonly since: number }
  | {
      readonly kind: 'passed';
      readonly evidence: string;
      readonly at: number;
      /** The hosts of which it was proven; absent where it is not about hosts. */
      readonly hosts?: readonly string[];
      /** The changes of the lock that a person looked at, where it is the review. */
      readonly seen?: readonly string[];
    }
  /** Done for a part of the fleet, and healthy there; the rest is to be done. */
  | {
      readonly kind: 'begun';
      readonly hosts: readonly string[];
      readonly left: readonly string[];
      /**
       * The number of hosts of the step; those that are neither done nor left are asleep, and
       * pending.
       */
      readonly of: number;
      readonly evidence: string;
      readonly at: number;
    }
  /** Done as far as it could be: hosts are pending, or something is unhealthy. */
  | {
      readonly kind: 'partly';
      readonly ending: Extract<Ending, 'partly' | 'unhealthy'>;
      readonly evidence: string;
      readonly at: number;
      readonly hosts?: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly at: number }
  | {
      readonly kind: 'skipped';
      readonly reason: string;
      /** Inputs with alarms that nobody looked at, where it is the review. */
      readonly alarms?: readonly string[];
    }
  | { readonly kind: 'outdated'; readonly because: string };

export type Stages = Readonly<Record<StageName, StageState>>;

export const noStages: Stages = {
  check: { kind: 'todo' },
  update: { kind: 'todo' },
  review: { kind: 'todo' },
  test: { kind: 'todo' },
  deploy: { kind: 'todo' },
  verify: { kind: 'todo' },
  commit: { kind: 'todo' },
  watch: { kind: 'todo' },
};

/** The steps, and whether the fleet commits before it deploys: `[commit] when = "before-deploy"`. */
export interface OrderedSteps {
  readonly stages: Stages;
  readonly commitsFirst: boolean;
}

const commitFirstOrder: readonly StageName[] = [
  'check',
  'update',
  'review',
  'test',
  'commit',
  'deploy',
  'verify',
  'watch',
];

/** The steps in the order in which this fleet does them. */
export const stageOrder = ({
  commitsFirst,
}: Pick<OrderedSteps, 'commitsFirst'>): readonly StageName[] =>
  commitsFirst ? commitFirstOrder : stageNames;

/** The first step that is not done: what `m` does next. */
export const nextStage = (steps: OrderedSteps): StageName | undefined =>
  stageOrder(steps).find((name) => {
    const { kind } = steps.stages[name];
    return kind !== 'passed' && kind !== 'partly' && kind !== 'skipped';
  });

/** The step after this one; undefined after the last. */
export const stageAfter = (
  order: Pick<OrderedSteps, 'commitsFirst'>,
  stage: StageName,
): StageName | undefined => {
  const names = stageOrder(order);
  return names[names.indexOf(stage) + 1];
};

/**
 * Why a step that a person continues without is not done; null where there is nothing to continue
 * without.
 */
export const whyUnfinished = (state: StageState): string | null => {
  switch (state.kind) {
    case 'failed':
      return state.reason;
    case 'begun':
      return state.evidence;
    case 'outdated':
      return state.because;
    case 'todo':
      return 'it was not done';
    case 'running':
    case 'passed':
    case 'partly':
    case 'skipped':
      return null;
  }
};

/** Whether it was proven for the whole fleet or for a part. */
export const isProven = (
  state: StageState,
): state is Extract<StageState, { kind: 'passed' | 'begun' | 'partly' }> =>
  state.kind === 'passed' || state.kind === 'begun' || state.kind === 'partly';

/**
 * A changed tree makes what was proven or decided about the old one outdated, from this step on.
 */
export const outdateFrom = (stages: Stages, first: StageName, because: string): Stages => {
  const from = stageNames.indexOf(first);
  const entries = stageNames.map((name, index): [StageName, StageState] => {
    const state = stages[name];
    return index >= from && (isProven(state) || state.kind === 'failed' || state.kind === 'skipped')
      ? [name, { kind: 'outdated', because }]
      : [name, state];
  });
  return Object.fromEntries(entries) as Stages;
};
