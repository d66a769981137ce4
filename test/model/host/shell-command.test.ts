import { expect, test } from 'vitest';
import { shellCommand } from '../../../source/model/host/shell-command.ts';

const far = { name: 'razer', address: 'root@razer.home', here: false };
const near = { name: 'p620', address: 'p620', here: true };

test.each([
  [far, '', 'ssh', ['-t', '-o', 'ControlPath=none', '--', 'root@razer.home']],
  [
    far,
    'journalctl -f | grep "a b"',
    'ssh',
    [
      ...['-t', '-o', 'ControlPath=none', '-o', 'RemoteCommand=none', '--', 'root@razer.home'],
      'journalctl -f | grep "a b"',
    ],
  ],
  [
    { ...far, address: '-oProxyCommand=x' },
    '',
    'ssh',
    ['-t', '-o', 'ControlPath=none', '--', '-oProxyCommand=x'],
  ],
  [near, '', 'sh', ['-c', `exec "\${SHELL:-sh}"`]],
  [near, 'uptime', 'sh', ['-c', 'uptime']],
] as const)('on %j %j is run as it was typed, with the terminal', (entry, line, file, args) => {
  expect(shellCommand(entry, line)).toEqual({ file, args, host: entry.name });
});
