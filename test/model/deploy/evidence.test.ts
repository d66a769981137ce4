import { expect, test } from 'vitest';
import {
  judgeActivated,
  judgeIdentity,
  judgePersistent,
  knownMachine,
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
