import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { addHold, removeHold } from '../../../source/model/inputs/hold.ts';
import { isDay } from '../../../source/model/words/format-time.ts';

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
  '[inputs.nixpkgs]\nhold.reason = "x"\n',
  '[inputs.nixpkgs]\nhold = { reason = """x\ny""" }\n',
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

test('a hold is written over an older one, in its place and with its comment', () => {
  const text =
    '[inputs.nixpkgs]\nhold = { reason = "a } b", until = "2026-01-01" } # mine\n\n[fleet]\n';
  expect(addHold(text, 'nixpkgs', { reason: 'new', until: null })).toBe(
    '[inputs.nixpkgs]\nhold = { reason = "new" } # mine\n\n[fleet]\n',
  );
});

test.each([
  '',
  '[fleet]\nsoak = "2m"\n',
  '[fleet]\nsoak = "2m"\n\n',
  '[inputs.stylix]\nhold = { reason = "old" }\n',
])('%j is what it was, but for blank lines at its end, when a hold was added and taken away', (text) => {
  const held = addHold(text, 'nixpkgs', { reason, until: '2026-12-24' }) ?? '';
  expect(removeHold(held, 'nixpkgs')?.trimEnd()).toBe(text.trimEnd());
});

test('with the hold only its own line goes where its table holds more', () => {
  const text =
    '[inputs.nixpkgs] # why\n# a note\nhold = { reason = "x" }\n\n[fleet]\nsoak = "2m"\n';
  expect(removeHold(text, 'nixpkgs')).toBe(
    '[inputs.nixpkgs] # why\n# a note\n\n[fleet]\nsoak = "2m"\n',
  );
  expect(removeHold('[inputs.nixpkgs]\nhold = { reason = "x" }\n[fleet]\n', 'nixpkgs')).toBe(
    '[fleet]\n',
  );
});

test.each([
  '',
  '[inputs.nixpkgs]\n',
  '[inputs.nixpkgs.hold]\nreason = "x"\n',
  '[inputs]\nnixpkgs = { hold = { reason = "x" } }\n',
])('%j has no hold that nixup could take away', (text) => {
  expect(removeHold(text, 'nixpkgs')).toBeNull();
});
