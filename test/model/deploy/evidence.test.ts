import { expect, test } from 'vitest';
import {
  judgeActivated,
  judgeIdentity,
  judgeOtherHost,
  judgePersistent,
  knownMachine,
  sharersOf,
} from '../../../source/model/deploy/evidence.ts';

const wanted = '/nix/store/new';
const resolved = (toplevel: string) => ({ kind: 'resolved', loader: 'grub', toplevel }) as const;

test.each([
  [wanted, 'proven'],
  ['/nix/store/old', 'refuted'],
  [null, 'unverifiable'],
])('a host that runs %j is %s', (current, kind) => {
  expect(judgeActivated(wanted, current).kind).toBe(kind);
});

test.each([
  [wanted, resolved(wanted), 'proven'],
  ['/nix/store/old', resolved(wanted), 'refuted'],
  [wanted, resolved('/nix/store/old'), 'refuted'],
  [wanted, { kind: 'unverifiable', reason: 'rEFInd' } as const, 'unverifiable'],
  [null, resolved(wanted), 'refuted'],
])('profile %j and boot default %j are %s', (profile, bootDefault, kind) => {
  expect(judgePersistent(wanted, { profile, bootDefault }).kind).toBe(kind);
});

test('another machine under the same name is refused', () => {
  const known = { hostName: 'p620', machineId: 'a' };
  expect(
    judgeIdentity({ name: 'p620' }, known, { hostName: 'razer', machineId: 'a' }),
  ).toMatchObject({
    fact: 'host name',
    expected: 'p620',
    found: 'razer',
  });
  expect(
    judgeIdentity({ name: 'p620' }, known, { hostName: 'p620', machineId: 'b' }),
  ).toMatchObject({
    fact: 'machine id',
    found: 'b',
  });
});

test('what is not known is not compared, and a domain is no mismatch', () => {
  const nothing = { hostName: null, machineId: null };
  expect(judgeIdentity({ name: 'p620' }, nothing, { hostName: 'x', machineId: 'y' })).toBeNull();
  expect(judgeIdentity({ name: 'p620' }, { hostName: 'p620', machineId: 'a' }, nothing)).toBeNull();
  expect(
    judgeIdentity(
      { name: 'p620' },
      { hostName: 'p620', machineId: null },
      { hostName: 'p620.home', machineId: 'y' },
    ),
  ).toBeNull();
});

test.each([
  '',
  '(none)',
  'localhost',
  'localhost.localdomain',
])('a machine whose name is %j has none to compare', (hostName) => {
  const known = { hostName: 'p620', machineId: null };
  expect(judgeIdentity({ name: 'p620' }, known, { hostName, machineId: 'y' })).toBeNull();
});

test.each([
  ['a', null, 'a', 'a'],
  ['a', 'b', 'b', 'b'],
  // The deploy is what is to change it.
  ['a', 'b', 'a', 'a'],
  [null, 'b', 'c', 'b'],
  ['a', 'b', 'c', 'a'],
  [null, null, 'c', null],
])('remembered %j, named %j and found %j: known is %j', (remembered, named, found, known) => {
  expect(knownMachine(remembered, named, found)).toBe(known);
});

const fleet = [
  { name: 'web', hostName: 'web', machineId: '1' },
  { name: 'web-next', hostName: 'web', machineId: null },
  { name: 'ec2', hostName: null, machineId: null },
  { name: 'lxc', hostName: '', machineId: '3' },
];

test.each<[string, string | null, string | null, string | null, string | null]>([
  // Entry, the id that it is known by, name and id of the machine that answers, the host that it is.
  ['ec2', null, 'web', '1', 'web'],
  ['ec2', null, 'ip-10-0-0-7', '1', 'web'],
  ['ec2', null, 'web.example.org', '9', 'web'],
  ['ec2', null, null, '3', 'lxc'],
  ['ec2', null, 'lxc', null, 'lxc'],
  ['web', null, 'ec2', '9', 'ec2'],
  // Nothing of another host.
  ['ec2', null, 'ip-10-0-0-7', '9', null],
  ['ec2', null, 'ec2', '9', null],
  ['ec2', null, 'localhost', null, null],
  // Known as this host: remembered, or named by a person.
  ['ec2', '1', 'web', '1', null],
  // Two entries for one machine.
  ['web-next', null, 'web', '1', null],
])('%s, known by %j: a machine named %j with id %j is %j', (name, known, hostName, machineId, other) => {
  const entry = fleet.find((one) => one.name === name);
  if (entry === undefined) throw new Error('no such entry');
  expect(judgeOtherHost(entry, known, { hostName, machineId }, fleet)?.other ?? null).toBe(other);
});

test('two hosts that are remembered by one id are told of each other', () => {
  const both = [...fleet, { name: 'copy', hostName: 'copy', machineId: '1' }];
  expect(sharersOf({ name: 'copy', hostName: 'copy' }, '1', both)).toEqual(['web']);
  expect(sharersOf({ name: 'lxc', hostName: '' }, '3', both)).toEqual([]);
});
