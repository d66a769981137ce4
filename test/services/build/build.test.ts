import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createNix } from '../../../source/services/nix.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const captured = (name: string): string =>
  readFileSync(new URL(`../../fixtures/nix/2.34/build-${name}.log`, import.meta.url), 'utf8');

const version = (text = '2.34.8'): StrictAnswer => ({
  match: 'nix --version',
  stdout: `nix (Nix) ${text}\n`,
});

const validity = (path: string, isValid: boolean): StrictAnswer =>
  isValid
    ? {
        match: `path-info --extra-experimental-features 'nix-command flakes' -- ${path}`,
        stdout: `${path}\n`,
      }
    : { match: path, stderr: `error: path '${path}' is not valid\n`, exit: 1 };

const request = (host: string) => ({
  host,
  derivation: `/nix/store/${host}.drv`,
  toplevel: `/nix/store/${host}`,
});

test('a host is built when its path is valid, and its link keeps it', async () => {
  const world = strictWorld({
    answers: [
      version(),
      { match: "--out-link /roots/p620 -- '/nix/store/p620.drv^*'", stderr: captured('good') },
      validity('/nix/store/p620', true),
    ],
  });
  const seen: unknown[] = [];
  const builds = await createNix(world).build([request('p620')], {
    jobs: 1,
    rootsFolder: '/roots',
    onProgress: (host, { builds: { expected, done } }) => seen.push([host, done, expected]),
  });
  expect(builds).toMatchObject([
    { host: 'p620', outcome: { ok: true, value: { builtCount: 2, fetchedCount: 0 } } },
  ]);
  expect(seen.slice(-2)).toEqual([
    [null, 2, 2],
    ['p620', 2, 2],
  ]);
  world.assertAllUsed();
});

const place = {
  host: 'p620',
  store: 'ssh-ng://root@p620',
  env: { NIX_SSHOPTS: '-o BatchMode=yes' },
};

test('a host that builds for itself is asked what its own store holds', async () => {
  const world = strictWorld({
    answers: [
      version(),
      {
        match: /nix build .*--store ssh-ng:\/\/root@p620 --eval-store auto .*--no-link .*p620\.drv/,
        stderr: captured('good'),
      },
      {
        match: /path-info .*--store ssh-ng:\/\/root@p620 -- \/nix\/store\/p620$/,
        stdout: '/nix/store/p620\n',
      },
    ],
  });
  const machines: (string | null)[] = [];
  const [built] = await createNix(world).build([{ ...request('p620'), place }], {
    jobs: 1,
    onProgress: (_host, { ended = [] }) => machines.push(...ended.map(({ machine }) => machine)),
  });
  expect(built?.outcome.ok).toBe(true);
  expect(new Set(machines)).toEqual(new Set(['p620']));
  expect(world.ran[1]?.command.env).toEqual(place.env);
  world.assertAllUsed();
});

test('what another host built is brought here before it counts as built', async () => {
  const world = strictWorld({
    answers: [
      version(),
      { match: 'nix build', stderr: captured('good') },
      { match: 'path-info', stdout: '/nix/store/razer\n' },
      {
        match: /nix copy .*--from ssh-ng:\/\/root@p620 -- \/nix\/store\/razer$/,
        stderr: 'error: No space left on device\n',
        exit: 1,
      },
    ],
  });
  const [built] = await createNix(world).build([{ ...request('razer'), place }], { jobs: 1 });
  expect(built?.cause?.class).toBe('disk-full');
  world.assertAllUsed();
});

test('a plan for another machine sends it the derivation first', async () => {
  const world = strictWorld({
    answers: [
      version(),
      { match: /nix copy .*--derivation --to ssh-ng:\/\/root@p620 -- \/nix\/store\/p620\.drv$/ },
      { match: /nix build .*--store ssh-ng:\/\/root@p620 .*--dry-run/ },
    ],
  });
  expect((await createNix(world).planBuild({ ...request('p620'), place })).ok).toBe(true);
  world.assertAllUsed();
});

test('settings that were agreed to, and cores, go to plan and build', async () => {
  const settings = [{ name: 'extra-substituters', value: 'https://cache.example.org' }];
  const words = '--option extra-substituters https://cache.example.org --cores 2';
  const world = strictWorld({
    answers: [
      version(),
      { match: `--dry-run --no-link ${words} --` },
      { match: `/roots/p620 ${words} --`, stderr: captured('good') },
      validity('/nix/store/p620', true),
    ],
  });
  const nix = createNix(world);
  const wish = { ...request('p620'), settings, cores: 2 };
  expect((await nix.planBuild(wish)).ok).toBe(true);
  await nix.build([wish], { jobs: 1, rootsFolder: '/roots' });
  world.assertAllUsed();
});

test('an exit status of 0 without a valid path is no success', async () => {
  const world = strictWorld({
    answers: [version(), { match: 'nix build' }, validity('/nix/store/p620', false)],
  });
  const [build] = await createNix(world).build([request('p620')], { jobs: 1 });
  expect(build?.outcome).toMatchObject({
    ok: false,
    failure: {
      code: 'build-failed',
      host: 'p620',
      cause: expect.stringContaining('not valid'),
    },
  });
});

test('each host has its own outcome, and the failure is the cause with its log', async () => {
  const world = strictWorld({
    answers: [
      version(),
      { match: 'razer.drv', stderr: captured('builder-failed'), exit: 1 },
      { match: 'p620.drv', stderr: captured('good') },
      validity('/nix/store/razer', false),
      validity('/nix/store/p620', true),
    ],
  });
  const log: string[] = [];
  const ended: string[] = [];
  const builds = await createNix(world).build([request('razer'), request('p620')], {
    jobs: 2,
    onLog: (host, line) => log.push(`${host}: ${line}`),
    onHost: (host, outcome) => {
      ended.push(`${host} ${outcome.ok}`);
    },
  });
  expect(builds.map(({ host, outcome }) => [host, outcome.ok])).toEqual([
    ['razer', false],
    ['p620', true],
  ]);
  expect(builds[0]?.outcome).toMatchObject({
    failure: {
      cause: expect.stringMatching(
        /nginx-1\.29\.drv'\. Reason: builder failed with exit code 3\.$/,
      ),
      derivation: expect.stringMatching(/nginx-1\.29\.drv$/),
      tail: ['configure', 'error: cannot find libfoo'],
    },
  });
  expect(builds[0]?.cause?.class).toBe('builder-failed');
  expect(log).toContain('razer: error: cannot find libfoo');
  expect([...ended].sort()).toEqual(['p620 true', 'razer false']);
});

test('before Nix 2.15 a derivation is named without its outputs', async () => {
  const world = strictWorld({
    answers: [
      version('2.8.0'),
      { match: /-- \/nix\/store\/p620\.drv$/ },
      validity('/nix/store/p620', true),
    ],
  });
  const [build] = await createNix(world).build([request('p620')], { jobs: 1 });
  expect(build?.outcome.ok).toBe(true);
});

test('a canceled run starts nothing more', async () => {
  const world = strictWorld({ answers: [version()] });
  const builds = await createNix(world).build([request('p620'), request('razer')], {
    jobs: 1,
    signal: AbortSignal.abort(),
  });
  expect(builds.map(({ outcome }) => outcome)).toMatchObject([
    { ok: false, failure: { code: 'canceled' } },
    { ok: false, failure: { code: 'canceled' } },
  ]);
  expect(world.ran.map(({ shown }) => shown)).toEqual(['nix --version']);
});

test('a canceled build shows what Nix had counted as built, not what stopped with it', async () => {
  const say = (json: string): string => `@nix ${json}\n`;
  const building = (id: number): string =>
    say(
      `{"action":"start","id":${id},"level":3,"text":"","type":105,"fields":["/nix/store/${'a'.repeat(32)}-p${id}.drv","",1,1]}`,
    );
  const stop = (id: number): string => say(`{"action":"stop","id":${id}}`);
  const world = strictWorld({
    answers: [
      version(),
      {
        match: '/nix/store/p620.drv^*',
        stderr: [
          say('{"action":"start","id":1,"level":3,"text":"","type":104}'),
          ...[11, 12, 13, 14].map(building),
          stop(11),
          say('{"action":"result","fields":[1,14,3,0],"id":1,"type":105}'),
          ...[12, 13, 14].map(stop),
        ].join(''),
        failure: { code: 'canceled', what: 'nix build' },
      },
    ],
  });
  let last: unknown;
  const [build] = await createNix(world).build([request('p620')], {
    jobs: 1,
    onProgress: (host, { builds }) => {
      if (host === null) last = builds;
    },
  });
  expect(build?.outcome).toMatchObject({ failure: { code: 'canceled' } });
  expect(last).toEqual({ expected: 14, running: 0, done: 1, failed: 0 });
});

test('a refused name runs nothing, and without Nix every host says so', async () => {
  const world = strictWorld({ answers: [version()] });
  const [refused] = await createNix(world).build([request('a;reboot')], { jobs: 1 });
  expect(refused?.outcome).toMatchObject({ failure: { code: 'host-name-refused' } });
  const bare = strictWorld({
    answers: [{ match: 'nix --version', failure: { code: 'program-missing', program: 'nix' } }],
  });
  const [missing] = await createNix(bare).build([request('p620')], { jobs: 1 });
  expect(missing?.outcome).toEqual({
    ok: false,
    failure: { code: 'program-missing', program: 'nix' },
  });
});

const startBuild = (machine: string): string =>
  `@nix {"action":"start","id":7,"level":3,"text":"","type":105,"fields":["/nix/store/${'a'.repeat(32)}-slow-1.3.drv","${machine}",1,1]}\n`;

test('a builder that goes away in mid-build is named', async () => {
  const world = strictWorld({
    answers: [
      version(),
      {
        match: 'razer.drv',
        stderr: `${startBuild('ssh-ng://root@p510')}@nix {"action":"msg","level":0,"msg":"error: Nix daemon disconnected unexpectedly (maybe it crashed?)"}\n`,
        exit: 1,
      },
      validity('/nix/store/razer', false),
    ],
  });
  const log: string[] = [];
  const [build] = await createNix(world).build([request('razer')], {
    jobs: 1,
    onLog: (_host, line) => log.push(line),
  });
  expect(build?.cause).toMatchObject({
    class: 'builder-lost',
    message: expect.stringMatching(
      /^The builder p510 went away while it built slow-1\.3: Nix daemon/,
    ),
  });
  expect(log).toContain('building slow-1.3 on p510');
});

test('where paths came from is told', async () => {
  const path = `/nix/store/${'a'.repeat(32)}-slow-1.3`;
  const world = strictWorld({
    answers: [
      version(),
      {
        match: 'razer.drv',
        stderr: `@nix {"action":"start","id":7,"level":3,"text":"","type":100,"fields":["${path}","ssh-ng://root@p510","local"]}\n@nix {"action":"stop","id":7}\n`,
      },
      validity('/nix/store/razer', true),
    ],
  });
  const log: string[] = [];
  await createNix(world).build([request('razer')], {
    jobs: 1,
    onLog: (_host, line) => log.push(line),
  });
  expect(log).toEqual(['fetched 1 path from p510']);
});
