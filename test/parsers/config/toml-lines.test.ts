import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { lineOf, tomlLines } from '../../../source/parsers/config/toml-lines.ts';

const text = `# top
title = "a # b"
'quoted key'.inner = 1

[hosts.p620] # [hosts.not]
tags = [
  "one", # ]
  'two',
]
text = """
[hosts.fake]
x = 1 \\""" still
"""
point = { x = 1, "y z" = [2, 3] }
[[checks]]
name = "a"
[checks.more]
deep = true
[[checks]]
name = '''
b'''
last = 2026-12-24T10:00:00Z
`;

test.each<[readonly (string | number)[], number]>([
  [['title'], 2],
  [['quoted key', 'inner'], 3],
  [['hosts', 'p620'], 5],
  [['hosts', 'p620', 'tags', 1], 8],
  [['hosts', 'p620', 'text'], 10],
  [['hosts', 'p620', 'point', 'y z', 1], 14],
  [['checks', 0, 'more', 'deep'], 18],
  [['checks', 1], 19],
  [['checks', 1, 'last'], 22],
])('%j stands on line %i', (path, line) => {
  expect(tomlLines(text).get(JSON.stringify(path))).toBe(line);
});

test('nothing inside a text is taken for a key', () => {
  expect(tomlLines(text).has(JSON.stringify(['hosts', 'fake']))).toBe(false);
});

test('every value that the parser finds has a line', () => {
  const lines = tomlLines(text);
  const missing: string[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0 && !lines.has(JSON.stringify(path))) missing.push(JSON.stringify(path));
    if (Array.isArray(value))
      value.forEach((one, index) => {
        walk(one, [...path, index]);
      });
    else if (typeof value === 'object' && value !== null && !(value instanceof Date))
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
  };
  walk(parse(text), []);
  expect(missing).toEqual([]);
});

test('a missing key has the line of the table around it', () => {
  expect(lineOf(tomlLines(text), ['hosts', 'p620', 'address'])).toBe(5);
  expect(lineOf(tomlLines(text), ['nowhere'])).toBeNull();
});
