import { expect, test } from 'vitest';
import { readFleet } from '../../../source/engine/survey/read-fleet.ts';
import { surveyFleet } from '../../../source/engine/survey/survey.ts';
import type { HostEntry } from '../../../source/model/host/host.ts';
import { success } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const listedWith = async (isThere: boolean) => {
  const fleet = await fakeFleet([entryOf('iso')]);
  const iso = fleet.hosts['iso'];
  if (iso !== undefined) iso.offline = !isThere;
  Object.assign(fleet.context.nix, {
    listHosts: async () =>
      success([
        { name: 'iso', system: 'x86_64-linux', isImage: true, hostName: '', failure: null },
      ]),
    settings: async () => success({ buildableSystems: ['x86_64-linux'] }),
  });
  return { fleet, list: async () => (await readFleet(fleet.context))?.[0]?.role.kind };
};

test('an entry that builds an image is a host where NixOS answers at its address', async () => {
  const { fleet, list } = await listedWith(true);
  expect(await list()).toBe('deployable');
  const iso = fleet.hosts['iso'];
  if (iso !== undefined) iso.offline = true;
  // It was met: from now on it is a host that sleeps.
  expect(await list()).toBe('deployable');
});

test('an image for which nothing answers is left out', async () => {
  const { list } = await listedWith(false);
  expect(await list()).toBe('left-out');
});

test('an image that was not named is not asked, and no other host either', async () => {
  const { fleet } = await listedWith(true);
  const asked: string[] = [];
  const { probe } = fleet.context.hosts;
  Object.assign(fleet.context.hosts, {
    probe: async (entry: HostEntry) => {
      asked.push(entry.name);
      return await probe(entry);
    },
  });
  await surveyFleet(fleet.context, { probe: true, evaluate: false, among: () => [] });
  expect(asked).toEqual([]);
  await surveyFleet(fleet.context, { probe: true, evaluate: false, among: () => ['iso'] });
  expect(asked).toContain('iso');
});

test('an image that answered before is a host when another host is named', async () => {
  const { fleet, list } = await listedWith(true);
  await list();
  const others = await readFleet(fleet.context, { isAsked: () => false });
  expect(others?.[0]?.role.kind).toBe('deployable');
});
