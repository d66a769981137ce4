import { expect, test } from 'vitest';
import type { InputMove } from '../../../source/model/past/input-moves.ts';
import {
  broughtInputs,
  fleetKnownGood,
  hostPasts,
  lockOfSystem,
} from '../../../source/state/past/systems.ts';
import type { HostOutcome, RunSummary } from '../../../source/state/run.ts';

/** Absent: the deploy has proven a generation. */
type Outcome = readonly [HostOutcome['status'], string | null, string, generation?: number | null];

/** Runs, the oldest first: goal, lock, and what became of which host. */
type Told = readonly [
  goal: RunSummary['goal'],
  lock: string | null,
  hosts: Readonly<Record<string, Outcome>>,
  inputs?: readonly InputMove[],
];

/** The newest first, as the history lists them. */
const historyOf = (told: readonly Told[]): readonly RunSummary[] =>
  told
    .map(
      ([goal, lock, hosts, inputs], index): RunSummary => ({
        id: `run${index}`,
        goal,
        startedAt: index * 1_000,
        hosts: Object.keys(hosts),
        lock,
        by: 'anna@desk',
        ...(inputs === undefined ? {} : { inputs }),
        ending: {
          at: index * 1_000 + 1,
          result: {
            ok: true,
            exitCode: 0,
            commit: null,
            build: null,
            summary: '',
            hosts: Object.fromEntries(
              Object.entries(hosts).map(([host, [status, from, to, generation = 7]]) => [
                host,
                { status, from, to, generation, reason: null },
              ]),
            ),
          },
        },
      }),
    )
    .toReversed();

const goodOf = (told: readonly Told[]) =>
  hostPasts(historyOf(told)).map(({ host, now, knownGood }) => [
    host,
    now?.system ?? null,
    knownGood?.system ?? null,
    knownGood?.lock ?? null,
  ]);

test.each<[string, readonly Told[], string | null, string | null]>([
  ['was deployed', [['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }]], 'S1', 'S1'],
  ['was only built', [['run', 'L1', { a: ['succeeded', 'S0', 'S1', null] }]], null, null],
  ['got it by a whole run', [['run', 'L1', { a: ['succeeded', 'S0', 'S1'] }]], 'S1', 'S1'],
  [
    'is built anew after its deploy',
    [
      ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
      ['run', 'L2', { a: ['succeeded', 'S1', 'S2', null] }],
    ],
    'S1',
    'S1',
  ],
  [
    'is unhealthy with the second system',
    [
      ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
      ['deploy', 'L2', { a: ['unhealthy', 'S1', 'S2'] }],
    ],
    'S2',
    'S1',
  ],
  [
    'went back by itself from the second system',
    [
      ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
      ['deploy', 'L2', { a: ['rolledBack', 'S2', 'S1'] }],
    ],
    'S1',
    'S1',
  ],
  [
    'was well with the second and was rolled back from it',
    [
      ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
      ['deploy', 'L2', { a: ['succeeded', 'S1', 'S2'] }],
      ['rollback', 'L2', { a: ['succeeded', 'S2', 'S1'] }],
    ],
    'S1',
    'S1',
  ],
  [
    'was found in place by a later deploy',
    [
      ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
      ['deploy', 'L2', { a: ['unchanged', 'S1', 'S1'] }],
    ],
    'S1',
    'S1',
  ],
  ['was only tested', [['test', 'L1', { a: ['succeeded', null, 'S1'] }]], null, null],
])('a host that %s: what it runs, and what was good', (_, told, now, good) => {
  const [found] = goodOf(told);
  expect([found?.[1] ?? null, found?.[2] ?? null]).toEqual([now, good]);
});

test('a rollback has the lock from which the older system was built, and not that of its own day', () => {
  const history = historyOf([
    ['deploy', 'L1', { a: ['succeeded', 'S0', 'S1'] }],
    ['deploy', 'L2', { a: ['succeeded', 'S1', 'S2'] }],
    ['rollback', 'L2', { a: ['succeeded', 'S2', 'S1'] }],
  ]);
  expect(hostPasts(history)[0]?.now).toMatchObject({ system: 'S1', lock: 'L1', run: 'run2' });
  expect(lockOfSystem(history, 'a', 'S2')).toMatchObject({ lock: 'L2', run: 'run1' });
  expect(lockOfSystem(history, 'a', 'S9')).toBeNull();
});

test('the fleet was well with the newest lock with which every host was', () => {
  const history = historyOf([
    ['deploy', 'L1', { a: ['succeeded', 'A0', 'A1'], b: ['succeeded', 'B0', 'B1'] }],
    ['deploy', 'L2', { a: ['succeeded', 'A1', 'A2'] }],
    ['deploy', 'L2', { b: ['unhealthy', 'B1', 'B2'] }],
  ]);
  expect(fleetKnownGood(history, ['a', 'b'])).toMatchObject({ lock: 'L1', run: 'run0' });
  expect(fleetKnownGood(history, ['a'])).toMatchObject({ lock: 'L2', run: 'run1' });
  expect(fleetKnownGood(history, ['a', 'c'])).toBeNull();
  expect(fleetKnownGood(history, [])).toBeNull();
});

test('a revision came to the hosts that were deployed before its input moved again', () => {
  const move = (to: string): readonly InputMove[] => [{ input: 'nixpkgs', from: null, to }];
  const history = historyOf([
    ['update', 'L1', {}, move('aaaa')],
    ['deploy', 'L1', { a: ['succeeded', 'A0', 'A1'], b: ['failed', 'B0', 'B1'] }],
    ['update', 'L2', {}, move('bbbb')],
    ['deploy', 'L2', { b: ['succeeded', 'B0', 'B2'] }],
  ]);
  const asked = (revision: string) =>
    broughtInputs(history, [{ input: 'nixpkgs', revision }]).map(({ run, hosts }) => [
      run.id,
      hosts,
    ]);
  expect(asked('aaaa')).toEqual([['run0', ['a']]]);
  expect(asked('bb')).toEqual([['run2', ['b']]]);
  expect(asked('cc')).toEqual([]);
});

test('a history of twice as many runs is read twice as often, and not four times', () => {
  const readsOf = (count: number): number => {
    let reads = 0;
    const told = Array.from({ length: count }, (_, index): Told => {
      const [from, to] = [`/s/${index - 1}`, `/s/${index}`];
      return index % 3 === 0
        ? ['rollback', null, { nas: ['succeeded', from, to], vault: ['rolledBack', to, from] }]
        : [
            'deploy',
            `lock${index}`,
            { nas: ['succeeded', from, to], vault: ['unchanged', from, to] },
          ];
    });
    const runs = historyOf(told).map((run) =>
      Object.defineProperty({ ...run }, 'ending', {
        get: () => {
          reads += 1;
          return run.ending;
        },
      }),
    );
    expect(hostPasts(runs)).toHaveLength(2);
    fleetKnownGood(runs, ['nas', 'vault']);
    return reads;
  };
  expect(readsOf(200)).toBeLessThan(readsOf(100) * 2.2);
});
