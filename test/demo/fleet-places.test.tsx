import { afterEach, expect, test } from 'vitest';
import type { UiEvent } from '../../source/screen/ui.ts';
import type { AppEvent } from '../../source/state/events.ts';
import { initialState } from '../../source/state/state.ts';
import { openStage } from '../support/play.ts';
import { type DrawnScreen, draw } from '../support/screen-fixture.tsx';

let screen: DrawnScreen | undefined;

afterEach(() => {
  screen?.close();
  screen = undefined;
});

/** The names of the hosts on the screen, from top to bottom, by the place of their rows. */
const placesOf = (rows: readonly string[], names: readonly string[]): readonly string[] =>
  rows.flatMap((row, place) => {
    const name = names.find((one) => new RegExp(`^[▶ ][◆ ] ${one} `).test(row));
    return name === undefined ? [] : [`${place} ${name}`];
  });

/** So many events are folded before the screen is looked at. */
const together = 20;

/** Update, test and deploy of the whole demo, as the events that the screen got. */
const wholeRun = async (): Promise<{
  readonly before: readonly AppEvent[];
  readonly during: readonly AppEvent[];
}> => {
  const all: AppEvent[] = [];
  const stage = await openStage({}, (event) => all.push(event));
  await stage.engine.lock.update(['nixpkgs']);
  const begun = all.length;
  await stage.engine.build.test(stage.deployables());
  await stage.engine.deploy.run(stage.engine.deploy.plan(stage.deployables(), 'switch'));
  return { before: all.slice(0, begun), during: all.slice(begun) };
};

let played: ReturnType<typeof wholeRun> | undefined;

/** Played once for all tests here. */
const events = (): ReturnType<typeof wholeRun> => {
  played ??= wholeRun();
  return played;
};

const byWork: readonly UiEvent[] = [
  { type: 'column-chosen', by: -1 },
  { type: 'column-chosen', by: -1 },
];

test.each<readonly [string, number, number, readonly UiEvent[]]>([
  ['in its own order', 120, 40, []],
  ['below headings', 120, 40, [{ type: 'sorted' }]],
  ['sorted by work', 80, 24, byWork],
])('while the demo is tested and deployed, no row of the fleet changes its place: %s', async (_how, columns, rows, sorting) => {
  const { before, during } = await events();
  screen = draw(initialState, { columns, rows });
  screen.store.dispatch(before);
  await screen.after(...sorting);
  const names = screen.store.getState().app.hostNames;
  const first = placesOf(await screen.rows(), names);
  expect(first).toHaveLength(names.length);
  expect(during.filter(({ type }) => type === 'host-worked').length).toBeGreaterThan(40);
  for (let from = 0; from < during.length; from += together) {
    const some = during.slice(from, from + together);
    screen.store.dispatch(some);
    const at = some.at(-1)?.at ?? 0;
    expect(placesOf(await screen.after({ type: 'ticked', at }), names)).toEqual(first);
  }
  const { run } = screen.store.getState().app;
  expect(run.kind === 'done' && run.goal).toBe('deploy');
});
