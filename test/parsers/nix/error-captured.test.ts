import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { progressOf } from '../../../source/model/build/merge.ts';
import { newNixProcess } from '../../../source/model/build/process.ts';
import { remediesOf } from '../../../source/model/causes/remedies.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';
import { refusedFlakeSetting } from '../../../source/parsers/nix/warnings.ts';
import { createBuildListener } from '../../../source/services/build/listener.ts';

/** What nixpkgs says where it refuses, captured as each Nix prints it. */
const versions = ['2.8', '2.26', '2.34'];

const linesOf = (version: string, file: string): readonly string[] =>
  readFileSync(new URL(`../../fixtures/nix/${version}/${file}`, import.meta.url), 'utf8').split(
    '\n',
  );

const scene = { hosts: ['p620'], movedInputs: ['nixpkgs'], input: null };

const classes = [
  [
    'insecure',
    'insecure-package',
    /openssl-1\.1\.1w.*marked as insecure/,
    'permittedInsecurePackages = [ "openssl-1.1.1w" ]',
  ],
  ['unfree', 'unfree-package', /steam-unwrapped.*unfree license/, '[ "steam-unwrapped" ]'],
  ['broken', 'broken-package', /widget-1\.0.*marked as broken/, 'allowBroken'],
  [
    'removed-option',
    'removed-option',
    /desktopManager\.gnome3' does not exist/,
    'nixup revert nixpkgs',
  ],
  ['renamed-package', 'removed-option', /renamed to 'gnome-tweaks'/, 'nixup revert nixpkgs'],
  ['conflicting', 'conflicting-options', /networking\.hostName'.*"p620".*"desk"/, 'lib.mkForce'],
] as const;

test.each(
  versions.flatMap((version) => classes.map((row) => [version, ...row] as const)),
)('Nix %s: %s is %s, with its cause and its remedy', (version, name, kind, message, remedy) => {
  const cause = causeOf(linesOf(version, `eval-${name}.txt`));
  expect(cause.class).toBe(kind);
  expect(cause.message).toMatch(message);
  const remedies = remediesOf(cause, scene)
    .map(({ text, command }) => `${text} ${command ?? ''}`)
    .join('\n');
  expect(remedies).toContain(remedy);
  // Without a trace Nix 2.8 names the place of no throw but where its text does.
  const saysPlace = version !== '2.8' || name === 'removed-option' || name === 'conflicting';
  if (saysPlace) expect(cause.position?.file).toMatch(/hosts\/p620\.nix$/);
});

const heard = (version: string, file: string) => {
  const state = newNixProcess();
  const listener = createBuildListener({ state, now: () => 0, onLog: () => undefined });
  for (const line of linesOf(version, file)) listener.hear(line);
  return { cause: (): NixCause => listener.cause(), progress: progressOf(state) };
};

test.each(versions)('Nix %s: what depends on a failure stands behind its cause', (version) => {
  const { cause, progress } = heard(version, 'build-dependency-failed.log');
  expect(cause()).toMatchObject({ class: 'builder-failed', tail: ['error: it broke'] });
  expect(cause().derivation).toMatch(/-leaf-1\.0-\d+\.drv$/);
  expect(progress.builds).toMatchObject({ done: 0, failed: 1, running: 0 });
  expect(progress.ended?.map(({ name, fate }) => [name.replace(/-\d+$/, ''), fate])).toEqual([
    ['leaf-1.0', 'failed'],
  ]);
});

test.each(versions)('Nix %s: an interrupted build was canceled', (version) => {
  expect(heard(version, 'build-canceled.log').cause().class).toBe('canceled');
});

test.each(
  versions,
)('Nix %s: a setting that nobody agreed to is a warning, and no failure', (version) => {
  const lines = linesOf(version, 'eval-untrusted-settings.txt');
  expect(lines.flatMap((line) => refusedFlakeSetting(line) ?? [])).toEqual(['extra-substituters']);
  expect(causeOf(lines).class).not.toBe('untrusted-settings');
});

const variants = [
  ['untracked', 'missing-file', /untracked\.nix/],
  ['gone', 'missing-file', /gone\.nix/],
  ['meant', 'missing-attribute', /^attribute 'hostname' missing \(Did you mean hostName\?\)$/],
  // The lines around it in the drawing speak of assertions.
  ['division', 'evaluation', /^division by zero$/],
  ['deep', 'infinite-recursion', /^stack overflow/],
  ['undefined', 'evaluation', /^undefined variable 'hostNmae'$/],
  ['aborted', 'evaluation', /'this must not be'$/],
  ['collision', 'assertion', /fileSystems.*boot\.loader\.grub\.devices/],
  ['json', 'evaluation', /parse error at line 1/],
  ['ifd', 'builder-failed', /generated\.nix\.drv/],
] as const;

test.each(
  versions.flatMap((version) =>
    variants
      // The Nix 2.8 of the capture could build nothing while it evaluated.
      .filter(([name]) => version !== '2.8' || name !== 'ifd')
      .map((row) => [version, ...row] as const),
  ),
)('Nix %s: %s is %s', (version, name, kind, message) => {
  const cause = causeOf(linesOf(version, `eval-${name}.txt`));
  expect(cause.class).toBe(kind);
  expect(cause.message).toMatch(message);
});

test.each([
  ['2.8', 'unexpected end-of-file'],
  ['2.34', "failed to start SSH connection to '192.0.2.13'"],
])('Nix %s: a builder that does not answer is named', (version, reason) => {
  const cause = heard(version, 'build-builder-unreachable.log').cause();
  expect(cause.class).toBe('builder-lost');
  expect(cause.message).toContain('The builder 192.0.2.13 (');
  expect(cause.message).toContain(`${reason}) could not be used, and nothing else builds`);
});

test.each(versions)('Nix %s: that nothing may build here is no failed builder', (version) => {
  const cause = heard(version, 'build-local-disabled.log').cause();
  expect(cause.class).toBe('no-builder');
  expect(remediesOf(cause, scene)[0]?.text).toContain('max-jobs');
});
