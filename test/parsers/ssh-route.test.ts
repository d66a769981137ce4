import { expect, test } from 'vitest';
import { readSshRoute } from '../../source/parsers/ssh-route.ts';

test.each([
  ['no jump', 'user root\nhostname 10.0.0.5\nport 22\n', { hostName: '10.0.0.5', jumps: [] }],
  [
    'jumps that are switched off',
    'hostname p620\nproxyjump none\n',
    { hostName: 'p620', jumps: [] },
  ],
  [
    'jumps with user and port',
    'host inner\nhostname 10.0.0.5\nproxyjump me@bastion:2222,second,ssh://[fd00::1]:22\n',
    { hostName: '10.0.0.5', jumps: ['bastion', 'second', 'fd00::1'] },
  ],
  ['an answer of something else', 'usage: ssh\n', null],
  ['nothing', '', null],
] as const)('%s', (_title, text, route) => {
  expect(readSshRoute(text)).toEqual(route);
});
