import { expect, test } from 'vitest';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { createAsking } from '../../../source/engine/survey/asking.ts';
import { onlyNamed, type RememberedStanding } from '../../../source/model/remembered/host.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { hostEntry } from '../../support/host-entry.ts';

const silent: RememberedStanding = {
  at: 1,
  position: { kind: 'unreachable', why: 'asleep' },
  changes: '',
  waits: null,
};

test('hosts that were not reached when nixup was here before are asked after the others', async () => {
  const entries = ['a', 'b', 'c', 'd'].map((name) => hostEntry({ name }));
  const fleet = await fakeFleet(entries);
  const known = fleet.state().hosts;
  const hosts = Object.fromEntries(
    Object.entries(known).map(([name, host]) => [
      name,
      name < 'c' ? { ...host, remembered: { ...onlyNamed(name), standing: silent } } : host,
    ]),
  );
  const asked: string[] = [];
  const context: EngineContext = {
    ...fleet.context,
    state: () => ({ ...fleet.state(), hosts }),
    jobs: { ...fleet.context.jobs, probe: { width: 1, isStrict: true } },
    hosts: {
      ...fleet.context.hosts,
      probe: async (entry, options) => {
        asked.push(entry.name);
        return await fleet.context.hosts.probe(entry, options);
      },
    },
  };
  await Promise.all(
    createAsking(context)
      .ask(entries)
      .map(({ probe }) => probe),
  );
  // The first begins before it is known that others wait.
  expect(asked).toEqual(['a', 'c', 'd', 'b']);
});
