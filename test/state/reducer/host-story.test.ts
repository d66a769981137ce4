import { expect, test } from 'vitest';
import type { HostWork } from '../../../source/model/host/host.ts';
import type { AppEvent, RunEvent } from '../../../source/state/events.ts';
import { hostStories } from '../../../source/state/reducer/host-story.ts';
import type { StageState } from '../../../source/state/stage.ts';

type Journaled = AppEvent & RunEvent;

const old = '/nix/store/00000000000000000000000000000000-old';
const now = '/nix/store/11111111111111111111111111111111-now';
const other = '/nix/store/22222222222222222222222222222222-other';

const ofTree = { tree: 't', lock: 'l' };

const dated = (events: readonly RunEvent[]): readonly Journaled[] =>
  events.map((event, at) => ({ ...event, at }));

const run = (goal: 'deploy' | 'run' | 'rollback', tree: string, ...events: readonly RunEvent[]) =>
  dated([{ type: 'run-started', run: 'r', goal, hosts: ['nas'], tree, lock: null }, ...events]);

const work = (value: HostWork): RunEvent => ({ type: 'host-worked', host: 'nas', work: value });

const planned = (to: string, mode = 'switch'): RunEvent => ({
  type: 'planned',
  host: 'nas',
  mode,
  from: old,
  fromGeneration: 1,
  to,
});

const verified = (state: StageState): RunEvent => ({
  type: 'stage-changed',
  stage: 'verify',
  state,
});

const deployed: HostWork = { kind: 'succeeded', from: old, to: now, generation: 2, at: 1 };
const unchanged: HostWork = { kind: 'unchanged', toplevel: now, at: 1 };
const asleep: HostWork = { kind: 'pending', why: 'asleep' };
const wentBack: HostWork = {
  kind: 'rolledBack',
  from: now,
  to: old,
  generation: 1,
  reason: 'no contact',
  at: 1,
};
const broken: HostWork = { kind: 'failed', step: 'copy', reason: 'disk full', remedy: 'x', at: 1 };
const takenBack: HostWork = {
  kind: 'succeeded',
  deed: 'rollback',
  from: now,
  to: old,
  generation: 1,
  at: 1,
};
const well: StageState = { kind: 'passed', evidence: 'x', at: 2, hosts: ['nas'] };
const worse: StageState = { kind: 'failed', reason: 'x', at: 2 };
const protectedHost: HostWork = { kind: 'skipped', reason: 'protected: type its name' };

test.each<[string, readonly (readonly Journaled[])[], HostWork | null, boolean]>([
  ['no run did anything', [], null, false],
  ['a deploy', [run('deploy', 't', planned(now), work(deployed))], deployed, false],
  [
    'a deploy, verified in the same run',
    [run('run', 's', planned(now), work(deployed), verified(well))],
    deployed,
    true,
  ],
  [
    'a deploy that a later verification found worse',
    [
      run('deploy', 't', verified(worse)),
      run('deploy', 't', planned(now), work(deployed), verified(well)),
    ],
    deployed,
    false,
  ],
  [
    'a deploy, and a later run that found nothing to do',
    [run('deploy', 't', work(unchanged)), run('deploy', 't', planned(now), work(deployed))],
    deployed,
    false,
  ],
  [
    'a host that reverted by itself',
    [run('deploy', 't', planned(now), work(wentBack))],
    wentBack,
    false,
  ],
  [
    'a host that a person took back after its deploy',
    [
      run('rollback', 't', planned(old, 'rollback'), work(takenBack)),
      run('deploy', 't', planned(now), work(deployed)),
    ],
    takenBack,
    false,
  ],
  ['a host that slept', [run('deploy', 't', work(asleep))], asleep, false],
  ['a protected one', [run('deploy', 't', work(protectedHost))], protectedHost, false],
  ['a host that slept in a run of another tree', [run('deploy', 'u', work(asleep))], null, false],
  [
    'a host that slept in a whole run of another tree',
    [run('run', 'u', work(asleep))],
    null,
    false,
  ],
  [
    'a host that slept in a run that updated to this lock',
    [run('run', 'u', { type: 'inputs-moved', lock: 'l', inputs: [] }, work(asleep))],
    asleep,
    false,
  ],
  [
    'a host that slept in a run that updated from this tree to another lock',
    [run('run', 't', { type: 'inputs-moved', lock: 'm', inputs: [] }, work(asleep))],
    null,
    false,
  ],
  [
    'a deploy that was verified before the deploy alone',
    [run('run', 't', verified(well), planned(now), work(deployed))],
    deployed,
    false,
  ],
  [
    'a deploy of another system',
    [run('deploy', 'u', planned(other), work({ ...deployed, to: other }))],
    null,
    false,
  ],
  ['a failure of another system', [run('deploy', 'u', planned(other), work(broken))], null, false],
  ['a failure', [run('deploy', 't', planned(now), work(broken))], broken, false],
  [
    'a failure after which the host was found with the system',
    [run('deploy', 't', work(unchanged)), run('deploy', 't', planned(now), work(broken))],
    unchanged,
    false,
  ],
  [
    'a host that slept, and was deployed by a later run',
    [run('deploy', 't', planned(now), work(deployed)), run('deploy', 't', work(asleep))],
    deployed,
    false,
  ],
])('the journals tell %s', (_, runs, expected, isHealthy) => {
  const story = hostStories(runs, ofTree)('nas', now);
  expect(story?.work ?? null).toEqual(expected);
  expect(story?.isHealthy ?? false).toBe(isHealthy);
});

test('what the host ran before is told by the run that deployed it', () => {
  const runs = [run('deploy', 't', planned(now), work(deployed))];
  expect(hostStories(runs, ofTree)('nas', now)?.from).toBe(old);
});
