import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownGoodProfile } from '../../../source/services/host/commands.ts';
import { forgetKnownGood, keepKnownGood } from '../../../source/services/host/known-good.ts';

let root = '';
const at = (file: string): string => path.join(root, file);
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'nixup-good-')));
  mkdirSync(at('profiles/system-profiles'), { recursive: true });
  for (const name of ['old', 'older', 'new']) mkdirSync(at(name));
  symlinkSync(at('old'), at('profiles/system'));
  // As `nix-env -p PROFILE --set PATH`: the next numbered link, and the profile to it.
  writeFileSync(
    at('nix-env'),
    '#!/bin/sh\nn=1\nwhile [ -L "$2-$n-link" ]; do n=$((n + 1)); done\nln -s "$4" "$2-$n-link"\nln -sfn "$(basename "$2")-$n-link" "$2"\n',
  );
  chmodSync(at('nix-env'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (script: string): void => {
  execFileSync('sh', [], {
    input: `${script.replaceAll('/nix/var/nix/profiles', at('profiles'))}\nexit 0\n`,
    env: { ...process.env, PATH: `${root}:${process.env['PATH'] ?? ''}` },
  });
};

const links = (): readonly string[] => readdirSync(at('profiles/system-profiles')).sort();
const knownGood = (): string => realpathSync(at('profiles/system-profiles/nixup_known_good'));

const keep = (): void => run(keepKnownGood('/nix/var/nix/profiles/system', `"${at('old')}"`));

const goodLink = (number: number): string =>
  at(`profiles/system-profiles/nixup_known_good-${number}-link`);

const withOldName = (system: string): void => {
  symlinkSync(at(system), at('profiles/system-profiles/nixup-known-good-7-link'));
  symlinkSync('nixup-known-good-7-link', at('profiles/system-profiles/nixup-known-good'));
};

test('the profile has a name that install-grub.pl of nixpkgs takes', () => {
  expect(path.basename(knownGoodProfile)).toMatch(/^\w+$/);
});

test('what is left becomes the known good system, with one link', () => {
  keep();
  expect(knownGood()).toBe(at('old'));
  expect(links()).toEqual(['nixup_known_good', 'nixup_known_good-1-link']);
});

test('the next one gets the next number, and the link of the last one goes', () => {
  for (const number of [9, 10]) symlinkSync(at('older'), goodLink(number));
  symlinkSync('nixup_known_good-10-link', at('profiles/system-profiles/nixup_known_good'));
  keep();
  expect(knownGood()).toBe(at('old'));
  expect(links()).toEqual(['nixup_known_good', 'nixup_known_good-11-link']);
});

test.each([
  ['the link of its generation', 1],
  ['the profile', 2],
])('where %s cannot be made the last one stays, with its link', (_what, failing) => {
  symlinkSync(at('older'), goodLink(1));
  symlinkSync('nixup_known_good-1-link', at('profiles/system-profiles/nixup_known_good'));
  writeFileSync(
    at('ln'),
    `#!/bin/sh\necho >>${at('called')}\n[ "$(wc -l <${at('called')})" = ${failing} ] && exit 1\nexec /bin/ln "$@"\n`,
    { mode: 0o755 },
  );
  keep();
  expect(knownGood()).toBe(at('older'));
  expect(links()).toContain('nixup_known_good-1-link');
});

test('a profile of the old name is moved over, and none of it is left', () => {
  withOldName('older');
  keep();
  expect(knownGood()).toBe(at('old'));
  expect(links().filter((name) => name.startsWith('nixup-'))).toEqual([]);
});

test('it is moved over where the known good system stays the same', () => {
  withOldName('old');
  keep();
  expect(knownGood()).toBe(at('old'));
  expect(links()).toEqual(['nixup_known_good', 'nixup_known_good-1-link']);
});

test('a system that is gone back from gives way, under the old name too', () => {
  withOldName('new');
  run(forgetKnownGood(`"${at('new')}"`, `"${at('old')}"`));
  expect(knownGood()).toBe(at('old'));
  expect(links().filter((name) => name.startsWith('nixup-'))).toEqual([]);
});

test('where the new one cannot be made the old one stays', () => {
  withOldName('older');
  writeFileSync(at('nix-env'), '#!/bin/sh\nexit 1\n');
  keep();
  expect(existsSync(at('profiles/system-profiles/nixup-known-good'))).toBe(true);
});
