import { expect, test } from 'vitest';
import { deployedPart, waitingReasons } from '../../source/state/part-of-fleet.ts';
import { expectedOf, factsOf, hostOf, noon, stateOf, systemPath } from '../fixtures/states.ts';

const asleep = hostOf('samsung', {
  facts: null,
  probe: {
    kind: 'failed',
    failure: { code: 'host-unreachable', host: 'samsung', detail: 'No route to host' },
    at: noon,
  },
});

const unhealthy = hostOf('nas', {
  facts: factsOf('nas', { current: systemPath('nas', '4193') }),
  expectation: expectedOf('nas', '4193', noon),
  work: {
    kind: 'unhealthy',
    problems: ['nginx.service failed'],
    from: systemPath('nas', '3980'),
    to: systemPath('nas', '4193'),
    generation: 242,
    at: noon,
  },
});

test.each([
  [[asleep], ['asleep: samsung']],
  [[unhealthy], ['unhealthy: nas']],
  [
    [asleep, unhealthy],
    ['asleep: samsung', 'unhealthy: nas'],
  ],
  [[], []],
])('each host that a deploy waits for stands at its own reason', (hosts, reasons) => {
  const app = stateOf(hosts);
  expect(waitingReasons(app, deployedPart(app).waiting)).toEqual(reasons);
});
