import { expect, test } from 'vitest';
import { readSshRoute } from '../../../source/parsers/host/ssh-route.ts';

test.each([
  [
    'no jump',
    'user root\nhostname 10.0.0.5\nport 22\n',
    { hostName: '10.0.0.5', jumps: [], isThroughProgram: false },
  ],
  [
    'jumps that are switched off',
    'hostname p620\nproxyjump none\n',
    { hostName: 'p620', jumps: [], isThroughProgram: false },
  ],
  [
    'jumps with user and port',
    'host inner\nhostname 10.0.0.5\nproxyjump me@bastion:2222,second,ssh://[fd00::1]:22\n',
    { hostName: '10.0.0.5', jumps: ['bastion', 'second', 'fd00::1'], isThroughProgram: true },
  ],
  [
    'a program on the way',
    'hostname p620\nproxycommand cloudflared access ssh --hostname %h\n',
    { hostName: 'p620', jumps: [], isThroughProgram: true },
  ],
  [
    'a program that is switched off',
    'hostname p620\nproxycommand none\n',
    { hostName: 'p620', jumps: [], isThroughProgram: false },
  ],
  ['an answer of something else', 'usage: ssh\n', null],
  ['nothing', '', null],
] as const)('%s', (_title, text, route) => {
  expect(readSshRoute(text)).toEqual(route);
});
