import { expect, test } from 'vitest';
import { standingOf, type UnitStanding } from '../../../source/model/host/restarted-unit.ts';
import type { UnitFacts } from '../../../source/model/host/unit-details.ts';
import { runningUnit } from '../../support/fake-hosts.ts';

const resting: UnitFacts = { ...runningUnit, active: 'inactive', sub: 'dead' };

// States and types of org.freedesktop.systemd1(5) and systemd.service(5); a condition: systemd.unit(5).
test.each<[string, string, Partial<UnitFacts>, UnitFacts | null, UnitStanding]>([
  ['a daemon that runs', 'a.service', {}, runningUnit, 'up'],
  ['a daemon that reloads', 'a.service', { active: 'reloading' }, runningUnit, 'waiting'],
  ['a daemon that starts', 'a.service', { active: 'activating' }, runningUnit, 'waiting'],
  ['a daemon that ended at once', 'a.service', resting, runningUnit, 'down'],
  ['a notifying one', 'a.service', { ...resting, type: 'notify' }, runningUnit, 'down'],
  ['one that nobody asked before', 'a.service', resting, null, 'down'],
  [
    'one that failed before',
    'a.service',
    resting,
    { ...runningUnit, active: 'failed', result: 'exit-code' },
    'down',
  ],
  ['work that was at rest before', 'a.service', resting, resting, 'up'],
  ['work of a timer', 'a.service', { ...resting, triggeredBy: ['a.timer'] }, runningUnit, 'up'],
  ['work that is done once', 'a.service', { ...resting, type: 'oneshot' }, null, 'up'],
  [
    'work that failed',
    'a.service',
    { ...resting, type: 'oneshot', result: 'timeout' },
    null,
    'down',
  ],
  [
    'work whose condition does not hold',
    'a.service',
    { ...resting, type: 'oneshot', conditionMet: false },
    null,
    'unmet',
  ],
  ['a socket that does not listen', 'a.socket', { ...resting, type: null }, resting, 'down'],
  ['a timer that is at rest', 'a.timer', { ...resting, type: null }, resting, 'down'],
  ['a mount', 'srv.mount', { type: null, sub: 'mounted' }, resting, 'up'],
  ['one that starts again and again', 'a.service', { sub: 'auto-restart' }, runningUnit, 'down'],
  [
    'one that waits to start again (systemd 254)',
    'a.service',
    { active: 'activating', sub: 'auto-restart-queued' },
    null,
    'down',
  ],
  ['one that failed', 'a.service', { active: 'failed', sub: 'failed' }, runningUnit, 'down'],
  ['one that is gone', 'a.service', { ...resting, load: 'not-found' }, runningUnit, 'down'],
])('%s after a restart', (_what, unit, facts, before, standing) => {
  expect(standingOf(unit, { ...runningUnit, ...facts }, before)).toBe(standing);
});
