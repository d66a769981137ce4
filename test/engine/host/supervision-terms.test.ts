import { expect, test } from 'vitest';
import { supervisionTerms } from '../../../source/engine/host/supervision-terms.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import { type Config, defaultConfig, hostSettings } from '../../../source/model/config/settings.ts';
import type { HostEntry } from '../../../source/model/host/host.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { oldPath } from '../../support/fake-hosts.ts';
import { entriesOf } from '../../support/fleet-runs.ts';

const host = 'p620';

type Reboot = NonNullable<Config['hosts'][string]['reboot']>;

const rebootsInto = async (
  rebootOnRevertFailure: boolean,
  reboot: Reboot,
  changes: Partial<HostEntry> = {},
): Promise<string | null> => {
  const entry = entryOf(host, changes);
  const { fleet } = defaultConfig;
  const config: Config = {
    ...defaultConfig,
    fleet: { ...fleet, rebootOnRevertFailure },
    hosts: { [host]: { ...hostSettings(defaultConfig, host), reboot } },
  };
  const fleetOfOne = await fakeFleet([entry], { config });
  await probeHosts(fleetOfOne.context, entriesOf(fleetOfOne));
  return supervisionTerms(fleetOfOne.context, entry, { failedUnits: [] }).rebootsInto;
};

// docs/config.md: "True: a host whose way back fails reboots into the system
// that is still its default, unless its reboot is never."
test.each([
  [false, 'never', null],
  [false, 'ask', null],
  [false, 'auto', null],
  [true, 'never', null],
  [true, 'ask', oldPath(host)],
  [true, 'auto', oldPath(host)],
] as const)('reboot_on_revert_failure = %s and reboot = %s: a failed way back reboots into %s', async (setting, reboot, into) => {
  expect(await rebootsInto(setting, reboot)).toBe(into);
});

test('this machine never reboots by itself', async () => {
  expect(await rebootsInto(true, 'auto', { here: true })).toBeNull();
});
