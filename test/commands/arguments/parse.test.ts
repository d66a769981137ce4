import { expect, test } from 'vitest';
import { readGlobalFlags } from '../../../source/commands/arguments/flag-values.ts';
import { parseArguments } from '../../../source/commands/arguments/parse.ts';
import { type FlagRow, globalFlags } from '../../../source/commands/arguments/rows.ts';
import { subcommands } from '../../../source/commands/arguments/subcommands.ts';

const work = (line: string) => {
  const parsed = parseArguments(line.split(' ').filter((word) => word !== ''));
  if (!parsed.ok) throw new Error(parsed.failure);
  if (parsed.value.kind !== 'work') throw new Error(parsed.value.kind);
  return parsed.value.invocation;
};

const refusal = (line: string): string => {
  const parsed = parseArguments(line.split(' ').filter((word) => word !== ''));
  if (parsed.ok) throw new Error(`understood: ${JSON.stringify(parsed.value)}`);
  return parsed.failure;
};

test('no words open the screen', () => {
  expect(work('')).toEqual({
    command: null,
    words: [],
    flags: readGlobalFlags({}),
    own: {},
  });
});

test.each([
  ['status p620 razer', { command: 'status', words: ['p620', 'razer'] }],
  ['--flake /f status p620', { command: 'status', words: ['p620'], flags: { flake: '/f' } }],
  ['--flake=/f --json diff', { command: 'diff', flags: { flake: '/f', json: true } }],
  ['status 007', { command: 'status', words: ['007'] }],
  ['status -- -p620', { command: 'status', words: ['-p620'] }],
  ['deploy --mode boot --canary p620', { own: { mode: 'boot', canary: 'p620' } }],
  ['deploy --confirm a --confirm b,c --yes', { flags: { confirm: ['a', 'b', 'c'], yes: true } }],
  [
    'run --inputs a,b --no-deploy',
    { own: { inputs: ['a', 'b'], noDeploy: true, noCommit: false } },
  ],
  ['run --no-commit', { own: { noDeploy: false, noCommit: true } }],
  ['run', { own: { noDeploy: false, noCommit: false } }],
  ['deploy', { own: { mode: 'switch', canary: null, reboot: false } }],
  ['rollback p620 --generation 12 --commit', { own: { generation: 12, commit: true } }],
  ['status --jobs 8 --on @server', { flags: { jobs: 8, on: ['@server'] } }],
  ['update --exclude a --exclude b', { own: { exclude: ['a', 'b'] } }],
  ['config check', { command: 'config', words: ['check'] }],
])('nixup %s is understood', (line, expected) => {
  expect(work(line)).toMatchObject(expected);
});

test.each([
  ['statsu', 'There is no command "statsu". Did you mean status?\nSee: nixup --help'],
  ['zzzzzzz', 'There is no command "zzzzzzz".\nSee: nixup --help'],
  [
    'deploy --cannary p620',
    'There is no flag --cannary. Did you mean --canary?\nSee: nixup deploy --help',
  ],
  ['status --canary p620', 'nixup status has no flag --canary.\nSee: nixup status --help'],
  ['--jsno', 'There is no flag --jsno. Did you mean --json?\nSee: nixup --help'],
  ['status -x', 'There is no flag -x.\nSee: nixup status --help'],
  [
    'status -oProxyCommand=touch',
    'There is no flag -oProxyCommand=touch.\nSee: nixup status --help',
  ],
  ['status --flake', '--flake needs a value: PATH.\nSee: nixup status --help'],
  ['--flake --json status', '--flake needs a value: PATH.\nSee: nixup status --help'],
  ['status --flake a --flake b', '--flake is given twice.\nSee: nixup status --help'],
  ['status --json=1', '--json takes no value.\nSee: nixup status --help'],
  ['status --jobs many', '--jobs is a whole number from 1, not "many".\nSee: nixup status --help'],
  ['status --jobs 0', '--jobs is a whole number from 1, not "0".\nSee: nixup status --help'],
  [
    'deploy --mode swich',
    '--mode is one of switch, boot, test, dry-activate, not "swich". Did you mean switch?\nSee: nixup deploy --help',
  ],
  ['watch --window 7d', '--window goes with --chart.\nSee: nixup watch --help'],
  [
    'watch --follow --chart cpu',
    '--chart and --follow do not go together.\nSee: nixup watch --help',
  ],
  [
    'services p620 --unit sshd --restart --follow',
    '--follow and --restart do not go together.\nSee: nixup services --help',
  ],
  ['check --markdown', '--markdown goes with --criteria.\nSee: nixup check --help'],
  ['test --hold', '--hold goes with --bisect.\nSee: nixup test --help'],
  ['check now', 'nixup check takes no arguments, not "now".\nSee: nixup check --help'],
  ['diff a b c', 'nixup diff has no use for "c".\nSee: nixup diff --help'],
  [
    'config chekc',
    'nixup config takes check, not "chekc". Did you mean check?\nSee: nixup config --help',
  ],
  [
    'completions',
    'nixup completions needs an argument: bash, zsh, fish.\nSee: nixup completions --help',
  ],
])('nixup %s is refused with a sentence', (line, expected) => {
  expect(refusal(line)).toBe(expected);
});

test('help and version are asked for at any place', () => {
  expect(parseArguments(['deploy', '--help'])).toEqual({
    ok: true,
    value: { kind: 'help', command: 'deploy' },
  });
  expect(parseArguments(['help', 'deploy'])).toEqual({
    ok: true,
    value: { kind: 'help', command: 'deploy' },
  });
  expect(parseArguments(['-h'])).toEqual({ ok: true, value: { kind: 'help', command: null } });
  expect(parseArguments(['--json', '--version'])).toEqual({ ok: true, value: { kind: 'version' } });
});

/** A value that is not the one of a flag that is not given. */
const valueFor = ({ choices, isNumber }: FlagRow): string =>
  choices?.at(-1) ?? (isNumber === true ? '7' : 'word');

const everyFlag = subcommands.flatMap((row) => {
  const own: readonly FlagRow[] = row.flags;
  const all: readonly FlagRow[] = [...globalFlags, ...own];
  return all
    .filter(({ name }) => name !== 'version' && name !== 'help')
    .map((flag) => {
      const { argument } = row;
      const word =
        argument === null || argument.least === 0
          ? ''
          : 'choices' in argument
            ? argument.choices[0]
            : 'word';
      const given = (one: FlagRow): string =>
        one.value === null ? `--${one.name}` : `--${one.name}=${valueFor(one)}`;
      const needed = own.find(({ name }) => name === flag.needs);
      return [
        `${row.name} ${word}${needed === undefined ? '' : ` ${given(needed)}`}`,
        given(flag),
      ] as const;
    });
});

test.each(everyFlag)('nixup %s %s changes what is done', (line, flag) => {
  expect(work(`${line} ${flag}`)).not.toEqual(work(line));
});

test.each(
  subcommands.map((row) => [row.name, row.argument] as const),
)('nixup %s takes --on', (name, argument) => {
  const word =
    argument !== null && argument.least > 0
      ? 'choices' in argument
        ? (argument.choices[0] ?? '')
        : 'one'
      : '';
  expect(work(`${name} ${word} --on @server`.replaceAll('  ', ' ')).flags.on).toEqual(['@server']);
});

test('nixup alone takes --on as well', () => {
  expect(parseArguments(['--on', '@server'])).toMatchObject({
    ok: true,
    value: { invocation: { command: null, flags: { on: ['@server'] } } },
  });
});
