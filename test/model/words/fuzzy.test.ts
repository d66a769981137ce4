import { expect, test } from 'vitest';
import { fuzzyMatch, fuzzyWords } from '../../../source/model/words/fuzzy.ts';

const marked = (typed: string, text: string): string | null => {
  const match = fuzzyWords(typed, text);
  if (match === null) return null;
  return [...text]
    .map((letter, at) => (match.places.includes(at) ? letter.toUpperCase() : letter))
    .join('');
};

test.each([
  ['da', 'deploy all', 'Deploy All'],
  ['depl', 'deploy all', 'DEPLoy all'],
  ['al', 'deploy all', 'deploy ALl'],
  ['roll', 'restart of all; rollback', 'restart of all; ROLLback'],
  ['all dep', 'deploy all', 'DEPloy ALL'],
  ['TEST', 'test all', 'TEST all'],
  ['nc', 'nixpkgs-custom', 'Nixpkgs-Custom'],
  ['ü', 'für', 'fÜr'],
  ['', 'anything', 'anything'],
])('"%s" marks the best letters of "%s"', (typed, text, expected) => {
  expect(marked(typed, text)).toBe(expected);
});

test.each([
  ['xyz', 'deploy'],
  ['la', 'al'],
  ['deployed', 'deploy'],
  ['dd', 'deploy'],
])('"%s" is not in "%s"', (typed, text) => {
  expect(fuzzyWords(typed, text)).toBeNull();
});

test('the beginning counts more than a word, that more than letters within words, these more than scattered ones', () => {
  const texts = ['logs', 'show log', 'catalogs', 'lxxoxxg'];
  const scores = texts.map((text) => fuzzyMatch('log', text)?.score ?? -1);
  expect(scores).toEqual(scores.toSorted((one, other) => other - one));
});

test('two thousand names are searched in a moment', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `host-${index}-of-the-fleet-${index}`);
  const began = performance.now();
  for (const name of names) fuzzyMatch('hostfleet9', name);
  expect(performance.now() - began).toBeLessThan(2_000);
});
