import { expect, test } from 'vitest';
import {
  includedPaths,
  readConfigFiles,
  waysInConfig,
} from '../../../source/parsers/host/ssh-config-files.ts';
import { createSshRoutes } from '../../../source/services/ssh/routes.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

const settings = { sshOptions: [], socketFolder: '/run/nixup' };
const files = '/home/alice/.ssh/config';
const said = `OpenSSH_9.2p1\r\ndebug1: Reading configuration data ${files}\r\ndebug1: Reading configuration data /etc/ssh/ssh_config\r\n`;
const debian = 'Include /etc/ssh/ssh_config.d/*.conf\nHost *\n#   ProxyCommand ssh -q\n';

const hosts = ['a', 'b', 'c'].map((name) => hostEntry({ name, address: name }));

/** Asks for the jumps of all hosts in a new session; answers them and the destinations that ssh was asked about. */
const start = async (world: ReturnType<typeof strictWorld>) => {
  const before = world.ran.length;
  const routes = createSshRoutes(world, settings);
  const jumps = await Promise.all(hosts.map((host) => routes.jumpsOf(host)));
  const asked = world.ran.slice(before).map(({ command }) => command.args.at(-1));
  return { jumps, asked };
};

const worldWith = (config: string, jump = '') =>
  strictWorld({
    files: { [files]: config, '/etc/ssh/ssh_config': debian },
    answers: [
      {
        match: 'ssh -G',
        stdout: `hostname x\n${jump}`,
        stderr: said,
        times: 'any',
      },
    ],
  });

test('where no file of ssh leads by way of another machine, one question answers for all hosts', async () => {
  const world = worldWith('Host a\n  User root\n');
  expect(await start(world)).toEqual({ jumps: [[], [], []], asked: ['a'] });
  // The files are still the same.
  expect(await start(world)).toEqual({ jumps: [[], [], []], asked: [] });
});

test.each([
  ['a new file of a folder that is included', '/etc/ssh/ssh_config.d/jump.conf'],
  ['a file that is included by name', '/home/alice/.ssh/work'],
])('routes are asked for again after %s', async (_, path) => {
  const world = worldWith('Include work\nHost a\n');
  await start(world);
  expect((await start(world)).asked).toEqual([]);
  await world.files.write(path, 'Host *\n  User root\n');
  expect((await start(world)).asked).toEqual(['a']);
});

test.each([
  'Include $HOME/work',
  'Include ~bob/work',
  'Include %d/work',
  'Include */config',
])('with %j ssh is asked at each start', async (line) => {
  const world = worldWith(`${line}\nHost a\n`);
  await start(world);
  expect((await start(world)).asked).toEqual(['a']);
});

test('options of ssh that are other ones now are asked about again', async () => {
  const world = worldWith('Host *\n  ProxyJump bastion\n', 'proxyjump bastion\n');
  await start(world);
  const routes = createSshRoutes(world, { ...settings, sshOptions: ['-l', 'bob'] });
  await Promise.all(hosts.map((host) => routes.jumpsOf(host)));
  expect(world.ran.length).toBe(6);
});

test('routes are asked for once for each host, and not at the next start', async () => {
  const world = worldWith('Host *\n  ProxyJump bastion\n', 'proxyjump bastion\n');
  const first = await start(world);
  expect(first.jumps).toEqual([['bastion'], ['bastion'], ['bastion']]);
  expect(first.asked.toSorted()).toEqual(['a', 'b', 'c']);
  const second = await start(world);
  expect(second.jumps).toEqual(first.jumps);
  expect(second.asked).toEqual([]);
});

test('routes are asked for again when a file of ssh has changed', async () => {
  const world = worldWith('Host *\n  ProxyJump bastion\n', 'proxyjump bastion\n');
  await start(world);
  await world.files.write(files, 'Host *\n  ProxyJump other\n');
  expect((await start(world)).asked.toSorted()).toEqual(['a', 'b', 'c']);
});

test('routes that depend on a program are asked for at each start', async () => {
  const world = worldWith('Match exec "at-home"\n  ProxyJump bastion\n', 'proxyjump bastion\n');
  await start(world);
  expect((await start(world)).asked.toSorted()).toEqual(['a', 'b', 'c']);
});

test('the files are those that ssh says it reads', () => {
  expect(readConfigFiles(said)).toEqual([files, '/etc/ssh/ssh_config']);
});

test.each([
  ['Include /a/b ~/c d', ['/a/b', '/h/c', '/h/.ssh/d'], []],
  ['  include="x y"\n#Include /no\nIncludes /no', ['/h/.ssh/x y'], []],
  [
    'Include /etc/ssh/ssh_config.d/*.conf conf.d/?x',
    [],
    ['/etc/ssh/ssh_config.d', '/h/.ssh/conf.d'],
  ],
])('%j includes', (text, files, folders) => {
  expect(includedPaths(text, { home: '/h', base: '/h/.ssh' })).toEqual({
    files,
    folders,
    isClear: true,
  });
});

test.each([
  ['Host a\n  ProxyJump b\n', { hasWays: true, isMoody: false }],
  ['Host a\n  proxycommand=nc %h %p\n', { hasWays: true, isMoody: false }],
  ['Host a\n  "ProxyJump" b\n', { hasWays: true, isMoody: false }],
  [debian, { hasWays: false, isMoody: false }],
  ['Match host x exec "test -e /a"\n', { hasWays: false, isMoody: true }],
  ['Match localnetwork 10.0.0.0/8\n', { hasWays: false, isMoody: true }],
])('ways in %j', (text, expected) => {
  expect(waysInConfig(text)).toEqual(expected);
});
