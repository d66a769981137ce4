import { expect, test } from 'vitest';
import {
  isSafeAddress,
  isSafeHostName,
  refusedNameWords,
} from '../../../source/model/host/address.ts';

test.each(['p620', 'p620.home', 'web-1', 'my_host', '10.0.0.1'])('%j may name a host', (name) => {
  expect(isSafeHostName(name)).toBe(true);
});

const harmful = [
  '-oProxyCommand=touch pwned',
  'a;reboot',
  'a b',
  '$(reboot)',
  '`reboot`',
  'a\nb',
  'a"b',
  "a'b",
  '',
  '-p',
  'a/../b',
  '$x',
];

test.each(harmful)('%j names no host and is no address', (text) => {
  expect(isSafeHostName(text)).toBe(false);
  expect(isSafeAddress(text)).toBe(false);
});

test.each([
  'p620',
  'root@p620',
  'deploy@10.0.0.1',
  'fe80::1%eth0',
  'root@[2001:db8::1]',
  'ssh://p620:2222',
  'ssh://root@[2001:db8::1]:22',
])('%j is an address', (address) => {
  expect(isSafeAddress(address)).toBe(true);
});

test.each([
  'root@-oProxyCommand=x',
  '-x@p620',
  'p620:22',
  'ssh://p620:port',
  'a@b@c',
  'ssh://p620/x',
])('%j is no address', (address) => {
  expect(isSafeAddress(address)).toBe(false);
});

test.each([
  ['constructor', 'keeps for itself'],
  ['toString', 'keeps for itself'],
  ['a b', 'other signs'],
  ['ünï', 'does not begin'],
  ['--help', 'does not begin'],
  ['_x', 'does not begin'],
  ['x'.repeat(254), 'more than 253'],
])('%s is refused for its own reason', (name, reason) => {
  expect(isSafeHostName(name)).toBe(false);
  expect(refusedNameWords(name)).toContain(reason);
});
