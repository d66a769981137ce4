import { expect, test } from 'vitest';
import {
  changesByFacts,
  heardSoFar,
  progressWords,
} from '../../../source/components/spoken/facts.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import type { ScreenState } from '../../../source/store.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const start: ScreenState = {
  app: runbookState,
  ui: { ...initialUi, columns: 100, rows: 32, now: noon },
};

const [name = ''] = start.app.hostNames;

/** The same with another state of the first host. */
const withHost = (
  state: ScreenState,
  change: Partial<ScreenState['app']['hosts'][string]>,
): ScreenState => {
  const host = state.app.hosts[name];
  if (host === undefined) throw new Error('the fixture has no host');
  return {
    ...state,
    app: { ...state.app, hosts: { ...state.app.hosts, [name]: { ...host, ...change } } },
  };
};

/** What is said of each state in turn. */
const told = (...states: readonly ScreenState[]): readonly (readonly string[])[] => {
  let heard = heardSoFar(start);
  return states.map((state) => {
    const changes = changesByFacts(heard, state);
    heard = changes.heard;
    return changes.lines;
  });
};

test('a host that is asked again and is as it was before says nothing', () => {
  const asked = withHost(start, { probe: { kind: 'probing' } });
  expect(told(asked, start)).toEqual([[], []]);
});

test('how far a copy has come and how fast is no new state', () => {
  const copying = (done: number): ScreenState =>
    withHost(start, { work: { kind: 'running', step: 'copy', done, expected: 12, since: noon } });
  const [first = [], second = []] = told(copying(1), copying(7));
  expect(first).toHaveLength(1);
  expect(first[0]).toMatch(new RegExp(`^${name}: copying`));
  expect(second).toEqual([]);
});

test('progress is known only of an active run, in numbers', () => {
  expect(progressWords({ ...start.app, run: { kind: 'none' } })).toBeNull();
  const hosts = start.app.hostNames.slice(0, 2);
  expect(
    progressWords({
      ...start.app,
      run: { kind: 'active', id: 'one', goal: 'test', hosts, since: noon },
      runProgress: null,
    }),
  ).toMatch(/^test: \d of 2 hosts done$/);
});
