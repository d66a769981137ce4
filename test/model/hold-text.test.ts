import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { addHold, isDay } from '../../source/model/hold-text.ts';

const reason = 'breaks "razer" since 2026-11-20';
const forEver = { reason, until: null };
const holdOf = (text: string, input = 'nixpkgs'): unknown =>
  (parse(text) as { inputs?: Record<string, { hold?: unknown }> }).inputs?.[input]?.hold;

test.each([
  ['', 'an empty file'],
  ['[fleet]\nsoak = "2m"\n', 'a file without inputs'],
  ['[fleet]\nsoak = "2m"', 'a file without a last line break'],
  ['[inputs.nixpkgs]\n[hosts.p620]\n', 'a file with an empty table'],
  ['[inputs.nixpkgs] # mine\n\n[hosts.p620]\ntags = []\n', 'a header with a comment'],
  ['[inputs."nixpkgs"]\n', 'a quoted key'],
  ['[inputs.stylix]\nhold = { reason = "old" }\n', 'a file that holds another input'],
])('%j takes a hold (%s), and keeps every line that it had', (text) => {
  const held = addHold(text, 'nixpkgs', forEver) ?? '';
  expect(holdOf(held)).toEqual({ reason });
  for (const line of text.split('\n').filter((one) => one !== ''))
    expect(held.split('\n')).toContain(line);
});

test.each([
  '[inputs.nixpkgs]\nhold = { reason = "x" }\n',
  '[inputs]\nnixpkgs = { hold = { reason = "x" } }\n',
  'inputs.stylix.hold = { reason = "x" }\n',
  'inputs = {}\n',
])('%j is left to the person', (text) => {
  expect(addHold(text, 'nixpkgs', forEver)).toBeNull();
});

test('a name that is no bare key is quoted', () => {
  const held = addHold('', 'a.b', forEver) ?? '';
  expect(holdOf(held, 'a.b')).toEqual({ reason });
});

test('a line break in a reason cannot start a table of its own', () => {
  const held =
    addHold('', 'nixpkgs', {
      reason: 'x\n[commands]\nsyntax = ["rm"]',
      until: null,
    }) ?? '';
  expect(parse(held)).toEqual({
    inputs: { nixpkgs: { hold: { reason: 'x [commands] syntax = ["rm"]' } } },
  });
});

test('a hold with an end carries its day', () => {
  const held = addHold('', 'nixpkgs', { reason, until: '2026-12-24' }) ?? '';
  expect(holdOf(held)).toEqual({ reason, until: '2026-12-24' });
});

test.each([
  ['2026-12-24', true],
  ['2026-02-30', false],
  ['2026-1-1', false],
  ['tomorrow', false],
])('%s is a day: %s', (text, is) => {
  expect(isDay(text)).toBe(is);
});
