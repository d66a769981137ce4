import { expect, test } from 'vitest';
import { sentence, spoken } from '../../../source/components/spoken/words.ts';

test.each([
  ['columns are parts of a sentence', ' razer   g188  11-14', 'razer, g188, 11-14'],
  ['an arrow is a word', '64c08a7 → d6524aa', '64c08a7 to d6524aa'],
  ['a sign that says more than its words is said', '! nzbget', 'warning nzbget'],
  ['and is not said twice', '! warning    alerts', 'warning, alerts'],
  ['a failure is told as one', '✗ studio', 'failed studio'],
  ['a sign that has its word is nothing', '✓ current', 'current'],
  ['bars, boxes, charts and frames of the animation are nothing', '│ ▓▓░░ 35 % ⠋⣿ │', '35 %'],
  ['a text of signs alone is nothing', '──┄▶ ·', ''],
  ['letters of every language stay', 'été 東京', 'été 東京'],
])('%s', (_, text, said) => {
  expect(spoken(text)).toBe(said);
});

test('no full stop stands before a comma', () => {
  expect(sentence(['Deploys.', '', '1 of 2'])).toBe('Deploys, 1 of 2');
});
