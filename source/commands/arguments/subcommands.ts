import {
  type ArgumentRow,
  buildFlags,
  commitFlags,
  deployFlags,
  type SubcommandRow,
} from './rows.ts';

const hosts: ArgumentRow = { name: 'HOST', least: 0, most: Number.POSITIVE_INFINITY };

/** Every subcommand: parser, help, completions and README are made from these rows. */
export const subcommands = [
  {
    name: 'demo',
    unnarrowed: 'the demo plays its whole runbook',
    help: 'the screen on an embedded fleet; nothing to install or configure',
    argument: null,
    flags: [],
    examples: ['nixup demo', 'nixup demo | less'],
  },
  {
    name: 'status',
    help: 'every host: position, generations, failed units',
    argument: hosts,
    flags: [],
    examples: ['nixup status', 'nixup status p620 @laptops', 'nixup status --json'],
  },
  {
    name: 'check',
    help: 'the preflight board: what must be well before anything is built',
    argument: null,
    flags: [],
    examples: ['nixup check'],
  },
  {
    name: 'update',
    unnarrowed: 'the lock is that of every host',
    help: 'update all or the named inputs (INPUT@REVISION: to a revision or a day)',
    argument: { name: 'INPUT', least: 0, most: Number.POSITIVE_INFINITY },
    flags: [{ name: 'exclude', value: 'INPUT', list: 'names', help: 'hold this input' }],
    examples: [
      'nixup update',
      'nixup update nixpkgs',
      'nixup update nixpkgs@2026-11-20 stylix',
      'nixup update home-manager@64c08a7',
      'nixup update --exclude stylix',
    ],
  },
  {
    name: 'diff',
    unnarrowed: 'the lock is that of every host; which inputs change these hosts: nixup impact',
    help: "lock difference; default: HEAD's lock against the working tree's",
    argument: { name: 'REVISION', least: 0, most: 2 },
    flags: [
      { name: 'markdown', value: null, help: 'as Markdown, for a pull request' },
      {
        name: 'facts',
        value: null,
        help: 'with commits and what may break: asks git, the store and forges',
      },
    ],
    examples: ['nixup diff', 'nixup diff HEAD~1', 'nixup diff old.lock flake.lock --json'],
  },
  {
    name: 'revert',
    unnarrowed: 'the lock is that of every host',
    help: 'put inputs back to the committed lock; the rest stays',
    argument: { name: 'INPUT', least: 0, most: Number.POSITIVE_INFINITY },
    flags: [
      { name: 'all', value: null, help: 'the whole committed lock, byte for byte' },
      { name: 'undo', value: null, help: 'the lock from before the last update or revert' },
      { name: 'keep', value: null, help: 'the reverse: take the update of these inputs again' },
    ],
    examples: ['nixup revert stylix', 'nixup revert --all', 'nixup revert --undo'],
  },
  {
    name: 'packages',
    help: 'package difference of each host: what it runs against what it would run',
    argument: hosts,
    flags: [
      { name: 'built-only', value: null, help: 'build nothing; hosts not built yet are left out' },
    ],
    examples: ['nixup packages', 'nixup packages p620', 'nixup packages --json'],
  },
  {
    name: 'impact',
    help: 'which hosts each changed input changes, with only that input moved',
    argument: { name: 'INPUT', least: 0, most: Number.POSITIVE_INFINITY },
    flags: [],
    examples: ['nixup impact', 'nixup impact nixpkgs', 'nixup impact --json'],
  },
  {
    name: 'test',
    help: 'check, then build every host before any is touched',
    argument: hosts,
    flags: [
      { name: 'bisect', value: null, help: 'on failure, find the input whose move breaks a host' },
      { name: 'hold', value: null, help: 'with --bisect: hold what it names, and test again' },
      { name: 'trace', value: null, help: 'the whole trace of evaluation errors' },
      { name: 'fresh', value: null, help: 'download again what Nix has cached' },
      ...buildFlags,
      {
        name: 'validate',
        value: 'HOW',
        choices: ['quick', 'full'],
        help: 'nix flake check too: without builds, or with all of them',
      },
    ],
    examples: ['nixup test', 'nixup test razer', 'nixup test --bisect'],
  },
  {
    name: 'hold',
    unnarrowed: 'the lock is that of every host',
    help: 'keep inputs at the committed lock, and say so in nixup.toml; change that, or take it away',
    argument: { name: 'INPUT', least: 1, most: Number.POSITIVE_INFINITY },
    flags: [
      { name: 'reason', value: 'TEXT', help: 'why, for whoever reads the file' },
      { name: 'until', value: 'DAY', help: 'updated again from this day on, as in 2026-12-24' },
      { name: 'release', value: null, help: 'take the hold away; the lock stays as it is' },
    ],
    examples: [
      'nixup hold stylix --reason "breaks the GPU" --until 2026-12-24',
      'nixup hold stylix --release',
    ],
  },
  {
    name: 'deploy',
    help: 'preview, confirm, deploy what was tested, verify',
    argument: hosts,
    flags: deployFlags,
    examples: ['nixup deploy', 'nixup deploy --on @server --yes', 'nixup deploy razer --mode boot'],
  },
  {
    name: 'verify',
    help: 'health against the last baseline',
    argument: hosts,
    flags: [
      {
        name: 'accept',
        value: null,
        help: 'accept the health as expected: later runs compare with it',
      },
    ],
    examples: ['nixup verify', 'nixup verify p620 --accept'],
  },
  {
    name: 'rollback',
    help: 'to the generation before the last deploy',
    argument: hosts,
    flags: [
      { name: 'generation', value: 'N', isNumber: true, help: 'to this generation instead' },
      {
        name: 'reboot',
        value: null,
        help: 'restart hosts whose way back needs it: booted once, proven, then made the default',
      },
      { name: 'lock', value: null, help: 'put the lock back to the committed one too' },
      { name: 'commit', value: null, help: 'revert the last commit that nixup made too' },
      { name: 'push', value: null, help: 'push the branch after that' },
    ],
    examples: ['nixup rollback razer', 'nixup rollback razer --generation 188'],
  },
  {
    name: 'clean',
    help: 'remove old generations, after showing which; what runs, boots or is known good stays',
    argument: hosts,
    flags: [],
    examples: ['nixup clean', 'nixup clean p620 --yes'],
  },
  {
    name: 'commit',
    unnarrowed: 'a commit holds the lock of every host',
    help: 'commit the tested lock with a message made of facts',
    argument: null,
    flags: [
      ...commitFlags,
      { name: 'pr', value: null, help: 'as a branch and a pull request' },
      {
        name: 'message',
        value: 'FILE',
        help: 'take the message from this file, a pipe, or standard input (-)',
      },
      { name: 'edit', value: null, help: 'edit the message before committing' },
    ],
    examples: ['nixup commit --push', 'nixup commit --edit'],
  },
  {
    name: 'watch',
    help: 'compare each host with its state before the deploy',
    argument: hosts,
    flags: [{ name: 'follow', value: null, help: 'again every minute until stopped' }],
    examples: ['nixup watch', 'nixup watch --follow'],
  },
  {
    name: 'run',
    help: 'check, update, test, deploy, verify and commit in one go',
    argument: hosts,
    flags: [
      { name: 'inputs', value: 'A,B', list: 'names', help: 'update only these inputs' },
      { name: 'no-deploy', value: null, help: 'stop after the test' },
      { name: 'no-commit', value: null, help: 'leave the lock uncommitted' },
      ...buildFlags,
      ...commitFlags,
    ],
    examples: ['nixup run', 'nixup run --yes --json', 'nixup run --inputs nixpkgs --no-commit'],
  },
  {
    name: 'history',
    help: 'past runs; one run in full',
    argument: { name: 'RUN', least: 0, most: 1 },
    flags: [],
    examples: ['nixup history', 'nixup history 20261120-141205-k3f9x2'],
  },
  {
    name: 'resume',
    help: 'finish, roll back or leave a run that was cut off',
    argument: { name: 'ACTION', least: 0, most: 1, choices: ['finish', 'rollback', 'leave'] },
    flags: [],
    examples: ['nixup resume', 'nixup resume finish --yes'],
  },
  {
    name: 'config',
    unnarrowed: 'the whole configuration is checked',
    help: 'check nixup.toml against its schema and against the flake',
    argument: { name: 'ACTION', least: 1, most: 1, choices: ['check'] },
    flags: [],
    examples: ['nixup config check'],
  },
  {
    name: 'completions',
    unnarrowed: 'a completion script is about no host',
    help: 'print the completion script of a shell',
    argument: { name: 'SHELL', least: 1, most: 1, choices: ['bash', 'zsh', 'fish'] },
    flags: [],
    examples: ['nixup completions fish | source'],
  },
] as const satisfies readonly SubcommandRow[];

export type SubcommandName = (typeof subcommands)[number]['name'];

export const findSubcommand = (
  name: string,
): (SubcommandRow & { readonly name: SubcommandName }) | undefined =>
  subcommands.find((row) => row.name === name);
