import { expect, test } from 'vitest';
import { listHosts } from '../../../source/services/nix/list.ts';
import { strictWorld } from '../../support/strict-world.ts';

const facts = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  system: 'x86_64-linux',
  hostName: name,
  hasToplevel: true,
  isImage: false,
  ...more,
});

const spliced = ['$', '{builtins.abort "x"}'].join('');

const quoteless = (text: string) => text.replaceAll("'", '');
/** Answers of a batch, as Nix prints what is traced; ids of the strict world count from 1. */
const traced = (batch: number, ...answers: readonly object[]): string =>
  answers
    .map(
      (answer) => `trace: nixup-id${String(batch).padStart(14, '0')} ${JSON.stringify(answer)}\n`,
    )
    .join('');
const described = (host: string, found: object = facts(host)): readonly object[] => [
  { host, found },
  { host },
];

const namesAnswer = (...list: readonly string[]) => ({
  match: (command: { readonly args: readonly string[] }) =>
    command.args.includes('builtins.attrNames'),
  stdout: JSON.stringify(list),
});

test('hosts are listed with their facts by two processes', async () => {
  const world = strictWorld({
    answers: [
      namesAnswer('iso', 'p620'),
      {
        match: 'builtins.trace',
        stderr: traced(
          1,
          ...described('iso', facts('nixos', { isImage: true })),
          ...described('p620'),
        ),
        stdout: '2',
      },
    ],
  });
  expect(await listHosts(world, '/flake', { jobs: 1 })).toEqual({
    ok: true,
    value: [
      {
        name: 'iso',
        system: 'x86_64-linux',
        hostName: 'nixos',
        isImage: true,
        failure: null,
      },
      {
        name: 'p620',
        system: 'x86_64-linux',
        hostName: 'p620',
        isImage: false,
        failure: null,
      },
    ],
  });
  world.assertAllUsed();
});

test('a name that could be an option or a command is listed and goes into no command', async () => {
  const world = strictWorld({
    answers: [
      namesAnswer('-oProxyCommand=touch pwned', 'a;reboot', 'p620', spliced),
      { match: 'builtins.trace', stderr: traced(1, ...described('p620')), stdout: '1' },
    ],
  });
  const listed = await listHosts(world, '/flake');
  expect(listed.ok && listed.value.map(({ name, system }) => [name, system])).toEqual([
    ['-oProxyCommand=touch pwned', null],
    [spliced, null],
    ['a;reboot', null],
    ['p620', 'x86_64-linux'],
  ]);
  for (const { shown } of world.ran)
    expect(quoteless(shown)).not.toMatch(/touch pwned|reboot|abort/);
});

test('host2 is listed before host10', async () => {
  const world = strictWorld({
    answers: [
      namesAnswer('host10', 'host2'),
      {
        match: 'builtins.trace',
        stderr: traced(1, ...described('host2'), ...described('host10')),
        stdout: '1',
      },
    ],
  });
  const listed = await listHosts(world, '/flake', { jobs: 1 });
  expect(listed.ok && listed.value.map(({ name }) => name)).toEqual(['host2', 'host10']);
});

test('a host that breaks a batch is asked alone, and the others are asked without it', async () => {
  const recursion = 'error: infinite recursion encountered\n';
  const world = strictWorld({
    answers: [
      namesAnswer('broken', 'p620'),
      { match: '"p620" true', stderr: recursion, exit: 1 },
      { match: '#nixosConfigurations."broken"', stderr: recursion, exit: 1 },
      { match: '(ask "p620"', stderr: traced(2, ...described('p620')), stdout: '1' },
    ],
  });
  const listed = await listHosts(world, '/flake', { jobs: 1 });
  expect(listed.ok && listed.value.map(({ name, failure }) => [name, failure])).toEqual([
    ['broken', 'infinite recursion encountered'],
    ['p620', null],
  ]);
  world.assertAllUsed();
});

test('facts that are errors are asked for once more, for their reason', async () => {
  const world = strictWorld({
    answers: [
      namesAnswer('unfinished'),
      {
        match: 'builtins.trace',
        stderr: traced(1, ...described('unfinished', { system: { caught: true } })),
        stdout: '1',
      },
      { match: '#nixosConfigurations."unfinished"', stderr: 'error: not finished\n', exit: 1 },
    ],
  });
  const listed = await listHosts(world, '/flake');
  expect(listed.ok && listed.value[0]?.failure).toBe('not finished');
  world.assertAllUsed();
});

test('a flake without hosts, or without sense, is a failure of its own', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'attrNames',
        stderr: "error: flake 'x' does not provide attribute 'nixosConfigurations'\n",
        exit: 1,
      },
    ],
  });
  expect(await listHosts(world, '/flake')).toMatchObject({
    ok: false,
    failure: { code: 'evaluation-failed', host: null },
  });
});

test('a lock that would have to be written is said to be the trouble', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'attrNames',
        stderr:
          "error: flake 'x' requires lock file changes but they're not allowed due to '--no-update-lock-file'\n",
        exit: 1,
      },
    ],
  });
  const result = await listHosts(world, '/flake');
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'lock-invalid', file: '/flake/flake.lock' },
  });
});

test.each([
  ['small hosts', '40960', {}, '33554432'],
  ['hosts of NixOS', '1048576', {}, undefined],
  ['small hosts, where a person has a value', '40960', { GC_INITIAL_HEAP_SIZE: '1' }, undefined],
])('the collector of Nix after a batch of %s', async (_, kibibytes, environment, heap) => {
  const names = Array.from({ length: 4 }, (_unused, index) => `h${index}`);
  const world = strictWorld({
    environment,
    files: { '/proc/4711/status': `VmRSS:\t${kibibytes} kB\n` },
    answers: [
      namesAnswer(...names),
      {
        match: 'builtins.trace',
        stderr: traced(1, ...names.slice(0, 2).flatMap((name) => described(name))),
        stdout: '2',
        effect: (_command, options) => options.onStart?.(4711),
      },
      {
        match: 'builtins.trace',
        stderr: traced(2, ...names.slice(2).flatMap((name) => described(name))),
        stdout: '2',
      },
    ],
  });
  expect(await listHosts(world, '/flake', { jobs: 1 })).toMatchObject({ ok: true });
  expect(world.ran.map(({ command }) => command.env?.['GC_INITIAL_HEAP_SIZE'])).toEqual([
    undefined,
    undefined,
    heap,
  ]);
});

test('a path with a space, which an old Nix does not take, is no fault of the configuration', async () => {
  const flake = '/home/ada/my fleet';
  const world = strictWorld({
    answers: [
      {
        match: 'builtins.attrNames',
        exit: 1,
        stderr: `error: '${flake}#nixosConfigurations' is not a valid URL\n`,
      },
    ],
  });
  expect(await listHosts(world, flake)).toMatchObject({
    ok: false,
    failure: {
      code: 'gate-closed',
      reason: `this Nix takes no flake whose path has a space: ${flake}`,
    },
  });
});
