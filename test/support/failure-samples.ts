import type { Failure, FailureCode } from '../../source/model/failure.ts';
import type { NixCause } from '../../source/model/nix/cause.ts';
import type { UnseenFile } from '../../source/model/nix/unseen-file.ts';

const host = 'p510';
const tail = ['last words'];
const detail = 'the detail';

/** One of each code: a code that is missing here does not compile. */
export const failureSamples: { readonly [Code in FailureCode]: Extract<Failure, { code: Code }> } =
  {
    'program-missing': { code: 'program-missing', program: 'nix' },
    'command-failed': { code: 'command-failed', command: 'nix build', exitCode: 1, tail },
    'command-killed': { code: 'command-killed', command: 'nix build', signal: 'SIGKILL', tail },
    'command-timeout': { code: 'command-timeout', command: 'nix build', afterMs: 65_000, tail },
    'tool-failed': {
      code: 'tool-failed',
      tool: 'editor',
      variable: 'EDITOR',
      words: 'hx',
      ending: { kind: 'missing' },
    },
    canceled: { code: 'canceled', what: 'nix build' },
    'output-unreadable': { code: 'output-unreadable', command: 'nix eval', detail },
    'host-name-refused': { code: 'host-name-refused', name: '-oProxyCommand=touch pwned' },
    'host-unknown': { code: 'host-unknown', name: 'p51', nearest: host },
    'tag-unknown': { code: 'tag-unknown', tag: 'servr', nearest: 'server', known: ['server'] },
    'host-unreachable': { code: 'host-unreachable', host, detail },
    'host-timeout': { code: 'host-timeout', host, afterMs: 5_000 },
    'ssh-failed': {
      code: 'ssh-failed',
      host,
      why: 'not-started',
      detail: '/root/.ssh/config: line 3: Bad configuration option: nonsense',
    },
    'login-waits': {
      code: 'login-waits',
      host,
      text: 'To authenticate, visit: https://login.example/a/1',
      waitedMs: 25_000,
    },
    'host-key-unknown': { code: 'host-key-unknown', host, address: 'p510.home' },
    'host-key-changed': { code: 'host-key-changed', host, address: 'p510.home' },
    'login-refused': { code: 'login-refused', host, detail },
    'login-shell-failed': { code: 'login-shell-failed', host, exitCode: 1, detail },
    'identity-mismatch': {
      code: 'identity-mismatch',
      host,
      fact: 'host name',
      expected: host,
      found: 'razer',
    },
    'not-nixos': { code: 'not-nixos', host, detail },
    'elevation-refused': { code: 'elevation-refused', host, detail },
    'config-invalid': {
      code: 'config-invalid',
      file: 'nixup.toml',
      line: 3,
      detail,
      remedy: 'write jobs = 4',
    },
    'lock-invalid': { code: 'lock-invalid', file: 'flake.lock', line: 9, detail },
    'flake-missing': { code: 'flake-missing', path: '/home/ada' },
    'file-failed': { code: 'file-failed', operation: 'write', path: '/x', detail },
    'evaluation-failed': { code: 'evaluation-failed', host, cause: 'no such option', tail },
    'build-failed': { code: 'build-failed', host, cause: 'no space', derivation: null, tail },
    'input-unknown': { code: 'input-unknown', name: 'nixpkg', nearest: 'nixpkgs' },
    'fetch-failed': {
      code: 'fetch-failed',
      inputs: [{ name: 'b', place: 'flake.nix, line 4', why: 'no such repository', remedy: null }],
      detail: 'no such repository',
    },
    'lock-not-written': { code: 'lock-not-written', detail },
    'revert-refused': { code: 'revert-refused', input: 'agenix', detail },
    'copy-failed': { code: 'copy-failed', host, detail, remedy: null, tail },
    'activation-failed': { code: 'activation-failed', host, exitCode: 4, meaning: 'a unit', tail },
    'activation-unproven': { code: 'activation-unproven', host, expected: '/a', found: '/b' },
    'persistence-unproven': { code: 'persistence-unproven', host, detail },
    'taken-back': {
      code: 'taken-back',
      host,
      result: { kind: 'reverted', why: 'contact', exitCode: 0 },
      detail,
    },
    'generation-gone': { code: 'generation-gone', host, generation: 97, detail },
    'restart-silent': { code: 'restart-silent', host, afterMs: 600_000, isDown: true },
    'space-short': { code: 'space-short', host, detail },
    'gate-closed': { code: 'gate-closed', host, reason: 'not tested', remedy: 'test it with t' },
    'run-active': { code: 'run-active', run: { kind: 'unreadable', lock: '/run.lock' } },
    'git-refused': { code: 'git-refused', operation: 'commit', detail, remedy: 'set user.name' },
    'revision-refused': {
      code: 'revision-refused',
      input: 'nixpkgs',
      detail,
      remedy: 'Choose a later day.',
    },
    'revision-unreadable': {
      code: 'revision-unreadable',
      input: 'nixpkgs',
      detail,
      remedy: 'Choose a later day.',
    },
    'file-unseen': {
      code: 'file-unseen',
      unseen: { kind: 'untracked', repository: '/fleet', file: 'flake.lock' },
    },
    'http-failed': { code: 'http-failed', url: 'http://p620:9090', detail },
  };

const ofFile = { repository: '/fleet', file: 'modules/a.nix' };

const unseen: readonly UnseenFile[] = [
  { kind: 'ignored', ...ofFile, rule: { file: '.gitignore', line: 2, pattern: '*.nix' } },
  {
    kind: 'submodule',
    ...ofFile,
    submodule: 'modules',
    inside: {
      kind: 'nested',
      ...ofFile,
      nested: 'modules',
      isPointedAt: true,
      isIgnored: false,
    },
  },
  {
    kind: 'folder',
    ...ofFile,
    inside: [
      { kind: 'empty-folder', ...ofFile },
      { kind: 'lfs-pointer', ...ofFile },
      { kind: 'export-ignored', ...ofFile },
      { kind: 'submodule-absent', ...ofFile, submodule: 'modules' },
      { kind: 'pointer', ...ofFile, nested: 'modules' },
      { kind: 'sparse', ...ofFile, by: 'folders' },
      { kind: 'spelled', ...ofFile, actual: 'modules/A.nix' },
      {
        kind: 'link',
        ...ofFile,
        link: 'modules',
        target: '/elsewhere',
        inside: { kind: 'deleted', ...ofFile, isStaged: true },
      },
    ],
  },
];

const because: NixCause = {
  class: 'missing-attribute',
  message: 'attribute missing',
  derivation: '/nix/store/x.drv',
  position: {
    file: 'flake.nix',
    line: 3,
    column: 1,
    source: '/nix/store/x-source',
    input: 'nixpkgs',
    excerpt: ['3| x'],
  },
  positions: [{ file: 'flake.nix', line: null, column: null }],
  phase: 'buildPhase',
  input: 'nixpkgs',
  expected: 'sha256-A',
  got: 'sha256-B',
  mismatch: { input: 'nixpkgs', revision: 'a1b2c3d', url: 'https://x', verdict: 'lock-wrong' },
  refused: { package: 'openssl-1.1.1w', refusal: { reason: 'insecure' } },
  missing: { file: 'a.nix', unseen: { kind: 'untracked', ...ofFile } },
  tail,
};

const address = 'p510.home';
const command = 'nixup test';
const active = {
  id: 'x',
  goal: 'deploy',
  user: 'ada',
  machine: 'desk',
  pid: 7,
  since: 1,
  flake: '/fleet',
  lock: '/fleet/.git/nixup-run.lock',
};
const reverted = { why: 'contact', exitCode: 0 } as const;
const once = { entry: 'nixos-5.conf', by: 'bootctl' };
const nix = 'no such option';

/** Failures with what a failure of their code may also say. */
export const fullFailures: readonly Failure[] = [
  ...Object.values(failureSamples),
  ...unseen.map((file): Failure => ({ code: 'file-unseen', unseen: file })),
  ...(
    [
      { kind: 'unreadable' },
      { kind: 'exited', exitCode: 1 },
      { kind: 'killed', signal: 'SIGKILL' },
    ] as const
  ).map((ending): Failure => ({ ...failureSamples['tool-failed'], ending })),
  { ...failureSamples['host-unreachable'], address, name: 'p51' },
  { ...failureSamples['host-timeout'], address },
  { ...failureSamples['host-timeout'], isConnected: true },
  { ...failureSamples['ssh-failed'], address, hop: 'jump' },
  { ...failureSamples['login-waits'], address },
  { ...failureSamples['login-refused'], address },
  { ...failureSamples['login-shell-failed'], address },
  { ...failureSamples['identity-mismatch'], other: 'razer', machineId: '0123' },
  { ...failureSamples['elevation-refused'], address, tool: 'sudo' },
  { ...failureSamples['config-invalid'], command },
  { ...failureSamples['lock-invalid'], remedy: 'Write it again.', command },
  { ...failureSamples['file-failed'], isDiskFull: true },
  { code: 'evaluation-failed', host, cause: nix, tail, because },
  {
    ...failureSamples['build-failed'],
    because,
    also: [because],
    unbegun: ['/nix/store/y.drv'],
  },
  {
    code: 'fetch-failed',
    inputs: [{ name: 'b', place: null, why: nix, remedy: 'Sign in.', command }],
    detail,
  },
  { ...failureSamples['lock-not-written'], isMoved: true },
  { ...failureSamples['revert-refused'], instead: command },
  { ...failureSamples['revision-refused'], command },
  { ...failureSamples['copy-failed'], command, wasCut: true },
  { ...failureSamples['activation-failed'], isForBoot: true },
  { ...failureSamples['persistence-unproven'], isBusy: true, after: 'back' },
  { ...failureSamples['gate-closed'], command },
  { ...failureSamples['git-refused'], command },
  { ...failureSamples['http-failed'], isAnswered: true },
  { ...failureSamples['http-failed'], unheard: 'late' },
  { code: 'run-active', run: { kind: 'here', ...active } },
  { code: 'run-active', run: { kind: 'elsewhere', ...active } },
  ...(
    [
      { kind: 'committed' },
      { kind: 'kept' },
      { kind: 'untouched' },
      { kind: 'revert-failed', ...reverted },
      { kind: 'rebooted', ...reverted },
      { kind: 'foreign', current: '/nix/store/z' },
    ] as const
  ).map((result): Failure => ({ ...failureSamples['taken-back'], result })),
  ...(
    [
      { kind: 'resolved', loader: 'systemd-boot', toplevel: '/nix/store/z', once },
      { kind: 'unverifiable', reason: 'no loader', once },
    ] as const
  ).map(
    (found): Failure => ({
      ...failureSamples['taken-back'],
      boot: { found, old: '/nix/store/o' },
    }),
  ),
];
