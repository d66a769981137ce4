import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  causeOf,
  failedDerivations,
  furtherFailures,
  withLog,
} from '../../../source/parsers/nix/error.ts';

const versions = ['2.8', '2.26', '2.34'];

const captured = (version: string, name: string): readonly string[] =>
  readFileSync(new URL(`../../fixtures/nix/${version}/${name}.txt`, import.meta.url), 'utf8').split(
    '\n',
  );

const each = (names: readonly (readonly [string, string, RegExp, number | null])[]) =>
  versions.flatMap((version) => names.map((row) => [version, ...row] as const));

test.each(
  each([
    ['eval-syntax', 'syntax', /^syntax error, unexpected ';'$/, 2],
    ['parse-syntax', 'syntax', /^syntax error, unexpected ';'$/, 2],
    ['eval-missing-attribute', 'missing-attribute', /^attribute 'nosuch' missing$/, 20],
    ['eval-nosuch', 'missing-attribute', /does not provide attribute/, null],
    [
      'eval-in-file',
      'missing-attribute',
      /^attribute 'foldl2' missing \(Did you mean foldl'\?\)$/,
      2,
    ],
    ['eval-recursion', 'infinite-recursion', /^infinite recursion encountered$/, 21],
    ['eval-assert-keyword', 'assertion', /./, 24],
    ['eval-network', 'network', /unable to download 'http:\/\/127.0.0.1:1\/x.tar.gz'/, 25],
    ['eval-lock-outdated', 'lock-outdated', /requires lock file changes/, null],
  ]),
)('Nix %s: %s is %s', (version, name, kind, message, line) => {
  const cause = causeOf(captured(version, name));
  expect(cause.class).toBe(kind);
  expect(cause.message).toMatch(message);
  // Nix 2.8 names no place for a failed download.
  if (!(version === '2.8' && name === 'eval-network'))
    expect(cause.position?.line ?? null).toBe(line);
});

test.each(versions)('Nix %s: the text of a throw is the message, without its trace', (version) => {
  const cause = causeOf(captured(version, 'eval-throws'));
  expect(cause).toMatchObject({ class: 'evaluation', message: 'this host is not finished' });
});

test.each(versions)('Nix %s: all failed assertions are in the message', (version) => {
  const cause = causeOf(captured(version, 'eval-assertion'));
  expect(cause.class).toBe('assertion');
  expect(cause.message).toMatch(/^Failed assertions: - The option definition `services\.foo'/);
  expect(cause.message).toMatch(/- fileSystems must be set$/);
  expect(cause.position?.file).toMatch(/p620\.nix$/);
});

test('the place in a file of the flake is named within it', () => {
  const cause = causeOf(captured('2.26', 'eval-in-file'));
  expect(cause.position).toMatchObject({ file: 'hosts/p620.nix', line: 2, column: 14 });
  expect(cause.position?.excerpt?.map((line) => line.trim())).toEqual([
    '1| {',
    '2|   services = builtins.foldl2 1;',
    '|              ^',
    '3| }',
  ]);
});

test("the person's own file is preferred to a file of nixpkgs", () => {
  const cause = causeOf([
    'error:',
    '       … while evaluating the option `services.foo',
    '         at /nix/store/0123456789abcdfghijklmnpqrsvwxyz-source/hosts/p620.nix:7:3:',
    '       error: value is a string while a list was expected',
    '       at /nix/store/0123456789abcdfghijklmnpqrsvwxyz-source/lib/modules.nix:100:5:',
  ]);
  expect(cause.position).toMatchObject({ file: 'hosts/p620.nix', line: 7, column: 3 });
  expect(cause.positions.map(({ file }) => file)).toEqual(['lib/modules.nix', 'hosts/p620.nix']);
});

const older = [
  "error: builder for '/nix/store/a-nginx.drv' failed with exit code 3;",
  '       last 2 log lines:',
  '       > configure',
  '       > error: cannot find libfoo',
  "       For full logs, run 'nix log /nix/store/a-nginx.drv'.",
  "error: 1 dependencies of derivation '/nix/store/b-middle.drv' failed to build",
];

const newer = [
  "error: Cannot build '/nix/store/a-nginx.drv'.",
  '       Reason: builder failed with exit code 3.',
  '       Output paths:',
  '         /nix/store/c-nginx',
  '       Last 2 log lines:',
  '       > configure',
  '       > error: cannot find libfoo',
  "error: Cannot build '/nix/store/b-middle.drv'.",
  '       Reason: 1 dependency failed.',
];

test.each([
  ['to 2.28', older, "builder for '/nix/store/a-nginx.drv' failed with exit code 3;"],
  [
    'from 2.29',
    newer,
    "Cannot build '/nix/store/a-nginx.drv'. Reason: builder failed with exit code 3.",
  ],
])('%s: a failed builder is the cause, with its log', (_, lines, message) => {
  expect(causeOf(lines)).toMatchObject({
    class: 'builder-failed',
    message,
    derivation: '/nix/store/a-nginx.drv',
    tail: ['configure', 'error: cannot find libfoo'],
  });
});

test.each([
  ['to 2.28', older],
  ['from 2.29', newer],
])('%s: a consequence that comes first is not the cause', (_, lines) => {
  const start = lines.findLastIndex((line) => line.startsWith('error:'));
  const turned = [...lines.slice(start), ...lines.slice(0, start)];
  expect(causeOf(turned).derivation).toBe('/nix/store/a-nginx.drv');
});

test('only consequences: one of them is the cause', () => {
  expect(causeOf(older.slice(-1)).class).toBe('dependency-failed');
});

test('warnings are never a failure', () => {
  const cause = causeOf([
    'warning: error: this only looks like one',
    "warning: Git tree '/flake' is dirty",
    'evaluation warning: p620: the option is deprecated',
    'trace: error: also harmless',
  ]);
  expect(cause).toMatchObject({ class: 'unknown', message: 'Nix gave no reason' });
});

test('a warning between error and position does not end up in the message', () => {
  const cause = causeOf(["error: attribute 'a' missing", "warning: Git tree '/f' is dirty"]);
  expect(cause.message).toBe("attribute 'a' missing");
});

test.each([
  ['/build/x: No space left on device', 'disk-full'],
  ['curl: (6) Could not resolve host: example.org', 'network'],
  ['g++: fatal error: Killed signal terminated program cc1plus', 'out-of-memory'],
  ['error: cannot find libfoo', 'builder-failed'],
])('a log that ends with %j makes the failure %s', (line, kind) => {
  expect(withLog(causeOf(older), ['compiling', line]).class).toBe(kind);
});

test('an interrupted Nix was canceled, not failed', () => {
  expect(causeOf(['error: interrupted by the user']).class).toBe('canceled');
});

test.each([
  [
    "error: cannot add path '/nix/store/a' because it lacks a signature by a trusted key",
    'untrusted-settings',
  ],
  ['error: writing to file: No space left on device', 'disk-full'],
  ['error: out of memory', 'out-of-memory'],
  [
    "error: NAR hash mismatch in input 'github:a/b', expected 'sha256-AAAAAAAAAAAAAAAAAAAAAAAA=', got 'sha256-BBBBBBBBBBBBBBBBBBBBBBBB='",
    'hash-mismatch',
  ],
])('%j is %s', (line, kind) => {
  expect(causeOf([line]).class).toBe(kind);
});

test.each([
  [
    "The option `services.foo' does not exist. Definition values: - In `/nix/store/x/p620.nix': true",
    'removed-option',
  ],
  [
    "Failed assertions: - The option definition `services.foo' in `p620.nix' no longer has any effect; please remove it.",
    'removed-option',
  ],
  ["'gnome-tweaks' has been renamed to 'tweaks'", 'removed-option'],
  ["The option `networking.hostName' has conflicting definition values:", 'conflicting-options'],
  [
    'Package ‘openssl-1.1.1w’ in /nix/store/x/default.nix:210 is marked as insecure, refusing to evaluate.',
    'insecure-package',
  ],
  [
    'Package ‘steam-1.0’ in /nix/store/x/default.nix:12 has an unfree license (‘unfree’), refusing to evaluate.',
    'unfree-package',
  ],
  [
    'Package ‘broken-1.0’ in /nix/store/x/default.nix:12 is marked as broken, refusing to evaluate.',
    'broken-package',
  ],
])('a refusal of nixpkgs, %j, is %s', (line, kind) => {
  expect(causeOf([`error: ${line}`]).class).toBe(kind);
});

test('words of removed options in the code around an error do not make it one', () => {
  const cause = causeOf([
    "error: attribute 'a' missing",
    '       at /f/flake.nix:2:3:',
    '            2| x = throw "foo has been removed";',
  ]);
  expect(cause.class).toBe('missing-attribute');
});

test('both hashes of a mismatch in an input are read', () => {
  const cause = causeOf([
    "error: NAR hash mismatch in input 'github:a/b', expected 'sha256-AAAAAAAAAAAAAAAAAAAAAAAA=', got 'sha256-BBBBBBBBBBBBBBBBBBBBBBBB='",
  ]);
  expect([cause.expected, cause.got]).toEqual([
    'sha256-AAAAAAAAAAAAAAAAAAAAAAAA=',
    'sha256-BBBBBBBBBBBBBBBBBBBBBBBB=',
  ]);
});

test('failed derivations are those that failed themselves', () => {
  expect(failedDerivations(older.join('\n'))).toEqual(['/nix/store/a-nginx.drv']);
  expect(failedDerivations(newer.join('\n'))).toEqual(['/nix/store/a-nginx.drv']);
  expect(failedDerivations('these 2 derivations will be built')).toEqual([]);
});

test('control sequences of a builder do not reach the cause', () => {
  const cause = causeOf(["\u001b[31;1merror:\u001b[0m attribute '\u001b[35;1ma\u001b[0m' missing"]);
  expect(cause.message).toBe("attribute 'a' missing");
});

test('the trace that is shown leaves out the code that nixup and Nix bring along', () => {
  const { tail } = causeOf([
    'error:',
    "       … while evaluating attribute 'derivation'",
    '         at «string»:1:13:',
    '            1| toplevel: { derivation = toplevel.drvPath; }',
    '             |             ^',
    "       … while calling the 'derivationStrict' builtin",
    '         at «nix-internal»/derivation-internal.nix:37:12:',
    '           37|   strict = derivationStrict drvAttrs;',
    '       … while evaluating the module of p510',
    '         at /flake/hosts/p510.nix:3:5:',
    '            3|     networking.hostName = "widget";',
    '             |     ^',
    '',
    "       error: The option `networking.hostName' has conflicting definition values:",
    '       - In `/flake/hosts/p510.nix\': "widget"',
  ]);
  expect(tail.map((line) => line.trim())).toEqual([
    '… while evaluating the module of p510',
    'at /flake/hosts/p510.nix:3:5:',
    '3|     networking.hostName = "widget";',
    '|     ^',
    "error: The option `networking.hostName' has conflicting definition values:",
    '- In `/flake/hosts/p510.nix\': "widget"',
  ]);
});

test("what Nix says of a silent builder is not taken for the builder's own words", () => {
  const cause = causeOf([
    "error: Cannot build '/nix/store/9qrrnbxc0a1zprs792zpxqvglc7y3a1v-quiet-1.drv'.",
    '       Reason: builder failed with exit code 1.',
    '       Output paths:',
    '         /nix/store/d2d5p1xli22681ngqhlk2dgf827isp14-quiet-1',
  ]);
  expect(cause).toMatchObject({ class: 'builder-failed', tail: [] });
  expect(
    causeOf(["error: builder for '/nix/store/x-quiet-1.drv' failed with exit code 1"]),
  ).toMatchObject({
    class: 'builder-failed',
    tail: [],
  });
});

/** Of a chain top → mid2 → mid → bad, and top → bad2, with --keep-going. */
test.each([
  [
    '2.26',
    (name: string) => `error: builder for '/nix/store/x-${name}.drv' failed with exit code 1`,
    (name: string) =>
      `error: 1 dependencies of derivation '/nix/store/x-${name}.drv' failed to build`,
  ],
  [
    '2.34',
    (name: string) =>
      `error: Cannot build '/nix/store/x-${name}.drv'.\n       Reason: builder failed with exit code 1.`,
    (name: string) =>
      `error: Cannot build '/nix/store/x-${name}.drv'.\n       Reason: 1 dependency failed.`,
  ],
])('Nix %s: all that failed of itself, and all that was not begun for it', (_version, own, because) => {
  const said = [own('bad2'), own('bad'), because('mid'), because('mid2'), because('top')];
  expect(causeOf(said).derivation).toBe('/nix/store/x-bad2.drv');
  const { causes, unbegun } = furtherFailures(said);
  expect(causes.map(({ class: kind, derivation }) => [kind, derivation])).toEqual([
    ['builder-failed', '/nix/store/x-bad.drv'],
  ]);
  expect(unbegun).toEqual(['mid', 'mid2', 'top'].map((name) => `/nix/store/x-${name}.drv`));
});

test('a derivation that fails once is no further failure of itself', () => {
  const said = ["error: builder for '/nix/store/x-bad.drv' failed with exit code 1"];
  expect(furtherFailures([...said, ...said])).toEqual({ causes: [], unbegun: [] });
});

test('what nix flake check does after an error is no part of what it says', () => {
  const cause = causeOf([
    'checking derivation packages.x86_64-linux.foo...',
    'error:',
    "       … while checking the derivation 'packages.x86_64-linux.foo'",
    '         at /root/fleet/flake.nix:1:289:',
    '       error: foo is dead',
    "checking flake output 'nixosConfigurations'...",
    "checking NixOS configuration 'nixosConfigurations.a'...",
    'derivation evaluated to /nix/store/p5pncaf2vk2dk541x8jqxa90k2m39a3p-chk-1.drv',
    'running 1 flake checks...',
    "building '/nix/store/p5pncaf2vk2dk541x8jqxa90k2m39a3p-chk-1.drv'...",
  ]);
  expect(cause.message).toBe('foo is dead');
  expect(cause.tail.at(-1)?.trim()).toBe('error: foo is dead');
});

test('what nothing can build is one failure, however many derivations wait for it', () => {
  const said = ['a', 'b'].map(
    (name) =>
      `error: Cannot build '/nix/store/x-${name}.drv'.\n       Reason: local builds are disabled (max-jobs = 0)`,
  );
  expect(furtherFailures(said)).toEqual({ causes: [], unbegun: ['/nix/store/x-b.drv'] });
});
