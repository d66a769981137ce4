import { expect, test } from 'vitest';
import { thriftyFrame } from '../../../source/commands/terminal/thrift.ts';
import { fc, runs } from '../../support/chance.ts';
import { createTerminal } from '../../support/terminal.ts';

const cellsAfter = async (first: string, frame: string) => {
  // So wide that no row reaches its end.
  const terminal = createTerminal(400, 6);
  terminal.stdout.write(`\u001b[?7l${first}`);
  terminal.stdout.write(frame);
  // Of a blank only what is behind it can be seen.
  return (await terminal.cells()).map((cell) =>
    cell.text.trim() === '' && !cell.inverse ? cell.background : cell,
  );
};

test('rows that stay, blanks that stand already and looks in a row take fewer bytes', () => {
  expect(thriftyFrame('\u001b[E\u001b[E\u001b[Ea\n')).toBe('\u001b[3Ea\n');
  expect(thriftyFrame('\u001b[1G\u001b[Ka          b\n')).toBe('\u001b[1G\u001b[Ka\u001b[10Cb\n');
  expect(thriftyFrame('\u001b[K\u001b[1m\u001b[38;5;248ma\u001b[39m\u001b[22m\n')).toBe(
    '\u001b[K\u001b[1;38;5;248ma\u001b[m\n',
  );
  expect(thriftyFrame('\u001b[K\u001b[38;5;248m\u001b[39mab')).toBe('\u001b[K\u001b[mab');
});

test('blanks with a background, exchanged or underlined are written, and so are those over old text', () => {
  for (const look of ['48;5;24', '7', '4', '44', '48;2;1;2;3', '103'])
    expect(thriftyFrame(`\u001b[K\u001b[${look}ma          b`)).toContain('a          b');
  expect(thriftyFrame('\u001b[E\u001b[3Ga          b')).toContain('a          b');
});

const looks = [
  ...['1', '22', '4', '24', '7', '27', '31', '91', '39', '44', '49', '0', '3', '9'],
  ...['38;5;248', '38;2;1;2;3', '48;5;24', '48;2;9;9;9', '1;38;5;7', '22;39;49'],
].map((one) => `\u001b[${one}m`);

const parts = fc.constantFrom(
  ...looks,
  ...['\n', '\u001b[E', '\u001b[K', '\u001b[1G', '\u001b[9G', 'a', '▶ word', '漢字'],
  ...[' ', '    ', '     ', '            '],
  '\u001b]8;;https://a.b/\u001b\\',
);

test('whatever is drawn over whatever stands there, the cells are the same', async () => {
  const text = fc.array(parts, { maxLength: 30 }).map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(text, text, async (before, frame) => {
      const first = `${'x'.repeat(390)}\n${before}\u001b[0m\u001b[H`;
      const whole = `${frame}\u001b[E\u001b[K`;
      expect(await cellsAfter(first, thriftyFrame(whole))).toEqual(await cellsAfter(first, whole));
    }),
    { numRuns: runs(300) },
  );
});
