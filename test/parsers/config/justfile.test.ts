import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readJustRecipes } from '../../../source/parsers/config/justfile.ts';

test('the recipes of a real Justfile are found by name, with their parameters', () => {
  const text = readFileSync(new URL('../../lab/fleet/Justfile', import.meta.url), 'utf8');
  const recipes = readJustRecipes(text);
  expect(recipes).toContainEqual({ name: 'check-syntax', parameters: 0 });
  expect(recipes).toContainEqual({ name: 'validate-quick', parameters: 0 });
  expect(recipes).toContainEqual({ name: 'test-host', parameters: 1 });
  expect(recipes.map(({ name }) => name)).not.toContain('hosts');
});

test.each([
  ['hosts := "a b"', []],
  ['set shell := ["bash", "-c"]', []],
  ['alias t := test', []],
  ['_hidden:', []],
  ['@quiet a b="x":', [{ name: 'quiet', parameters: 2 }]],
  ['build: check test', [{ name: 'build', parameters: 0 }]],
  ['    echo "indented: no recipe"', []],
])('%j', (line, expected) => {
  expect(readJustRecipes(line)).toEqual(expected);
});
