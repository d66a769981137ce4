import { expect, test } from 'vitest';
import type { HostFacts } from '../../source/model/host/host.ts';
import { mergeRemembered, type RememberedFleet } from '../../source/model/remembered/fleet.ts';
import type { RememberedHost } from '../../source/model/remembered/host.ts';
import { hostCommands } from '../../source/services/host/commands.ts';
import { planDeploy } from '../../source/state/plans/deploy.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import {
  countRemembered,
  shownFleet,
  shownPosition,
  shownTrouble,
  toRemember,
} from '../../source/state/remembered.ts';
import { type AppState, type HostState, initialState } from '../../source/state/state.ts';
import { entryOf, expectedOf, factsOf, noon, runbookState } from '../fixtures/states.ts';

const hour = 3_600_000;

const kept = toRemember(runbookState, { flake: '/flake', head: 'ref: refs/heads/main', at: noon });

const remembered = (): RememberedFleet => {
  if (kept === null) throw new Error('the runbook has listed its hosts');
  return kept;
};

const opened: AppState = { ...initialState, remembered: remembered() };

const fold = (state: AppState, ...events: readonly Parameters<typeof reduce>[1][]): AppState =>
  events.reduce(reduce, state);

const listed = fold(opened, {
  type: 'fleet-listed',
  at: noon,
  hosts: ['p620', 'razer', 'p510', 'samsung'].map((name) => entryOf(name)),
});

const hostOf = (state: AppState, name: string): HostState => {
  const host = state.hosts[name];
  if (host === undefined) throw new Error(`${name} is not listed`);
  return host;
};

test('before the hosts are listed the fleet shows those that are remembered, in their order', () => {
  expect(shownFleet(opened).names).toEqual(runbookState.hostNames);
  expect(shownFleet(opened)).toBe(shownFleet(opened));
  expect(opened.hosts).toEqual({});
});

test('once the hosts are listed, one that the flake lost is gone and a new one is there', () => {
  const state = fold(opened, {
    type: 'fleet-listed',
    at: noon,
    hosts: ['new', 'razer'].map((name) => entryOf(name)),
  });
  const { names, hosts } = shownFleet(state);
  expect(names).toEqual(['new', 'razer']);
  expect(Object.keys(hosts)).toEqual(['new', 'razer']);
  expect(hostOf(state, 'new').remembered).toBeUndefined();
  expect(hostOf(state, 'razer').remembered?.name).toBe('razer');
});

test('a host stands where it stood until it has answered and is evaluated', () => {
  const before = shownTrouble(hostOf(listed, 'p510'));
  expect(before).toBe(shownTrouble(hostOf(runbookState, 'p510')));
  const probed = fold(listed, {
    type: 'host-probed',
    at: noon,
    host: 'p510',
    facts: factsOf('p510'),
  });
  expect(shownTrouble(hostOf(probed, 'p510'))).toBe(before);
  const known = fold(probed, {
    type: 'host-expected',
    at: noon,
    host: 'p510',
    expectation: expectedOf('p510', '3980', noon),
  });
  expect(shownPosition(hostOf(known, 'p510')).kind).toBe('current');
  expect(shownTrouble(hostOf(known, 'p510'))).toBe('current');
  expect(countRemembered(known.hosts).count).toBe(countRemembered(listed.hosts).count - 1);
});

test('a plan made before any host was asked has no target, whatever is remembered', () => {
  for (const state of [opened, listed]) {
    const plan = planDeploy(state, runbookState.hostNames, 'switch', hostCommands);
    expect(plan.targets).toEqual([]);
    expect(plan.leftOut.map(({ host }) => host)).toEqual(runbookState.hostNames);
  }
});

test('what is remembered of a host is no fact of a host, and no host of a plan', () => {
  const [host] = remembered().hosts;
  // @ts-expect-error facts are what a host said when it was asked now
  const facts: HostFacts | undefined = host?.answer;
  // @ts-expect-error plans take hosts that are listed and asked
  const state: HostState | undefined = host;
  expect([facts, state]).toHaveLength(2);
});

const withHosts = (
  listedAt: number,
  hosts: readonly RememberedHost[],
  more: Partial<RememberedFleet> = {},
): RememberedFleet => ({ ...remembered(), ...more, listedAt, hosts });

const named = (name: string): RememberedHost => {
  const host = remembered().hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`${name} is not remembered`);
  return host;
};

const answeredAt = (host: RememberedHost, at: number): RememberedHost => ({
  ...host,
  answer: host.answer === null ? null : { ...host.answer, at },
  standing: host.standing === null ? null : { ...host.standing, at },
});

test('of two programs the newer list of hosts counts, and of each host the newer facts', () => {
  const [p620, razer] = [named('p620'), named('razer')];
  const one = withHosts(noon, [answeredAt(p620, noon + hour), answeredAt(razer, noon - hour)]);
  const other = withHosts(noon + 1, [answeredAt(p620, noon), answeredAt(named('p510'), noon)]);
  for (const merged of [mergeRemembered(one, other), mergeRemembered(other, one)]) {
    expect(merged.hosts.map(({ name }) => name)).toEqual(['p620', 'p510']);
    expect(merged.hosts[0]?.answer?.at).toBe(noon + hour);
  }
});

test('where a host stood on another branch is not remembered for this one', () => {
  const one = withHosts(noon, [named('p620')], { head: 'ref: refs/heads/other' });
  const other = withHosts(noon + 1, [{ ...named('p620'), answer: null, standing: null }]);
  expect(mergeRemembered(one, other).hosts[0]).toMatchObject({
    answer: named('p620').answer,
    standing: null,
  });
});

test('a host that does not answer now keeps what it said before, with its age', () => {
  const asleep = fold(listed, {
    type: 'host-unprobed',
    at: noon + hour,
    host: 'p620',
    failure: { code: 'host-timeout', host: 'p620', afterMs: 5_000 },
  });
  const again = toRemember(asleep, { flake: '/flake', head: null, at: noon + hour });
  const host = again?.hosts.find(({ name }) => name === 'p620');
  expect(host?.answer).toEqual(named('p620').answer);
  expect(host?.standing).toMatchObject({
    at: noon + hour,
    position: { kind: 'unreachable', why: 'asleep' },
  });
});
