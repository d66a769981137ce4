import { showKey } from '../keys.ts';
import type { Menu, MenuItem, TonedText } from '../model/overlay.ts';
import type { StageName } from '../model/stage.ts';
import type { TestCause } from '../model/test-causes.ts';
import type { ActionContext } from './action.ts';

/** A row of the key table that helps after a failure, and what it would do there. */
interface Way {
  readonly id: string;
  readonly does: string;
}

/** What going on without the step means; absent where there is no going on. */
interface Ways {
  readonly ways: readonly Way[];
  readonly goOn?: string;
}

const waysAfter: Readonly<Record<StageName, Ways>> = {
  check: {
    ways: [{ id: 'check', does: 'asks all questions again' }],
    goOn: 'to the update, with these answers',
  },
  update: {
    ways: [
      { id: 'update', does: 'tries again' },
      { id: 'undo-lock', does: 'puts the lock back as it was before' },
      { id: 'log', does: 'what Nix said' },
    ],
    goOn: 'to the review, with the lock as it is',
  },
  review: { ways: [] },
  test: {
    ways: [
      { id: 'open-cause', does: 'the place of the first failure, in the editor' },
      { id: 'bisect', does: 'finds the input whose move breaks them; changes nothing' },
      { id: 'hold-guilty', does: 'keeps that input back, and the rest updated' },
      { id: 'test-all', does: 'after something was mended' },
      { id: 'test-trace', does: 'once more with the whole trace of the errors' },
      { id: 'test-fresh', does: 'once more without cached evaluations and downloads' },
    ],
    goOn: 'to the deploy, with the hosts that passed',
  },
  deploy: {
    ways: [
      { id: 'log', does: 'what was said while it was done' },
      { id: 'deploy-all', does: 'the hosts that are left; asks before' },
      { id: 'rollback', does: 'takes hosts back to the system before' },
    ],
    goOn: 'to verify, with every host as it is',
  },
  verify: {
    ways: [
      { id: 'verify', does: 'compares again' },
      { id: 'log', does: 'what was said while it was done' },
      { id: 'rollback', does: 'takes hosts back to the system before' },
    ],
    goOn: 'to the commit, all the same',
  },
  commit: { ways: [{ id: 'commit', does: 'shows it again before it is made' }] },
  watch: {
    ways: [
      { id: 'watch', does: 'compares again' },
      { id: 'rollback', does: 'takes hosts back to the system before' },
    ],
  },
};

/** What failed, once for all hosts of which it is the reason. */
const causeTexts = (causes: readonly TestCause[]): readonly TonedText[] =>
  causes.map(({ hosts, what }) => ({ text: `${hosts.join(', ')}: ${what}`, tone: 'plain' }));

/** A step that failed does not end the runbook: what can be done about it, from the key table. */
export const waysOn = (context: ActionContext, stage: StageName, reason: string): Menu => {
  const state = context.state();
  const { ways, goOn } = waysAfter[stage];
  const items = ways.flatMap(({ id, does }): readonly MenuItem[] => {
    const row = context.table.find((one) => one.id === id);
    if (row === undefined) return [];
    const [key] = row.keys;
    return [
      {
        id,
        label: key === undefined ? row.label : `${row.label} (${showKey(key)})`,
        detail: does,
        wish: { kind: 'act', action: id },
        refused: row.disabled(state) ?? null,
      },
    ];
  });
  const further: readonly MenuItem[] =
    goOn === undefined
      ? []
      : [
          {
            id: 'go-on',
            label: 'go on',
            detail: goOn,
            wish: { kind: 'go-on', stage },
            refused: null,
          },
        ];
  const open = items.filter(({ refused }) => refused === null);
  // What a search has found is the shortest way on.
  const first = open.find(({ id }) => id === 'hold-guilty') ?? open[0];
  return {
    kind: 'menu',
    title: `${stage} failed: the ways on`,
    note: [
      { text: reason, tone: 'bad' },
      ...(stage === 'test' ? causeTexts(state.app.causes) : []),
    ],
    items: [...items, ...further],
    cursor: first?.id ?? null,
    careful: true,
    openedAt: context.now(),
  };
};
