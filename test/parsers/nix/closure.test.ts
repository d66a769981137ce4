import { expect, test } from 'vitest';
import { parseClosure } from '../../../source/parsers/nix/closure.ts';

const hash = (letter: string): string => letter.repeat(32);
const toplevel = `/nix/store/${hash('0')}-nixos-system-p620-26.05`;
const openssl = `/nix/store/${hash('1')}-openssl-3.6.2-bin`;
const unit = `/nix/store/${hash('2')}-unit-sshd.service`;

// `nix path-info --recursive --size` of 2.8, 2.26 and 2.34: a tab, or columns.
test.each(['\t', '    \t   '])('paths and sizes in lines', (gap) => {
  const text = [unit, openssl, toplevel].map((path, at) => `${path}${gap}${at + 1}`).join('\n');
  expect(parseClosure(`${text}\n`, toplevel)).toEqual({
    toplevel,
    size: 6,
    packages: [{ path: openssl, name: 'openssl', version: '3.6.2', size: 2 }],
  });
});

test('the two answers of nix-store are put together', () => {
  const text = `${openssl}\n${toplevel}\nsizes\n20\n3\n`;
  expect(parseClosure(text, toplevel)).toMatchObject({ size: 23, packages: [{ size: 20 }] });
});

test('an answer without the toplevel is none', () => {
  expect(parseClosure('', toplevel)).toBeNull();
  expect(parseClosure(`${openssl}\t5\n`, toplevel)).toBeNull();
  expect(parseClosure(`${openssl}\n${toplevel}\nsizes\n20\n`, toplevel)).toBeNull();
});
