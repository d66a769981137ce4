import { expect, test } from 'vitest';
import { readFleet } from '../../../source/engine/survey/read-fleet.ts';
import { success } from '../../../source/model/result.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const hereWith = async (hostName: string, known: string | null): Promise<boolean | undefined> => {
  const fleet = await fakeFleet([], { files: { '/etc/machine-id': 'ours\n' } });
  if (known !== null) await fleet.context.records.keepMachineId('p620', known);
  Object.assign(fleet.context.nix, {
    listHosts: async () =>
      success([{ name: 'p620', system: 'x86_64-linux', isImage: false, hostName, failure: null }]),
    settings: async () => success({ buildableSystems: ['x86_64-linux'] }),
  });
  return (await readFleet(fleet.context))?.[0]?.here;
};

test('this machine is known by its name and its machine id', async () => {
  expect(await hereWith('workstation', 'ours')).toBe(true);
});

test('a clone with our machine id and another name is another machine', async () => {
  expect(await hereWith('p620', 'ours')).toBe(false);
});

test('a host with our name and another machine id is another machine', async () => {
  expect(await hereWith('workstation', 'theirs')).toBe(false);
});
