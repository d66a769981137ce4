import { expect, test } from 'vitest';
import type { AppState } from '../../source/state/state.ts';
import { openStage } from '../support/play.ts';
import { draw } from '../support/screen-fixture.tsx';

interface Moment {
  readonly app: AppState;
  readonly at: number;
}

/** The state of the demo at each fifth of a second of its own time, while it tests and deploys. */
const playRunbook = async (): Promise<readonly Moment[]> => {
  const moments: Moment[] = [];
  let stateNow: (() => AppState) | undefined;
  const stage = await openStage({}, ({ at }) => {
    const app = stateNow?.();
    if (app === undefined || at - (moments.at(-1)?.at ?? 0) < 200) return;
    moments.push({ app, at });
  });
  await stage.engine.lock.update('all');
  await stage.engine.lock.revert(['musnix']);
  stateNow = stage.state;
  await stage.engine.build.test(stage.deployables());
  await stage.engine.deploy.run(stage.engine.deploy.plan(stage.deployables(), 'switch'));
  moments.push({ app: stage.state(), at: stage.world.clock.now() });
  return moments;
};

let played: Promise<readonly Moment[]> | undefined;

/** Played once for all tests here. */
const moments = (): Promise<readonly Moment[]> => {
  played ??= playRunbook();
  return played;
};

const filled = (row: string): number => [...row].filter((sign) => sign === '▓').length;

test.each([
  [80, 24],
  [120, 40],
  [160, 50],
])('at %i by %i no row of a host moves and no bar goes backward in a test and a deploy', async (columns, rows) => {
  const all = await moments();
  const [first] = all;
  if (first === undefined) throw new Error('nothing was played');
  const names = first.app.hostNames.filter(
    (name) => first.app.hosts[name]?.entry.role.kind === 'deployable',
  );
  const screen = draw(first.app, {
    columns,
    rows,
    events: [{ type: 'showed', screen: { kind: 'view', view: 'build' } }],
  });
  const places = new Map<string, number>();
  /** What the bar of a host is about, and how far it was. */
  const bars = new Map<string, { readonly about: string; readonly cells: number }>();
  let whole = { run: '', cells: 0 };
  let tested = 0;
  /** Totals that were shown once Nix had been asked what it will do for each host. */
  const totals: string[] = [];
  for (const { app, at } of all) {
    screen.store.setState(({ ui }) => ({ app, ui: { ...ui, now: at } }));
    const shown = await screen.rows();
    const title = shown.findIndex((row) => row.startsWith(' Build'));
    const run = app.run.kind === 'none' ? '' : app.run.id;
    const cells = filled(shown[title + 1] ?? '');
    if (run === whole.run) expect(cells, shown.join('\n')).toBeGreaterThanOrEqual(whole.cells);
    whole = { run, cells };
    const [, total] = /\d+ of (\d+) built/.exec(shown[title + 1] ?? '') ?? [];
    const { run: now, plans } = app;
    const isPlanned =
      now.kind === 'active' &&
      now.goal === 'test' &&
      now.hosts.every((name) => plans[name] !== undefined);
    if (isPlanned && total !== undefined) totals.push(total);
    for (const name of names) {
      const place = shown.findIndex((row) => row.slice(2).startsWith(`${name} `));
      expect(place, `${name} is in sight\n${shown.join('\n')}`).toBeGreaterThan(title);
      expect(place, `the row of ${name}`).toBe(places.get(name) ?? place);
      places.set(name, place);
      const work = app.hosts[name]?.work;
      const about = work?.kind === 'running' ? `${run} ${work.step}` : '';
      const before = bars.get(name);
      const bar = filled(shown[place] ?? '');
      if (before?.about === about && about !== '')
        expect(bar, shown.join('\n')).toBeGreaterThanOrEqual(before.cells);
      bars.set(name, { about, cells: bar });
      if (bar > 0) tested += 1;
    }
  }
  screen.close();
  expect(all.length).toBeGreaterThan(40);
  expect(tested).toBeGreaterThan(20);
  expect(totals.length).toBeGreaterThan(5);
  expect(new Set(totals).size, 'one total from the plan to the end').toBe(1);
});
