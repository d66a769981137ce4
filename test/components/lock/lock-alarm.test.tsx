import { afterEach, expect, test } from 'vitest';
import { lockListRows } from '../../../source/components/lock/rows.ts';
import type { DeployPlan } from '../../../source/model/deploy/plan.ts';
import type { InputStanding } from '../../../source/model/inputs/standing.ts';
import { inputFacts, type LockFacts } from '../../../source/model/lock/facts.ts';
import { confirmDeploy } from '../../../source/screen/dialogs/confirm-deploy.ts';
import { lockRows } from '../../../source/screen/rows/lock.ts';
import type { AppState } from '../../../source/state/state.ts';
import { hostOf, manyHosts, noon, runbookState, stateOf } from '../../fixtures/states.ts';
import { changesOf } from '../../support/lock-changes.ts';
import { github, lockOf } from '../../support/lock-samples.ts';
import { type DrawnScreen, draw } from '../../support/screen-fixture.tsx';

const open: DrawnScreen[] = [];

afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

/** A lock whose one input comes from this owner now. */
const repointedTo = (owner: string, host = 'NixOS'): AppState => {
  const before = { nixpkgs: github(`${host}/nixpkgs`, 'a'), disko: github('nix/disko', 'a') };
  const after = { nixpkgs: github(`${owner}/nixpkgs`, 'b'), disko: github('nix/disko', 'a') };
  const lock: LockFacts = {
    kind: 'read',
    fingerprint: 'f',
    changes: changesOf(before, after),
    inputs: inputFacts(lockOf(after)),
    copies: [],
    headline: null,
    oldText: '',
    newText: '',
  };
  return { ...runbookState, lock };
};

// The longest name that GitHub allows has 39 letters.
const longest = 'a-very-long-owner-name-of-39-letters-xyz';

test.each([
  [60, 16],
  [60, 24],
  [66, 16],
  [80, 17],
  [80, 24],
  [109, 20],
  [110, 24],
  [160, 50],
  [240, 60],
])('the new owner of a re-pointed input is readable at %ix%i', async (columns, rows) => {
  for (const owner of ['mallory', longest]) {
    const screen = draw(repointedTo(owner), {
      columns,
      rows,
      events: [{ type: 'showed', screen: { kind: 'view', view: 'lock' } }],
    });
    open.push(screen);
    // Wrapped it may be, within the pane of the details or the row.
    const shown = (await screen.rows()).map((row) => row.trim().replace(/^now +/, '')).join('');
    const text = columns >= 110 ? (await screen.rows()).join('\n') : shown;
    if (columns < 110) expect(text.replaceAll(' ', '')).toContain(`${owner}/nixpkgs`);
    else expect(text).toContain(owner);
  }
});

const unreadable: InputStanding = {
  kind: 'unfetched',
  obstacle: 'no-ref',
  why: 'git said: no such branch',
  remedy: 'correct its line in flake.nix',
};
const failedBefore: InputStanding = {
  kind: 'failed-before',
  revision: 'b'.repeat(40),
  hosts: ['p620', 'razer', 'studio'],
  why: 'it did not build',
  together: [],
  at: noon,
};

test.each([
  ['its branch cannot be read', { standings: { nixpkgs: unreadable } }],
  ['its revision failed before', { standings: { nixpkgs: failedBefore } }],
])('the row of a re-pointed input has its new owner, although %s', (_, more) => {
  const app = { ...repointedTo('mallory'), ...more };
  const rows = lockRows(app.lock, '', []);
  for (let columns = 56; columns <= 240; columns += 1) {
    const [first, ...others] = lockListRows(app, rows, columns, noon).map(({ line }) =>
      (typeof line === 'function' ? line() : line).map(({ text }) => text).join(''),
    );
    const below = others
      .slice(
        0,
        others.findIndex((text) => !text.startsWith('    ')),
      )
      .join(' ');
    expect(`${first} ${below}`.replaceAll(/ +/g, ' '), `${columns}`).toContain('mallory/nixpkgs');
    // Where the rows below have both sources, its own says what the alarm is.
    if (below !== '') expect(first, `${columns}`).toContain('another owner');
  }
});

test.each([
  60, 80, 120,
])('an alarm that nobody looked at is never cut from the counts at %i', async (columns) => {
  const hosts = [
    ...manyHosts(30),
    hostOf('broken', {
      work: { kind: 'unhealthy', problems: [], from: null, to: '/x', generation: 1, at: noon },
    }),
  ];
  const { lock } = repointedTo('mallory');
  const screen = draw(stateOf(hosts, { lock }), { columns, rows: 24 });
  open.push(screen);
  expect((await screen.rows())[2]).toMatch(/^ 1 alarm/);
});

test('the dialog of a deploy names alarms that nobody looked at, and none that somebody did', () => {
  const app = repointedTo('mallory');
  const plan = { mode: 'switch', targets: [], leftOut: [] } as const;
  const [first] = confirmDeploy(plan, app, noon).body;
  expect(first?.text).toBe(
    'not reviewed, an alarm of the lock: nixpkgs comes from another owner than before: github:mallory/nixpkgs',
  );
  const stages = {
    ...app.stages,
    review: { kind: 'passed', evidence: 'looked at', at: noon } as const,
  };
  const { body } = confirmDeploy(plan, { ...app, stages }, noon);
  expect(body.map(({ text }) => text).join('\n')).not.toContain('nobody looked');
});

test('the dialog of a deploy offers to leave out the hosts that failed with this system before', () => {
  const target = (host: string) => ({
    host,
    from: '/nix/store/a',
    fromGeneration: 1,
    to: '/nix/store/b',
    policy: 'auto' as const,
    commands: [],
    dirty: false,
    notes: [],
  });
  const plan: DeployPlan = {
    mode: 'switch',
    targets: [
      target('p620'),
      { ...target('nas'), repeats: { kind: 'taken-back', words: 'was taken back from it' } },
    ],
    leftOut: [],
  };
  const app = repointedTo('mallory');
  const { choices } = confirmDeploy(plan, app, noon);
  expect(choices.map(({ label }) => label)).toEqual([
    'No',
    'Deploy 2 hosts',
    'without nas; asks again',
  ]);
  expect(choices[2]).toMatchObject({
    wish: { kind: 'plan-deploy', hosts: ['p620'] },
    guarded: false,
  });
});

test.each([
  60, 66, 80, 120, 160,
])('at %i columns the old and the new owner stand whole in the list', (columns) => {
  const app = repointedTo(longest, longest.replace('a-very', 'another'));
  const listed = lockListRows(app, lockRows(app.lock, '', []), columns - 2, noon);
  const text = listed
    .slice(0, 5)
    .flatMap(({ line }) => (typeof line === 'function' ? line() : line).map((part) => part.text))
    .join('')
    .replaceAll(/\s+/g, '');
  expect(text).toContain(
    `${longest.replace('a-very', 'another')}/nixpkgs→github:${longest}/nixpkgs`,
  );
});
