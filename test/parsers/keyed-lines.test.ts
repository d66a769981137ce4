import { expect, test } from 'vitest';
import { KeyedValues, keyedLines, keyedValue } from '../../source/parsers/keyed-lines.ts';

test('what a program prints behind a part belongs to its key', () => {
  const lines = keyedLines(
    [
      'host-name p620',
      'nixup-part unit',
      'sshd.service loaded active running x',
      'nixup-part',
      'os x',
    ].join('\n'),
  );
  expect(lines).toEqual(['host-name p620', 'unit sshd.service loaded active running x', 'os x']);
  const facts = new KeyedValues(lines);
  expect(facts.all('unit')).toEqual(['sshd.service loaded active running x']);
  expect(facts.one('os')).toBe('x');
});

test('the value of a key is the first one, without what a terminal would act on', () => {
  expect(keyedValue('trouble \u001b[31mfull\u001b[0m \ntrouble other', 'trouble')).toBe('full');
  expect(keyedValue('profile \nprofile-link system-4-link', 'profile')).toBeNull();
});

test('a line that a program printed behind a part is none of the script itself', () => {
  const output = 'nixup-part unit\ncurrent loaded\nnixup-part\ncurrent /nix/store/a';
  expect(keyedValue(output, 'current')).toBe('/nix/store/a');
});
