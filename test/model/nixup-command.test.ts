import { expect, test } from 'vitest';
import { nixupCommand } from '../../source/model/command.ts';

test.each([
  [['update', 'nixpkgs'], 'nixup update nixpkgs'],
  [['hold', '--all', 'b'], 'nixup hold -- --all b'],
  [['update', '-x@…'], "nixup update -- '-x@…'"],
  [['revert', "it's"], "nixup revert 'it'\\''s'"],
])('names of inputs in a command: %j', ([subcommand = '', ...names], shown) => {
  expect(nixupCommand(subcommand, ...names)).toBe(shown);
});
