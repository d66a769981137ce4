import { expect, test } from 'vitest';
import { remedyOf } from '../../../source/services/board/row.ts';

test.each([
  [
    'Connect once by hand and compare the key: ssh p620',
    { text: 'Connect once by hand and compare the key', command: 'ssh p620' },
  ],
  [
    'make the flake a repository: git -C /etc/nixos init && git -C /etc/nixos add --all',
    {
      text: 'make the flake a repository',
      command: 'git -C /etc/nixos init && git -C /etc/nixos add --all',
    },
  ],
  [
    'add to nix.conf: experimental-features = nix-command flakes',
    { text: 'add to nix.conf: experimental-features = nix-command flakes' },
  ],
  ['look at it first', { text: 'look at it first' }],
])('%s: a command at the end stands by itself, anything else stays text', (advice, remedy) => {
  expect(remedyOf(advice)).toEqual(remedy);
});
