import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CopyProgress } from '../../../source/services/deploy/copy.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const prepare = (stdout: string): StrictAnswer => ({ match: 'ssh', input: 'ln -sfn', stdout });
const prove = (stdout: string): StrictAnswer => ({
  match: 'ssh',
  input: /^: nixup\n\{\n(?!.*ln -sfn)[\s\S]*--check-validity/,
  stdout,
});
const failing = (...lines: string[]): StrictAnswer => ({
  match: /nix .*copy/,
  exit: 1,
  stderr: `${lines.join('\n')}\n`,
});

const copyWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const said: string[] = [];
  const progress: CopyProgress[] = [];
  const result = await createHosts(world).copy(hostEntry(), newSystem, {
    onLine: (line) => said.push(line),
    onProgress: (each) => progress.push(each),
  });
  world.assertAllUsed();
  return { result, said, progress, world };
};

test('a system that is there already is held by a root and not copied', async () => {
  const { result, world } = await copyWith(prepare('valid\n'));
  expect(result).toMatchObject({ ok: true, value: { isNew: false } });
  expect(world.ran[0]?.options.input).toContain('/nix/var/nix/gcroots/nixup');
});

test('a copy counts only when the path is valid on the host afterwards', async () => {
  const { result } = await copyWith(prepare('absent\n'), { match: /nix .*copy/ }, prove('valid\n'));
  expect(result).toMatchObject({ ok: true, value: { isNew: true } });
});

test('an exit status of 0 without the path is a failed copy', async () => {
  const { result } = await copyWith(
    prepare('absent\n'),
    { match: /nix .*copy/ },
    prove('absent\n'),
  );
  expect(result).toMatchObject({ failure: { code: 'copy-failed', host: 'p620' } });
});

test('an empty answer is not taken for a valid path', async () => {
  const { result } = await copyWith(prepare(''), { match: /nix .*copy/ }, prove(''));
  expect(result.ok).toBe(false);
});

test.each([
  [
    "error: cannot add path 'x' because it lacks a signature by a trusted key",
    'copy-failed',
    'trusted-users',
  ],
  ['error: writing to file: No space left on device', 'space-short', 'full'],
  ['error: unexpected end-of-file', 'copy-failed', 'What arrived stays'],
  ['deploy@p620: Permission denied (publickey).', 'login-refused', 'publickey'],
  ['error: something else', 'copy-failed', 'something else'],
])('%j is told with its remedy', async (line, code, word) => {
  const { result } = await copyWith(prepare('absent\n'), failing(line));
  expect(result).toMatchObject({ failure: { code } });
  expect(JSON.stringify(result)).toContain(word);
});

test('paths of a small copy are counted, and are no messages', async () => {
  // `nix copy --log-format raw -v` of Nix 2.34.
  const { said, progress } = await copyWith(
    prepare('absent\n'),
    failing(
      'copying 2 paths...',
      "copying path '/nix/store/5nfvxlybm5v3zbgxq8yszf6pbw8k99hs-a' to 'ssh-ng://p620'...",
      "copying path '/nix/store/baq3svi36fypl8kx654bxyknk8b9kx6w-b' to 'ssh-ng://p620'...",
      'warning: something',
    ),
  );
  expect(progress).toEqual([
    { done: 0, expected: 2, bytes: 0 },
    { done: 0, expected: 2, bytes: 0 },
    { done: 1, expected: 2, bytes: 0 },
  ]);
  expect(said).toEqual(['warning: something']);
});

test('Nix’s machine format is read for the person', async () => {
  const { result, said } = await copyWith(
    prepare('absent\n'),
    failing(
      '@nix {"action":"msg","level":3,"msg":"copying path \'/nix/store/x\'"}',
      '@nix {"action":"msg","level":0,"msg":"error: no such thing"}',
    ),
  );
  expect(said).toContain("copying path '/nix/store/x'");
  expect(result).toMatchObject({ failure: { code: 'copy-failed', detail: 'no such thing' } });
});

test('what is no store path reaches no command', async () => {
  const world = strictWorld();
  const result = await createHosts(world).copy(hostEntry(), '/nix/store/x;reboot');
  expect(result).toMatchObject({ failure: { code: 'copy-failed' } });
  expect(world.ran).toEqual([]);
});

test('for a login user without trust, who may become root, the daemon runs as root', async () => {
  const facts = readFileSync(
    new URL('../../fixtures/hosts/probe-unprivileged.txt', import.meta.url),
    'utf8',
  ).replace('elevation none', 'elevation sudo');
  const world = strictWorld({
    answers: [
      { match: 'ssh', input: 'nixup-probe', stdout: facts },
      prepare('absent\n'),
      { match: 'remote-program=sudo%20-n%20nix-daemon' },
      prove('valid\n'),
    ],
  });
  const hosts = createHosts(world);
  const entry = hostEntry({ name: 'samsung', address: 'samsung' });
  await hosts.probe(entry);
  expect(await hosts.copy(entry, newSystem)).toMatchObject({ ok: true });
  world.assertAllUsed();
});

test('with the system on the host its own dry run is asked at once, where somebody wants it', async () => {
  const dry = { match: 'ssh', input: /--check-validity[\s\S]*dry-activate/ } as const;
  const world = strictWorld({
    answers: [
      prepare('absent\n'),
      { match: /nix .*copy/ },
      { ...dry, stdout: 'valid\ndry-status 0\ndry would restart the following units: a.service\n' },
    ],
  });
  let began = 0;
  const copied = await createHosts(world).copy(hostEntry(), newSystem, {
    onForesee: () => {
      began += 1;
    },
  });
  expect(copied).toMatchObject({ ok: true, value: { impact: { restart: ['a.service'] } } });
  expect(began).toBe(1);
});
