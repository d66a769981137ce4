import { expect, test } from 'vitest';
import { FactLines, factLines } from '../../source/parsers/fact-lines.ts';

test('what a program prints behind a part belongs to its key', () => {
  const lines = factLines(
    [
      'host-name p620',
      'nixup-part unit',
      'sshd.service loaded active running x',
      'nixup-part',
      'os x',
    ].join('\n'),
  );
  expect(lines).toEqual(['host-name p620', 'unit sshd.service loaded active running x', 'os x']);
  const facts = new FactLines(lines);
  expect(facts.all('unit')).toEqual(['sshd.service loaded active running x']);
  expect(facts.one('os')).toBe('x');
});
