import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

const asked = async (stdout: string) => {
  const world = strictWorld({ answers: [{ match: 'ssh', input: 'sadf', stdout }] });
  const answer = await createHosts(world).sysstat(hostEntry());
  return answer.ok ? answer.value : answer.failure;
};

const file = (time: string): string =>
  `{"sysstat": {"hosts": [{"number-of-cpus": 2, "statistics": [{"timestamp": {"date": "2026-11-29", "time": "${time}", "utc": 1, "interval": 600}, "queue": {"ldavg-1": 1.00}}]}]}}`;

test('the samples of all files stand in the order of time; one that cannot be read is counted', async () => {
  const answer = await asked(
    `nixup-part file /var/log/sa/sa29\n${file('10:00:01')}\nnixup-part file /var/log/sa/sa28\n${file('09:00:01')}\nnixup-part file /var/log/sa/sa27\n{"sysstat": {\n\nnixup-part end\n`,
  );
  expect(answer).toMatchObject({
    kind: 'samples',
    unread: 1,
    samples: [{ at: Date.UTC(2026, 10, 29, 9, 0, 1) }, { at: Date.UTC(2026, 10, 29, 10, 0, 1) }],
  });
});

test.each([
  ['nixup-part no-sysstat\n', 'sysstat is not on the host'],
  ['\nnixup-part end\n', 'has kept nothing'],
  ['nixup-part file /var/log/sa/sa29\n\nnixup-part end\n', 'cannot be read by its sadf'],
])('%j is nothing, with its reason', async (stdout, why) => {
  expect(await asked(stdout)).toMatchObject({ kind: 'none', why: expect.stringContaining(why) });
});
