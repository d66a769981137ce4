import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/locks/${name}`, import.meta.url), 'utf8');

const problem = (text: string): unknown => {
  const lock = parseFlakeLock(text, 'flake.lock');
  return lock.ok ? 'read' : lock.failure;
};

test('every type of input is read and written back byte for byte', () => {
  const text = fixture('every-type.lock');
  const lock = parseFlakeLock(text, 'flake.lock');
  expect(lock.ok && writeFlakeLock(lock.value)).toBe(text);
});

test('the info of version 5 is laid over locked, and written as version 7', () => {
  const lock = parseFlakeLock(fixture('version-5.lock'), 'flake.lock');
  if (!lock.ok) throw new Error('unreadable');
  expect(lock.value.nodes.get('nixpkgs')).toEqual({
    locked: {
      lastModified: 1591633336,
      narHash: 'sha256-oVXv4xAnDJB03LvZGbC72vSVlIbbJr8tpjEW5o/Fdek=',
      owner: 'NixOS',
      repo: 'nixpkgs',
      rev: '70717a337f7ae4e486ba71a500367cad697e5f09',
      type: 'github',
    },
    original: { id: 'nixpkgs', type: 'indirect' },
  });
  const again = parseFlakeLock(writeFlakeLock(lock.value), 'flake.lock');
  expect(again.ok && [again.value.version, diffLocks(lock.value, again.value)]).toEqual([7, []]);
});

test('a byte order mark and line ends of Windows do not matter', () => {
  const text = `\ufeff${fixture('version-5.lock').replaceAll('\n', '\r\n')}`;
  expect(problem(text)).toBe('read');
});

const small = (change: (lock: Record<string, unknown>) => void): string => {
  const lock: Record<string, unknown> = {
    nodes: { root: { inputs: { x: 'x' } }, x: { locked: { type: 'path' } } },
    root: 'root',
    version: 7,
  };
  change(lock);
  return JSON.stringify(lock, null, 2);
};

test.each<[string, string, number | null, RegExp]>([
  ['an empty file', '', 1, /is empty/],
  ['only white space', ' \n\n', 1, /is empty/],
  ['conflict markers', fixture('conflict.lock'), 5, /conflict markers/],
  ['a truncated file', fixture('every-type.lock').slice(0, 500), 19, /cut off/],
  ['a comma too many', '{\n  "nodes": {},,\n  "version": 7\n}', 2, /not JSON/],
  ['a list', '[]', 1, /no JSON object/],
  ['no version', small((lock) => delete lock['version']), 1, /no "version"/],
  [
    'a later version',
    small((lock) => Object.assign(lock, { version: 8 })),
    15,
    /version 8 is not known/,
  ],
  [
    'a version as text',
    small((lock) => Object.assign(lock, { version: '7' })),
    15,
    /version "7" is not known/,
  ],
  ['no nodes', '{"root": "root", "version": 7}', 1, /no "nodes"/],
  ['nodes that are a list', '{\n  "nodes": [],\n  "version": 7\n}', 2, /no object/],
  ['no root', small((lock) => delete lock['root']), 1, /no "root"/],
  [
    'a root that is no node',
    small((lock) => Object.assign(lock, { root: 'r' })),
    14,
    /"r" is not among/,
  ],
  [
    'a node that is no object',
    small((lock) => Object.assign(lock, { nodes: { root: 7 } })),
    3,
    /"root" is no object/,
  ],
  [
    'an edge to a missing node',
    small((lock) => Object.assign(lock, { nodes: { root: { inputs: { x: 'gone' } } } })),
    3,
    /points at "gone"/,
  ],
  [
    'an edge that is a number',
    small((lock) => Object.assign(lock, { nodes: { root: { inputs: { x: 7 } } } })),
    3,
    /neither a name nor a path/,
  ],
])('%s is told with its line', (_, text, line, detail) => {
  expect(problem(text)).toEqual({
    code: 'lock-invalid',
    file: 'flake.lock',
    line,
    detail: expect.stringMatching(detail),
  });
});
