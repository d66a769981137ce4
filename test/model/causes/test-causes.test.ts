import { expect, test } from 'vitest';
import type { BesideLock } from '../../../source/model/causes/beside-lock.ts';
import { placeInFlake } from '../../../source/model/causes/position.ts';
import {
  causeLines,
  causeSentence,
  shareCauses,
} from '../../../source/model/causes/test-causes.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';

const cause = (over: Partial<NixCause> = {}): NixCause => ({
  class: 'evaluation',
  message: "attribute 'foo' missing",
  derivation: null,
  position: { file: 'modules/common.nix', line: 4, column: 2 },
  positions: [{ file: 'modules/common.nix', line: 4, column: 2 }],
  expected: null,
  got: null,
  tail: [],
  ...over,
});

const hash = (letter: string): string => letter.repeat(32);

const failedBuilder = (letter: string, line = 'error: no widget.h'): NixCause =>
  cause({
    class: 'builder-failed',
    message: `builder for '/nix/store/${hash(letter)}-widget-2.drv' failed with exit code 1`,
    derivation: `/nix/store/${hash(letter)}-widget-2.drv`,
    position: null,
    positions: [],
    phase: 'buildPhase',
    tail: ['checking for widget.h', line],
  });

test('the same cause in several hosts is shown once, with the hosts', () => {
  const causes = shareCauses([
    { host: 'p620', step: 'evaluate', cause: cause() },
    { host: 'razer', step: 'build', cause: failedBuilder('a') },
    { host: 'p510', step: 'build', cause: failedBuilder('b') },
    { host: 'samsung', step: 'build', cause: failedBuilder('c') },
  ]);
  expect(causes.map(({ hosts }) => hosts)).toEqual([['razer', 'p510', 'samsung'], ['p620']]);
  expect(causes[0]?.what).toBe('widget-2 does not build in its buildPhase: error: no widget.h');
});

test('builders of one name that fail for different reasons are two causes', () => {
  const causes = shareCauses([
    { host: 'razer', step: 'build', cause: failedBuilder('a') },
    { host: 'p510', step: 'build', cause: failedBuilder('b', 'error: out of inodes') },
  ]);
  expect(causes).toHaveLength(2);
});

test("a host's own name in the message does not make it another cause", () => {
  const missing = (host: string): NixCause =>
    cause({ message: `nixosConfigurations.${host} lacks a disk`, position: null });
  expect(
    shareCauses([
      { host: 'razer', step: 'evaluate', cause: missing('razer') },
      { host: 'p510', step: 'evaluate', cause: missing('p510') },
    ]),
  ).toHaveLength(1);
});

test('one failed derivation is one cause, whatever the hosts are called', () => {
  for (const hosts of [
    ['a', 'b', 'widget'],
    ['razer', 'widget', 'p.10'],
    ['idg', 'error', 'no'],
  ]) {
    const causes = shareCauses(
      hosts.map((host) => ({ host, step: 'build' as const, cause: failedBuilder('a') })),
    );
    expect(causes.map((one) => one.hosts)).toEqual([hosts]);
  }
});

test('a cancellation is no cause', () => {
  expect(
    shareCauses([{ host: 'p620', step: 'build', cause: cause({ class: 'canceled' }) }]),
  ).toEqual([]);
});

test('a mismatch in the lock names the input, and says that upstream changed the revision', () => {
  const [shared] = shareCauses(
    [
      {
        host: 'p620',
        step: 'evaluate',
        cause: cause({ class: 'hash-mismatch', expected: 'sha256-old', got: 'sha256-new' }),
      },
    ],
    {
      movedInputs: ['stylix'],
      inputOfHash: (wanted) => (wanted === 'sha256-old' ? 'stylix' : null),
    },
  );
  expect(shared?.what).toBe(
    'The input stylix is not what the lock promises: expected sha256-old, got sha256-new. Upstream serves other content under the same address',
  );
  expect(shared?.remedies.map(({ command }) => command)).toEqual([
    'nixup revert stylix',
    'nixup hold stylix',
    'nixup test p620 --fresh',
    'nixup update stylix',
  ]);
});

test.each([
  [[], []],
  [['stylix'], ['nixup revert stylix', 'nixup hold stylix']],
  [['stylix', 'nixpkgs'], ['nixup test p620 --bisect']],
])('with the inputs %j moved, the remedies name %j', (movedInputs, expected) => {
  const [shared] = shareCauses([{ host: 'p620', step: 'build', cause: failedBuilder('a') }], {
    movedInputs,
    inputOfHash: () => null,
  });
  const commands = shared?.remedies.map(({ command }) => command) ?? [];
  expect(commands.slice(1, -1)).toEqual(expected);
  expect(commands[0]).toBe(`nix log /nix/store/${hash('a')}-widget-2.drv`);
});

test.each<[string, BesideLock | undefined, readonly string[]]>([
  [
    'of which nothing is known',
    undefined,
    [
      'Put stylix back, the only input that changed since the committed lock.',
      'Hold stylix, so that the next update leaves it.',
    ],
  ],
  [
    'with nothing beside it',
    { kind: 'nothing' },
    [
      'Put stylix back, the only change since the last test that passed.',
      'Hold stylix, so that the next update leaves it.',
    ],
  ],
  [
    'with a commit beside it',
    {
      kind: 'changed',
      since: 'test',
      tree: 'a'.repeat(40),
      files: ['flake.nix'],
      commits: ['7132145 Move the proxy'],
    },
    [
      'See what else changed since the last test that passed: flake.nix (7132145 Move the proxy).',
      'Or put stylix back, the only input that changed.',
    ],
  ],
  [
    'with files beside it that are not committed',
    {
      kind: 'changed',
      since: 'commit',
      tree: 'a'.repeat(40),
      files: ['a.nix', 'b.nix', 'c.nix', 'd.nix', 'e.nix'],
      commits: [],
    },
    [
      'See what else changed since the last commit: a.nix, b.nix, c.nix and 2 more.',
      'Or put stylix back, the only input that changed.',
    ],
  ],
])('an input that moved, %s, is blamed for no more than is known', (_what, beside, expected) => {
  const [shared] = shareCauses([{ host: 'p620', step: 'build', cause: failedBuilder('a') }], {
    movedInputs: ['stylix'],
    inputOfHash: () => null,
    ...(beside === undefined ? {} : { beside: () => beside }),
  });
  expect(shared?.remedies.slice(1, -1).map(({ text }) => text)).toEqual(expected);
});

test('what changed in the flake is named where no input moved', () => {
  const [shared] = shareCauses([{ host: 'p620', step: 'build', cause: failedBuilder('a') }], {
    movedInputs: [],
    inputOfHash: () => null,
    beside: () => ({
      kind: 'changed',
      since: 'test',
      tree: 'a'.repeat(40),
      files: ['flake.nix', ':/common/b c.nix'],
      commits: [],
    }),
  });
  expect(shared?.remedies[1]).toMatchObject({
    action: 'show-changes',
    command: "git diff aaaaaaaaaaaa -- flake.nix ':/common/b c.nix'",
  });
});

test('a file that can be mended is opened at its line', () => {
  const [shared] = shareCauses([{ host: 'p620', step: 'evaluate', cause: cause() }]);
  expect(shared?.remedies[0]).toMatchObject({
    action: 'open-file',
    command: '$EDITOR +4 modules/common.nix',
  });
});

const refused = (kind: string): Pick<NixCause, 'refused'> => {
  if (kind === 'insecure-package')
    return { refused: { package: 'openssl-1.1.1w', refusal: { reason: 'insecure' } } };
  return kind === 'unfree-package'
    ? { refused: { package: 'openssl-1.1.1w', refusal: { reason: 'unfree' } } }
    : {};
};

test.each([
  'insecure-package',
  'unfree-package',
  'broken-package',
  'unsupported-package',
  'refused-package',
  'out-of-memory',
  'disk-full',
  'network',
  'no-builder',
  'untrusted-settings',
  'lock-outdated',
  'infinite-recursion',
  'removed-option',
  'conflicting-options',
  'assertion',
  'dependency-failed',
  'unknown',
] as const)('%s has a sentence and a remedy', (kind) => {
  const [shared] = shareCauses([
    {
      host: 'p620',
      step: 'evaluate',
      cause: cause({
        class: kind,
        message: 'Package ‘openssl-1.1.1w’ is refused',
        ...refused(kind),
      }),
    },
  ]);
  expect(shared?.what).not.toBe('');
  expect(shared?.remedies.length).toBeGreaterThan(0);
  if (kind === 'insecure-package') expect(shared?.remedies[0]?.text).toContain('"openssl-1.1.1w"');
  if (kind === 'unfree-package') expect(shared?.remedies[0]?.text).toContain('[ "openssl" ]');
});

test('lines of a cause: hosts, sentence, place, proof, remedies', () => {
  const [shared] = shareCauses([{ host: 'p620', step: 'evaluate', cause: cause({ tail: ['^'] }) }]);
  const lines = shared === undefined ? [] : causeLines(shared);
  expect(lines.slice(0, 3)).toEqual([
    "p620: attribute 'foo' missing (modules/common.nix:4:2)",
    '    ^',
    '  Open modules/common.nix:4:2 and correct it. $EDITOR +4 modules/common.nix',
  ]);
});

test.each([
  ["builder for '/nix/store/x.drv' failed with exit code 1", 'with exit code 1'],
  ["Cannot build '/nix/store/x.drv'. Reason: builder failed with exit code 7.", 'with exit code 7'],
  [
    "builder for '/nix/store/x.drv' failed due to signal 11 (Segmentation fault)",
    'due to signal 11 (Segmentation fault)',
  ],
])('a builder that says nothing is told by how it ended: %s', (message, ending) => {
  expect(causeSentence({ ...failedBuilder('a'), message, tail: [], phase: null })).toBe(
    `widget-2 does not build: it said nothing, and ended ${ending}`,
  );
});

test('a builder that ends well without its output is told by that, not by its last line', () => {
  const message =
    "builder for '/nix/store/x.drv' failed to produce output path for output 'out' at \"/nix/store/x\"";
  expect(causeSentence({ ...failedBuilder('a', 'all done'), message, phase: null })).toBe(
    "widget-2 does not build: failed to produce output path for output 'out'",
  );
});

test("the place is in the person's own file, even where Nix ended in another flake's", () => {
  const found = placeInFlake(
    cause({
      position: { file: 'modules/services/foo.nix', line: 9, column: 1 },
      positions: [
        { file: 'modules/services/foo.nix', line: 9, column: 1 },
        { file: '/home/ada/fleet/hosts/p620.nix', line: 3, column: 5 },
      ],
    }),
    {
      flake: '/home/ada/fleet',
      files: new Set(['hosts/p620.nix']),
      inputOfSource: () => null,
    },
  );
  expect(found.position).toEqual({ file: 'hosts/p620.nix', line: 3, column: 5 });
});

test("a flake.nix of an input is not the person's own, and is not offered to be opened", () => {
  const inInput = { file: 'flake.nix', line: 9, column: 1, source: '/nix/store/x-source' };
  const own = {
    flake: '/home/ada/fleet',
    files: new Set(['flake.nix', 'hosts/p620.nix']),
    inputOfSource: (source: string) => (source === '/nix/store/x-source' ? 'home-manager' : null),
  };
  const far = placeInFlake(cause({ position: inInput, positions: [inInput] }), own);
  const [shared] = shareCauses([{ host: 'p620', step: 'evaluate', cause: far }]);
  expect(shared === undefined ? [] : causeLines(shared)[0]).toBe(
    "p620: attribute 'foo' missing (flake.nix:9:1 of home-manager)",
  );
  expect(shared?.remedies.map(({ action }) => action)).not.toContain('open-file');

  const near = { file: 'hosts/p620.nix', line: 2, column: 3, source: '/nix/store/y-source' };
  const placed = placeInFlake(cause({ position: inInput, positions: [inInput, near] }), own);
  expect(placed.position).toEqual({ file: 'hosts/p620.nix', line: 2, column: 3 });
});

test('each file that defines a conflicting option can be opened, by the name that a person knows', () => {
  const source = `/nix/store/${hash('a')}-source`;
  const at = (file: string) => ({ file, line: null, column: null, source });
  const conflicting = placeInFlake(
    cause({
      class: 'conflicting-options',
      message: `The option \`x' has conflicting definition values: - In \`${source}/hosts/p620.nix': 1 - In \`${source}/modules/common.nix': 2`,
      positions: [at('hosts/p620.nix'), at('modules/common.nix')],
      position: at('hosts/p620.nix'),
      tail: [`- In \`${source}/hosts/p620.nix': 1`],
    }),
    {
      flake: '/home/ada/fleet',
      files: new Set(['hosts/p620.nix', 'modules/common.nix']),
      inputOfSource: () => null,
    },
  );
  expect(conflicting.message).toContain("In `hosts/p620.nix': 1 - In `modules/common.nix': 2");
  expect(conflicting.tail).toEqual(["- In `hosts/p620.nix': 1"]);
  const [shared] = shareCauses([{ host: 'p620', step: 'evaluate', cause: conflicting }]);
  expect(shared?.remedies.flatMap(({ place }) => place?.file ?? [])).toEqual([
    'hosts/p620.nix',
    'modules/common.nix',
  ]);
});

test('a flake in a folder of its repository is placed within that folder', () => {
  const source = `/nix/store/${hash('a')}-source`;
  const at = { file: 'machines/nix/hosts/p620.nix', line: 2, column: 3, source };
  const found = placeInFlake(cause({ position: at, positions: [at] }), {
    flake: '/home/ada/repository/machines/nix',
    files: new Set(['flake.nix', 'hosts/p620.nix']),
    inputOfSource: () => null,
  });
  expect(found.position).toEqual({ file: 'hosts/p620.nix', line: 2, column: 3 });
});
