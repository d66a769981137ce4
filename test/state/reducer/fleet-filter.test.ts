import { expect, test } from 'vitest';
import { filteredHosts } from '../../../source/screen/rows/fleet.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
import { entryOf } from '../../fixtures/states.ts';

const { hosts, hostNames } = reduce(initialState, {
  type: 'fleet-listed',
  at: 1,
  hosts: [
    entryOf('p620', { tags: ['server', 'x86'] }),
    entryOf('nas', { tags: ['server2'] }),
    entryOf('razer', { tags: ['laptop'] }),
  ],
});

test.each([
  ['', ['p620', 'nas', 'razer']],
  // A tag that there is means that one; what is still being typed means all that begin so.
  ['@server', ['p620']],
  ['@serv', ['p620', 'nas']],
  ['@Server', ['p620']],
  ['@server,@laptop', ['p620', 'razer']],
  ['@server,', ['p620']],
  ['@server @x86', ['p620']],
  ['@server @laptop', []],
  ['!@server', ['nas', 'razer']],
  ['!', ['p620', 'nas', 'razer']],
  [',', ['p620', 'nas', 'razer']],
  ['raz', ['razer']],
])('the filter %j shows %j', (filter, names) => {
  expect(filteredHosts(hostNames, hosts, filter).map(({ entry }) => entry.name)).toEqual(names);
});
