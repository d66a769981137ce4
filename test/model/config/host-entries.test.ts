import { expect, test } from 'vitest';
import { hostDefaults } from '../../../source/model/config/host.ts';
import {
  builtOn,
  fleetEntries,
  type ListedHost,
} from '../../../source/model/config/host-entries.ts';
import { defaultConfig } from '../../../source/model/config/settings.ts';

test.each([
  ['local', 'razer', {}],
  ['target', 'razer', { buildOn: 'razer' }],
  ['p620', 'razer', { buildOn: 'p620' }],
  ['target', 'workstation', {}],
  ['workstation', 'razer', {}],
])('build_on = "%s" for %s is %j', (wish, host, place) => {
  expect(builtOn(wish, host, 'workstation')).toEqual(place);
});

const listed = (over: Partial<ListedHost>): ListedHost => ({
  name: 'lxc',
  system: 'x86_64-linux',
  isImage: false,
  hostName: 'lxc',
  failure: null,
  ...over,
});

test.each([
  ['', null],
  [null, null],
  ['web', 'web'],
])('networking.hostName %j is the known name %j', (hostName, known) => {
  const [entry] = fleetEntries([listed({ hostName })], defaultConfig, new Set(), 'workstation');
  expect(entry?.hostName).toBe(known);
});

test('an image that is left out says how it is taken for a host', () => {
  const [entry] = fleetEntries(
    [listed({ isImage: true })],
    defaultConfig,
    new Set(),
    'workstation',
  );
  expect(entry?.role).toMatchObject({
    kind: 'left-out',
    isImage: true,
    reason: expect.stringContaining('deploy = true in [hosts.lxc]'),
  });
});

test('an entry has every setting of its host that a run asks for, and none that its role is made of', () => {
  const hosts = {
    lxc: {
      ...hostDefaults,
      address: 'root@192.0.2.7',
      tags: ['web'],
      health: ['checks/lxc.sh'],
      deploy: true,
      reboot: 'auto' as const,
    },
  };
  const [entry] = fleetEntries([listed({})], { ...defaultConfig, hosts }, new Set(), 'workstation');
  expect(entry).toMatchObject({
    name: 'lxc',
    hostName: 'lxc',
    here: false,
    address: 'root@192.0.2.7',
    tags: ['web'],
    health: ['checks/lxc.sh'],
    role: { kind: 'deployable' },
  });
  const apart = ['after', 'build', 'buildOn', 'deploy', 'reboot'];
  const own = Object.keys(hostDefaults).filter((key) => !apart.includes(key));
  expect(Object.keys(entry ?? {}).sort()).toEqual(
    ['name', 'hostName', 'here', 'role', ...own].sort(),
  );
});
