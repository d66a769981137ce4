import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { NixVersion } from '../../../source/parsers/nix/version.ts';
import { judgeSubstituters } from '../../../source/services/board/nix-rows.ts';
import { ignoredCaches } from '../../../source/services/nix/daemon-trust.ts';
import { hasTools } from '../../support/needs.ts';
import { strictWorld } from '../../support/strict-world.ts';

const version = (minor: number): NixVersion => ({
  text: `2.${minor}.0`,
  major: 2,
  minor,
  patch: 0,
  flavor: 'nix',
});

const system = JSON.stringify({
  substituters: { value: ['https://cache.nixos.org/'] },
  'trusted-substituters': { value: ['https://trusted.example.org'] },
  'trusted-users': { value: ['root', '@wheel', 'eve'] },
});

const urls = ['https://cache.nixos.org', 'https://trusted.example.org/', 'https://own.example.org'];

/** `src/libstore/daemon.cc`, setSubstituters; `nix store ping --json` has `trusted` from 2.15 on. */
test.each<[string, number, Parameters<typeof strictWorld>[0], readonly string[]]>([
  [
    'the store of a new Nix says no',
    30,
    {
      userName: 'ada',
      answers: [
        { match: 'config show', stdout: system },
        { match: 'store ping', stdout: '{"trusted":false,"url":"daemon"}' },
      ],
    },
    ['https://own.example.org'],
  ],
  [
    'the store of a new Nix says yes',
    30,
    {
      userName: 'ada',
      answers: [
        { match: 'config show', stdout: system },
        { match: 'store ping', stdout: '{"trusted":1}' },
      ],
    },
    [],
  ],
  [
    'an old Nix, and the user is in no group of trusted ones',
    8,
    {
      userName: 'ada',
      answers: [
        { match: 'show-config', stdout: system },
        { match: 'test -w', exit: 1 },
        { match: 'id -Gn', stdout: 'users audio\n' },
      ],
    },
    ['https://own.example.org'],
  ],
  [
    'an old Nix, and the user is in such a group',
    8,
    {
      userName: 'ada',
      answers: [
        { match: 'show-config', stdout: system },
        { match: 'test -w', exit: 1 },
        { match: 'id -Gn', stdout: 'users wheel\n' },
      ],
    },
    [],
  ],
  [
    'an old Nix, and the user is named',
    8,
    {
      userName: 'eve',
      answers: [
        { match: 'show-config', stdout: system },
        { match: 'test -w', exit: 1 },
      ],
    },
    [],
  ],
  [
    'a store of the user alone',
    8,
    { userName: 'ada', answers: [{ match: 'show-config', stdout: system }, { match: 'test -w' }] },
    [],
  ],
  [
    'settings that cannot be read',
    8,
    { userName: 'ada', answers: [{ match: 'show-config', exit: 1 }] },
    [],
  ],
])('caches that the daemon ignores: %s', async (_, minor, options, ignored) => {
  const world = strictWorld(options);
  expect([...(await ignoredCaches(world, version(minor), urls))]).toEqual(ignored);
  world.assertAllUsed();
});

test('root is trusted without a question', async () => {
  const world = strictWorld({ userName: 'root', answers: [] });
  expect((await ignoredCaches(world, version(8), urls)).size).toBe(0);
});

test('a cache that is not used is no tick, and has a remedy of its own', () => {
  const row = judgeSubstituters([
    { url: 'https://cache.nixos.org', answer: { kind: 'answers' } },
    { url: 'https://own.example.org', answer: { kind: 'unused', why: 'ignored' } },
  ]);
  expect(row.state).toBe('warning');
  expect(row.evidence).toBe('https://cache.nixos.org; not used: https://own.example.org');
  expect(JSON.stringify(row.remedy)).toContain('trusted-substituters');
});

test.skipIf(!hasTools(import.meta.filename, 'nix'))(
  'Nix itself leaves the wishes of the person out where the variables are set so',
  () => {
    const asked = spawnSync(
      'nix',
      ['show-config', '--extra-experimental-features', 'nix-command', '--json'],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          NIX_USER_CONF_FILES: '/dev/null',
          NIX_CONFIG: '',
        },
      },
    );
    expect(JSON.parse(asked.stdout)).toHaveProperty('trusted-users');
  },
);
