import { expect, test } from 'vitest';
import { thriftyFrame, toldLinks } from '../../../source/commands/terminal/thrift.ts';
import { asUnderline, createLinkTable } from '../../../source/components/base/link-table.ts';
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

const esc = '\u001b';
const osc = (address: string): string => `${esc}]8;;${address}${esc}\\`;

test.each([
  ['a link is told where it begins and ends', 'a[1]b[/]c', `a${osc('https://a.b/1')}b${osc('')}c`],
  [
    'a look that ends everything ends it',
    `[1]b${esc}[0mc`,
    `${osc('https://a.b/1')}b${esc}[0m${osc('')}c`,
  ],
  [
    'one after the other',
    '[1]b[/][2]c[/]',
    `${osc('https://a.b/1')}b${osc('')}${osc('https://a.b/2')}c${osc('')}`,
  ],
  [
    'another look in it does not end it',
    `[1]b${esc}[1mc[/]`,
    `${osc('https://a.b/1')}b${esc}[1mc${osc('')}`,
  ],
  ['a number that is no address is nothing', `${esc}[58;2;0;9;9ma`, 'a'],
])('%s', (_, written, told) => {
  const links = createLinkTable();
  const [one, two] = ['1', '2'].map((name) => links.numberOf(`https://a.b/${name}`) ?? -1);
  const begin = (number = -1): string => asUnderline('|', number).split('|')[0] ?? '';
  const frame = written
    .replaceAll('[1]', begin(one))
    .replaceAll('[2]', begin(two))
    .replaceAll('[/]', `${esc}[59m`);
  expect(toldLinks(frame, links)).toBe(told);
});
