import { expect, test } from 'vitest';
import {
  canShareConnections,
  scriptCommand,
  sshOptions,
} from '../../../source/services/ssh/ssh.ts';
import { hostEntry } from '../../support/host-entry.ts';

const settings = { sshOptions: ['-p', '2222'], socketFolder: '/run/user/1000/nixup' };

test('a destination stands behind a double dash and its script on no command line', () => {
  const command = scriptCommand(hostEntry({ address: 'root@p620' }), settings, 'needed', false);
  expect(command.file).toBe('ssh');
  expect(command.args.at(-3)).toBe('--');
  expect(command.args.at(-2)).toBe('root@p620');
  expect(command.args.at(-1)).toMatch(/^sh -c '[^']*'$/);
});

test('options of the person come first, for ssh keeps the first value', () => {
  expect(sshOptions(settings, false).slice(0, 2)).toEqual(['-p', '2222']);
});

test('no option touches user, port, jump hosts or the checking of host keys', () => {
  const names = sshOptions({ ...settings, sshOptions: [] }, false).filter((word) => word !== '-o');
  expect(names.map((word) => word.split('=')[0])).toEqual([
    'BatchMode',
    'ConnectTimeout',
    'ServerAliveInterval',
    'ServerAliveCountMax',
    'RequestTTY',
    'RemoteCommand',
    'ClearAllForwardings',
    'ControlMaster',
    'ControlPath',
    'ControlPersist',
  ]);
});

test('terminals, commands and forwardings of the person’s own config stay out of it', () => {
  for (const fresh of [true, false]) {
    const options = sshOptions(settings, fresh);
    expect(options).toEqual(
      expect.arrayContaining(['RequestTTY=no', 'RemoteCommand=none', 'ClearAllForwardings=yes']),
    );
  }
});

test('a fresh connection shares nothing', () => {
  const options = sshOptions(settings, true);
  expect(options).toContain('ControlPath=none');
  expect(options).toContain('ControlMaster=no');
  expect(options.join(' ')).not.toContain('ControlPersist');
});

test('a folder whose sockets would have too long a path is not used', () => {
  expect(canShareConnections(`/run/${'x'.repeat(36)}`)).toBe(true);
  expect(canShareConnections(`/run/${'x'.repeat(80)}`)).toBe(false);
  expect(canShareConnections('/home/my user/run')).toBe(false);
  expect(sshOptions({ sshOptions: [], socketFolder: `/${'x'.repeat(80)}` }, false)).toContain(
    'ControlPath=none',
  );
});

test('on this machine the same launcher runs without ssh', () => {
  const command = scriptCommand(hostEntry({ here: true }), settings, 'needed', false);
  expect(command).toMatchObject({ file: 'sh', args: ['-c', expect.stringContaining('sudo -n')] });
});
