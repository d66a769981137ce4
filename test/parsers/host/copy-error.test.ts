import { expect, test } from 'vitest';
import { readCopyTrouble } from '../../../source/parsers/host/copy-error.ts';

test.each([
  [
    "error: cannot add path '/nix/store/x-y' because it lacks a signature by a trusted key",
    'untrusted',
  ],
  ["error: cannot add path '/nix/store/x-y' because it lacks a valid signature", 'untrusted'],
  ['error: writing to file: No space left on device', 'disk-full'],
  [
    'bash: line 1: nix-daemon: command not found\nerror: Nix daemon disconnected unexpectedly (maybe it crashed?)',
    'nix-missing',
  ],
  ['deploy@p620: Permission denied (publickey).\nerror: failed to start SSH connection', 'ssh'],
  [
    "error: interrupted by the user\nerror: cannot open connection to remote store 'ssh-ng://root@razer': error: protocol mismatch, got 'Welcome\n  back'",
    'talking-shell',
  ],
  ['error: unexpected end-of-file', 'interrupted'],
  ['client_loop: send disconnect: Broken pipe', 'interrupted'],
  ["error: path '/nix/store/x-y' is not valid", 'path-missing'],
  ['error: something new', 'unknown'],
])('%j is %s', (text, kind) => {
  expect(readCopyTrouble(text.split('\n')).kind).toBe(kind);
});

test('an unknown trouble keeps Nix’s own last error', () => {
  expect(readCopyTrouble(['warning: x', 'error: something new', 'at the end'])).toEqual({
    kind: 'unknown',
    detail: 'something new',
  });
});
