import { expect, test } from 'vitest';
import { remediesOf } from '../../../source/model/causes/remedies.ts';
import { attributeName, packageWithoutVersion } from '../../../source/model/nix/refused-package.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';
import { parseRefusedPackage } from '../../../source/parsers/nix/refused-package.ts';
import { fc } from '../../support/chance.ts';

/**
 * Texts of nixpkgs, `pkgs/stdenv/generic/check-meta.nix` and `problems.nix`: to 25.11 ("old"), and of
 * 26.05 and later ("new"), as Nix prints them below a trace.
 */
const place =
  '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-source/pkgs/by-name/xx/xx/package.nix:47';

const oldAdvice = [
  '',
  'a) To temporarily allow such packages, you can use an environment variable',
  '   for a single invocation of the nix tools.',
  '',
  '     $ export NIXPKGS_ALLOW_X=1',
];

const problemAdvice = (line: string): readonly string[] => [
  'See also https://nixos.org/manual/nixpkgs/unstable#sec-problems',
  'To allow evaluation regardless, use:',
  '- Nixpkgs import: import nixpkgs { config = <below code>; }',
  '- NixOS: nixpkgs.config = <below code>;',
  '- nix-* commands: Put below code in ~/.config/nixpkgs/config.nix',
  '',
  '  {',
  '    problems.handlers = {',
  `      ${line}`,
  '    };',
  '  }',
];

const knownIssues = [
  '',
  '',
  'Known issues:',
  ' - libolm is deprecated',
  '',
  'You can install it anyway by allowing this package, using the',
  'following methods:',
  ...oldAdvice,
];

const cases: readonly (readonly [string, string, RegExp, string, readonly string[]])[] = [
  [
    'old insecure',
    'insecure-package',
    /olm-3\.2\.16.*marked as insecure.*libolm is deprecated$/,
    'permittedInsecurePackages = [ "olm-3.2.16" ]',
    [
      `Package ‘olm-3.2.16’ in ${place} is marked as insecure, refusing to evaluate.`,
      ...knownIssues,
    ],
  ],
  [
    'new insecure',
    'insecure-package',
    /olm-3\.2\.16.*marked as insecure.*libolm is deprecated$/,
    'permittedInsecurePackages = [ "olm-3.2.16" ]',
    [
      `Refusing to evaluate package 'olm-3.2.16' in ${place} because it is marked as insecure`,
      ...knownIssues,
    ],
  ],
  [
    'old unfree',
    'unfree-package',
    /unfree license \(‘unfreeRedistributable’\), refusing to evaluate\.$/,
    '[ "steam-unwrapped" ]',
    [
      `Package ‘steam-unwrapped-1.0.0.83’ in ${place} has an unfree license (‘unfreeRedistributable’), refusing to evaluate.`,
      ...oldAdvice,
    ],
  ],
  [
    'new unfree',
    'unfree-package',
    /unfree license \(‘unfree’\)$/,
    'allowUnfreePredicate = pkg: builtins.elem (lib.getName pkg) [ "claude-code" ]',
    [
      `Refusing to evaluate package 'claude-code-2.1.283' in ${place} because it has an unfree license (‘unfree’)`,
      ...oldAdvice,
    ],
  ],
  [
    'old broken',
    'broken-package',
    /marked as broken/,
    'allowBroken',
    [`Package ‘widget-1.0’ in ${place} is marked as broken, refusing to evaluate.`, ...oldAdvice],
  ],
  [
    'new broken',
    'broken-package',
    /has problems: - broken: This package is broken\.$/,
    'nixpkgs.config.problems.handlers.timescaledb_toolkit.broken = "warn";',
    [
      `Refusing to evaluate package 'timescaledb_toolkit-1.21.0' in ${place} because it has problems:`,
      '- broken: This package is broken.',
      '',
      ...problemAdvice('timescaledb_toolkit.broken = "warn"; # or "ignore"'),
    ],
  ],
  [
    'a problem of its own name',
    'broken-package',
    /no Fil-C target/,
    'problems.handlers.ripgrep.filc = "warn";',
    [
      `Refusing to evaluate package 'ripgrep-15.1.0' in ${place} because it has problems:`,
      '- filc (kind "broken"): Rust has no Fil-C target. Use the native build instead.',
      '',
      ...problemAdvice('ripgrep.filc = "warn"; # or "ignore"'),
    ],
  ],
  [
    'a removal',
    'refused-package',
    /to be removed/,
    'problems.handlers."0ad".removal = "warn";',
    [
      `Refusing to evaluate package '0ad-0.27' in ${place} because it has problems:`,
      '- removal: This package is to be removed (https://example.org/1)',
      '- maintainerless: This package has no declared maintainer.',
      '',
      ...problemAdvice('"0ad".removal = "warn"; # or "ignore"'),
    ],
  ],
  [
    'new platform',
    'unsupported-package',
    /not available on the requested hostPlatform/,
    'Leave libhydrasdr-unstable out where the platform is aarch64-linux',
    [
      `Refusing to evaluate package 'libhydrasdr-unstable' in ${place} because it is not available on the requested hostPlatform:`,
      '  hostPlatform.system = "aarch64-linux"',
      '  package.meta.platforms = [ "x86_64-linux" ]',
      '  package.meta.badPlatforms = [ ]',
      '',
      ...oldAdvice,
    ],
  ],
  [
    'old platform',
    'unsupported-package',
    /not available on the requested hostPlatform/,
    'allowUnsupportedSystem',
    [
      `Package ‘zoom-6.2’ in ${place} is not available on the requested hostPlatform:`,
      '  hostPlatform.config = "aarch64-unknown-linux-gnu"',
      '  package.meta.platforms = [',
      '    "x86_64-linux"',
      '  ]',
      '  package.meta.badPlatforms = [ ]',
      ', refusing to evaluate.',
      ...oldAdvice,
    ],
  ],
  [
    'oldest platform',
    'unsupported-package',
    /not supported on/,
    'where the platform is aarch64-linux',
    [`Package ‘zoom-6.2’ in ${place} is not supported on ‘aarch64-linux’, refusing to evaluate.`],
  ],
  [
    'a blocked license',
    'refused-package',
    /blocklisted license/,
    'blocklistedLicenses',
    [
      `Refusing to evaluate package 'tool-1.2' in ${place} because it has a blocklisted license (‘agpl3Only’)`,
    ],
  ],
  [
    'no source',
    'refused-package',
    /not built from source/,
    'allowNonSourcePredicate',
    [
      `Package ‘tool-1.2’ in ${place} contains elements not built from source (‘binaryNativeCode’), refusing to evaluate.`,
      ...oldAdvice,
    ],
  ],
];

const printed = (lines: readonly string[]): readonly string[] => [
  'error:',
  "       … while evaluating the option `system.path':",
  '',
  `       error: ${lines[0]}`,
  ...lines.slice(1).map((line) => (line === '' ? '' : `       ${line}`)),
];

test.each(
  cases,
)('%s: its class, its words and its remedy', (_name, kind, message, advice, lines) => {
  const cause = causeOf(printed(lines));
  expect(cause.class).toBe(kind);
  expect(cause.message).toMatch(message);
  expect(cause.message).not.toMatch(/To temporarily allow|See also|install it anyway/);
  const scene = { hosts: ['p620'], movedInputs: ['nixpkgs'], input: null };
  const offered = remediesOf(cause, scene).map(({ text }) => text);
  expect(offered.join('\n')).toContain(advice);
  expect(remediesOf(cause, scene).map(({ command }) => command)).toContain('nixup revert nixpkgs');
});

test('a removal names each of its problems', () => {
  const removal = cases.find(([name]) => name === 'a removal');
  expect(causeOf(printed(removal?.[4] ?? [])).refused).toEqual({
    package: '0ad-0.27',
    refusal: {
      reason: 'problems',
      problems: [
        { name: 'removal', kind: 'removal' },
        { name: 'maintainerless', kind: 'maintainerless' },
      ],
    },
  });
});

/** check-meta.nix: `pos_str` is a path as it is, or «unknown-file»; names are anything (2019 to 2026). */
test.each([
  [
    'Package ‘a-1’ in /home/a b/my nix/x.nix:3 is marked as broken, refusing to evaluate.',
    'a-1',
    'broken',
  ],
  [
    'Package ‘a-1’ in «unknown-file» has an unfree license (‘unfree’), refusing to evaluate.',
    'a-1',
    'unfree',
  ],
  [
    'Package ‘a-1’ in /x is odd/y:3 has a blacklisted license (‘agpl3’), refusing to evaluate.',
    'a-1',
    'blocked-license',
  ],
  [
    'Package ‘it’s-1’ in /x:3 is marked as insecure, refusing to evaluate. Known issues: - a',
    'it’s-1',
    'insecure',
  ],
  [
    "Package ‘it's-1’ in /a because it/x:3 is not supported on ‘aarch64-linux’, refusing to evaluate.",
    "it's-1",
    'platform',
  ],
  [
    "Refusing to evaluate package 'it's-1' in /x:3 because it is marked as insecure",
    "it's-1",
    'insecure',
  ],
  [
    "Refusing to evaluate package 'a'b'c-1' in /home/a b/x:3 because it has an unfree license (‘unfree’)",
    "a'b'c-1",
    'unfree',
  ],
  [
    "Refusing to evaluate package 'a in b-1' in /x:3 because it has problems: - broken: no",
    'a in b-1',
    'problems',
  ],
  [
    "Refusing to evaluate package 'a-1' in «unknown-file» because it contains elements not built from source (‘binaryNativeCode’)",
    'a-1',
    'not-from-source',
  ],
])('%s', (statement, name, reason) => {
  expect(parseRefusedPackage(statement)).toMatchObject({ package: name, refusal: { reason } });
});

test('a name with a quote is quoted in what is to be written', () => {
  const cause = causeOf([
    `error: Refusing to evaluate package 'a"b-1' in /x:3 because it has an unfree license (‘unfree’)`,
  ]);
  const scene = { hosts: ['p620'], movedInputs: [], input: null };
  expect(
    remediesOf(cause, scene)
      .map(({ text }) => text)
      .join('\n'),
  ).toContain('[ "a\\"b" ]');
});

test.each([
  "cannot build 'x' because it has problems: - broken: no",
  "Refusing to evaluate package 'x-1' in /a:1 because it tastes odd",
  'The text says: Package ‘x’ in /a:1 is marked as broken, refusing to evaluate.',
  "attribute 'marked as insecure, refusing to evaluate' missing",
])('%j is no refusal of nixpkgs', (statement) => {
  expect(parseRefusedPackage(statement)).toBeNull();
});

test.each([
  ['openssl-1.1.1w', 'openssl'],
  ['nvidia-x11-580.119-6.12', 'nvidia-x11'],
  ['libhydrasdr-unstable', 'libhydrasdr-unstable'],
  ['steam', 'steam'],
  ['foo-_1', 'foo'],
])('the name of %s is %s', (text, name) => {
  expect(packageWithoutVersion(text)).toBe(name);
});

test.each([
  ['ripgrep', 'ripgrep'],
  ['0ad', '"0ad"'],
  ['with', '"with"'],
  ['a.b', '"a.b"'],
  [`a"\${b}`, `"a\\"\\\${b}"`],
])('%s is written %s in Nix', (text, written) => {
  expect(attributeName(text)).toBe(written);
});

test('any text is read without an error', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, reason) => {
      const statement = `Refusing to evaluate package '${name}' in x because it is ${reason}`;
      expect(() => parseRefusedPackage(statement)).not.toThrow();
      expect(causeOf([`error: ${statement}`]).message.length).toBeLessThanOrEqual(602);
    }),
  );
});
