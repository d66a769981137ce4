import { expect, test } from 'vitest';
import { complete, flakeOf, type LiveNames } from '../../../source/commands/arguments/complete.ts';
import { globalFlags, type SubcommandRow } from '../../../source/commands/arguments/rows.ts';
import { subcommands } from '../../../source/commands/arguments/subcommands.ts';

const rows: readonly SubcommandRow[] = subcommands;

const live: LiveNames = {
  hosts: () => ['p510', 'p620', 'razer'],
  tags: () => ['laptop', 'server'],
  inputs: () => ['nixpkgs', 'stylix'],
  runs: () => ['20261129-172640-zoo0sa', '20261128-080000-aaaaaa'],
  units: () => ['nginx', 'sshd'],
  changed: () => ['hosts/p620.nix', 'nixup.toml'],
};

/** Nothing but the table may be asked. */
const asked = (): never => {
  throw new Error('asked');
};
const closed: LiveNames = {
  hosts: asked,
  tags: asked,
  inputs: asked,
  runs: asked,
  units: asked,
  changed: asked,
};

const words = (line: string, names: LiveNames = live): readonly string[] => {
  const [word = '', ...before] = line.split(' ').toReversed();
  const { candidates, hasFiles } = complete(before.toReversed(), word, names);
  return [...candidates.map((one) => one.word), ...(hasFiles ? ['FILES'] : [])];
};

test('the first word is a subcommand, each with its help', () => {
  expect(complete([], '', closed).candidates.map(({ word }) => word)).toEqual(
    rows.map(({ name }) => name),
  );
  expect(complete([], 'stat', closed).candidates).toEqual([
    { word: 'status', help: 'every host: position, generations, failed units' },
  ]);
});

test.each(
  rows.map((row) => [row.name, row] as const),
)('%s has its own flags and those of all', (name, row) => {
  expect(words(`${name} --`, closed)).toEqual(
    [...row.flags, ...globalFlags].map((flag) => `--${flag.name}`),
  );
});

test.each([
  ['--fl', ['--flake']],
  ['deploy --ca', ['--canary']],
  ['deploy --mode dry', ['dry-activate']],
  ['deploy --mode=b', ['--mode=boot']],
  ['--json resume fi', ['finish']],
  ['completions f', ['fish']],
  // The value of a flag is no subcommand.
  ['--flake . sta', ['status']],
  ['--flake /etc deploy --ca', ['--canary']],
  ['--on server resume fi', ['finish']],
  ['--canary p620 sta', ['status']],
  // A flag is given once, unless it is a list.
  ['deploy --canary p620 --ca', []],
  ['status --on laptop --o', ['--on']],
  // Hosts and their tags, each once.
  ['status p', ['p510', 'p620']],
  ['status p620 ', ['p510', 'razer', '@laptop', '@server']],
  ['status @s', ['@server']],
  ['deploy --canary r', ['razer']],
  ['test --build-on t', ['target']],
  ['--confirm p620,', ['p620,p510', 'p620,razer']],
  ['--on @', ['@laptop', '@server']],
  ['update s', ['stylix']],
  ['update --exclude nixpkgs,s', ['nixpkgs,stylix']],
  ['history 2026112', ['20261129-172640-zoo0sa', '20261128-080000-aaaaaa']],
  ['history 20261129-172640-zoo0sa ', ['20261128-080000-aaaaaa']],
  ['history 20261129-172640-zoo0sa 20261128-080000-aaaaaa ', []],
  ['history --restore 20261128', ['20261128-080000-aaaaaa']],
  ['services --unit s', ['sshd']],
  ['services razer --unit=n', ['--unit=nginx']],
  ['run --inputs nixpkgs,s', ['nixpkgs,stylix']],
  ['commit --with h', ['hosts/p620.nix']],
  ['commit --with nixup.toml,', ['nixup.toml,hosts/p620.nix']],
  ['--flake . st', ['status']],
  ['watch --since 20261128', ['20261128-080000-aaaaaa']],
  // Files are those of the shell.
  ['--config ', ['FILES']],
  ['commit --message x', ['FILES']],
  ['diff ', ['FILES']],
  ['diff a b ', []],
  // Nothing is known.
  ['check ', []],
  ['hold nixpkgs --reason ', []],
  ['stauts ', []],
  ['status -- --', []],
])('%j: %j', (line, found) => {
  expect(words(line)).toEqual(found);
});

test.each([
  [['status'], null],
  [['--flake', 'a', 'status', '--flake=b?submodules=1'], 'b?submodules=1'],
  [['status', '--flake'], null],
])('the flake of %j is %j', (before, flake) => {
  expect(flakeOf(before)).toBe(flake);
});
