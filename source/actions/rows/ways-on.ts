import { guiltyInputs } from '../../model/causes/bisect.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { Menu, MenuItem, TonedText } from '../../screen/overlay.ts';
import { closedCommit } from '../../state/closed-commit.ts';
import { deployedPart, deployRest, waitingReasons } from '../../state/part-of-fleet.ts';
import { isNothingToCommit } from '../../state/proven.ts';
import { type StageName, stageAfter } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { ActionContext } from '../action.ts';
import { inKeys } from '../doing/in-keys.ts';

/** A row of the key table that helps after a failure, and what it would do. */
interface Way {
  readonly id: string;
  readonly does: string | ((app: AppState) => string);
}

/**
 * What holding the guilty input would do, by name; without one, the row itself tells why it cannot
 * be chosen.
 */
const holdWords = ({ searches }: AppState): string => {
  const guilty = guiltyInputs(searches);
  return guilty.length === 0
    ? 'holds the input that broke the build'
    : `holds ${guilty.join(', ')}, keeps the other updates`;
};

/** The hosts that a deploy of all would go to, by name. */
const restWords = (app: AppState): string => {
  const { ready } = deployRest(app);
  return ready.length === 0 ? 'no host is left to deploy' : `${hostList(ready)}; asks before`;
};

/** Hosts that a deploy has not reached, whichever of them it was for. */
const restNotes = (app: AppState): readonly TonedText[] => {
  const { ready, broken } = deployRest(app);
  const { waiting } = deployedPart(app);
  const note = (words: string, hosts: readonly string[]): readonly TonedText[] =>
    hosts.length === 0 ? [] : [{ text: `${words}: ${hostList(hosts)}`, tone: 'plain' }];
  return [
    ...note('still to deploy', ready),
    ...note('failed in the test', broken),
    ...waitingReasons(app, waiting).map((text): TonedText => ({ text, tone: 'plain' })),
  ];
};

/** What it means to continue without the step; absent where that is not possible. */
interface Ways {
  readonly ways: readonly Way[];
  readonly goOn?: GoOn;
}

/** In words that follow the step to which it leads. */
type GoOn = (next: StageName | 'end') => string;

const theStep = (next: StageName | 'end'): string => (next === 'end' ? 'the end' : `the ${next}`);

const waysAfter: Readonly<Record<StageName, Ways>> = {
  check: {
    ways: [{ id: 'check', does: 'runs all checks again' }],
    goOn: (next) => `to ${theStep(next)}, with these answers`,
  },
  update: {
    ways: [
      { id: 'update', does: 'tries again' },
      { id: 'undo-lock', does: 'puts the lock back as it was before' },
      { id: 'log', does: 'what Nix said' },
    ],
    goOn: (next) => `to ${theStep(next)}, with the lock as it is`,
  },
  review: { ways: [] },
  test: {
    ways: [
      { id: 'open-cause', does: 'the place of the first failure, in the editor' },
      { id: 'bisect', does: 'finds which input update broke the build; changes nothing' },
      { id: 'hold-guilty', does: holdWords },
      { id: 'test-all', does: 'after you fixed something' },
      { id: 'test-trace', does: 'test what failed again, with the whole trace' },
      { id: 'test-fresh', does: 'test again without caches' },
    ],
    goOn: (next) => `to ${theStep(next)}, with the hosts that passed; a commit needs all of them`,
  },
  deploy: {
    ways: [
      { id: 'log', does: 'show the log' },
      { id: 'deploy-all', does: restWords },
      { id: 'refresh', does: 'asks every host again' },
      { id: 'rollback', does: 'offers the system before; asks before' },
      { id: 'commit', does: 'without the hosts that are left; shows it before it is made' },
    ],
    goOn: (next) => `to ${theStep(next)}; changes nothing`,
  },
  verify: {
    ways: [
      { id: 'verify', does: 'compares again' },
      { id: 'log', does: 'show the log' },
      { id: 'rollback', does: 'offers the system before; asks before' },
    ],
    goOn: (next) => `to ${theStep(next)}; changes nothing`,
  },
  commit: { ways: [{ id: 'commit', does: 'shows it again before it is made' }] },
  watch: {
    ways: [
      { id: 'watch', does: 'compares again' },
      { id: 'rollback', does: 'offers the system before; asks before' },
    ],
    goOn: () => 'closes the step; the report of the 24 hours is made all the same',
  },
};

/** Why a commit is refused whatever is chosen: a host of this tree is not tested, or nothing changed. */
const refusedCommit = (app: AppState): string | null =>
  isNothingToCommit(app)
    ? 'nothing to commit: the tree is clean'
    : (closedCommit(app)?.why ?? null);

/** The commit comes before the deploy there, and needs the test of every host. */
const whyNotOn = (app: AppState, stage: StageName): string | null =>
  stage === 'test' && app.commitsFirst && !isNothingToCommit(app)
    ? (closedCommit(app)?.why.replace(/^/, 'the commit comes next, and is ') ?? null)
    : null;

/** What failed, once for all hosts of which it is the reason. */
const causeTexts = (causes: readonly TestCause[]): readonly TonedText[] =>
  causes.map(({ hosts, what }) => ({ text: `${hosts.join(', ')}: ${what}`, tone: 'plain' }));

/** Between what is said of one host and of the next. */
const partsOfReason = ' · ';

/** A step that failed does not end the runbook: what can be done about it, from the key table. */
export const waysOn = (context: ActionContext, stage: StageName, reason: string): Menu => {
  const state = context.state();
  const { ways, goOn } = waysAfter[stage];
  const isFailed = state.app.stages[stage].kind === 'failed';
  const items = ways.flatMap(({ id, does }): readonly MenuItem[] => {
    const row = context.table.find((one) => one.id === id);
    if (row === undefined) return [];
    return [
      {
        id,
        label: row.label,
        detail: typeof does === 'string' ? does : does(state.app),
        wish: { kind: 'act', action: id },
        refused: row.disabled(state) ?? (id === 'commit' ? refusedCommit(state.app) : null),
      },
    ];
  });
  const further: readonly MenuItem[] =
    goOn === undefined
      ? []
      : [
          {
            id: 'go-on',
            label: 'continue',
            detail: goOn(stageAfter(state.app, stage) ?? 'end'),
            wish: { kind: 'go-on', stage },
            refused: whyNotOn(state.app, stage),
          },
        ];
  const open = items.filter(({ refused }) => refused === null);
  // The input that a search has found is the shortest remedy.
  const first = open.find(({ id }) => id === 'hold-guilty') ?? open[0];
  return {
    kind: 'menu',
    title: isFailed ? `${stage} failed: what next?` : `${stage}: what next?`,
    note: [
      ...inKeys(reason, state, context.table)
        .split(partsOfReason)
        .map((text) => ({ text, tone: isFailed ? 'bad' : 'plain' }) as const),
      ...(stage === 'test' ? causeTexts(state.app.causes) : []),
      ...(stage === 'deploy' && isFailed ? restNotes(state.app) : []),
    ],
    items: [...items, ...further],
    cursor: first?.id ?? null,
    careful: true,
    openedAt: context.now(),
  };
};
