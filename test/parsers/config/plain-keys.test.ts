import { expect, test } from 'vitest';
import { parseConfig } from '../../../source/parsers/config/config.ts';
import { plainKeys } from '../../../source/parsers/config/plain-keys.ts';

test.each([
  ['[keys]\ndeploy = ["^d", "d"]\n'],
  ['keys.test = ["t"]\nkeys.deploy = ["x"]\n'],
  ['keys = { deploy = ["x"] }\n'],
  ['[hosts.p620]\ntags = ["a"]\n\n[keys] # mine\n"move-on" = [\n  "M", # large\n]\n'],
  ['[keys]\n'],
])('without the schema keys are read as with it: %j', (text) => {
  const whole = parseConfig(text, 'nixup.toml');
  expect(plainKeys(text)).toEqual(whole.ok ? whole.value.keys : 'wrong');
});

test.each([
  ['[keys\n'],
  ['[keys]\ndeploy = 3\n'],
  ['[keys]\ndeploy = [3]\n'],
  ['keys = 3\n'],
  [''],
])('of a text without usable keys nothing is read: %j', (text) => {
  expect(plainKeys(text)).toBeNull();
});
