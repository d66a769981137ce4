import { expect, test } from 'vitest';
import type { RememberedFleet } from '../../../source/model/remembered/fleet.ts';
import {
  readNames,
  readRemembered,
  writeRemembered,
} from '../../../source/parsers/kept/remembered.ts';
import { toRemember } from '../../../source/state/remembered.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const reader = { flake: '/flake', machine: 'desk', now: noon };

const fleetOf = (): RememberedFleet => {
  const fleet = toRemember(runbookState, {
    flake: '/flake',
    head: 'ref: refs/heads/main',
    at: noon,
  });
  if (fleet === null) throw new Error('the runbook has listed its hosts');
  return fleet;
};

const text = writeRemembered(fleetOf(), 'desk');

type Json = Record<string, unknown>;

const fieldsOf = (): Json => {
  const fields: Json = JSON.parse(text);
  return fields;
};

const written = (change: Json): string => JSON.stringify({ ...fieldsOf(), ...change });

/** The record with its first host changed. */
const withHost = (change: Json): string => {
  const [first, ...others] = fleetOf().hosts;
  return written({ hosts: [{ ...first, ...change }, ...others] });
};

test('a record is read as it was written', () => {
  const { board, ...fleet } = fleetOf();
  expect(readRemembered(text, reader)).toEqual({
    kind: 'read',
    doubt: null,
    fleet: {
      ...fleet,
      board: board && { ...board, rows: board.rows.map((row) => ({ ...row, detail: [] })) },
    },
  });
});

const toCome = 'it is from a time that is still to come by the clock of this machine';

test.each([
  ['', 'it is empty'],
  ['\n', 'it is empty'],
  [text.slice(0, text.length / 2), 'it is damaged'],
  ['\u0000'.repeat(400), 'it is damaged'],
  ['[]', 'it is damaged'],
  ['null', 'it is damaged'],
  ['{}', 'it was written by another version of nixup'],
  [written({ version: 2 }), 'it was written by another version of nixup'],
  [written({ flake: '/other' }), 'it is of another flake'],
  [written({ machine: 'lap' }), 'it was written on another machine'],
  [written({ listedAt: 'now' }), 'it is damaged'],
  [written({ hosts: {} }), 'it is damaged'],
  [written({ listedAt: noon + 3_600_000 }), toCome],
  [written({ listedAt: 1e300 }), toCome],
  [written({ listedAt: -1 }), 'it is damaged'],
])('a record that is none is left aside, and it is said why (%#)', (damaged, why) => {
  expect(readRemembered(damaged, reader)).toEqual({ kind: 'aside', why });
});

const answer = fleetOf().hosts[0]?.answer;
const standing = fleetOf().hosts[0]?.standing;

test.each<readonly [string, Json]>([
  ['a name that is none', { name: 7 }],
  ['an empty name', { name: '' }],
  ['the name of a property that every object has', { name: 'constructor' }],
  ['a very long name', { name: 'x'.repeat(100_000) }],
  ['an address that is none', { address: null }],
  ['tags that are none', { tags: 'server' }],
  ['a million tags', { tags: Array.from({ length: 1_000_000 }, () => 'x') }],
  ['a policy that nobody knows', { policy: 'always' }],
  ['a role that nobody knows', { role: 'toString' }],
  ['an answer of a time to come', { answer: { ...answer, at: noon + 3_600_000 } }],
  ['an answer of no time', { answer: { ...answer, at: 'yesterday' } }],
  ['a generation that is none', { answer: { ...answer, generation: { number: -1, at: 0 } } }],
  ['units that are none', { answer: { ...answer, failed: [1] } }],
  ['a position that nobody knows', { standing: { ...standing, position: { kind: 'lost' } } }],
  ['a position of a time to come', { standing: { ...standing, at: 1e300 } }],
  ['a standing that is a list', { standing: [] }],
])('a host with %s is left out, and the others are used', (_what, change) => {
  const read = readRemembered(withHost(change), reader);
  if (read.kind !== 'read') throw new Error(read.why);
  expect(read.fleet.hosts.map(({ name }) => name)).toEqual(['razer', 'p510', 'samsung']);
  expect(read.doubt).toContain('1 of 4 hosts cannot');
});

test('a host that stands twice in it counts once', () => {
  const { hosts } = fleetOf();
  const read = readRemembered(written({ hosts: [...hosts, ...hosts] }), reader);
  expect(read.kind === 'read' && read.fleet.hosts).toHaveLength(4);
});

test('a lock or a board that does not fit is left out', () => {
  for (const wrong of [[], 'x', 7, { at: 'x', rows: [null, 1, { id: 2 }], changed: -1 }, true]) {
    const read = readRemembered(written({ lock: wrong, board: wrong }), reader);
    expect(read.kind === 'read' && [read.fleet.lock, read.fleet.board]).toEqual([null, null]);
  }
});

test.each([
  ['["b","a"]', ['b', 'a']],
  ['[]', []],
  ['["a", 7, "constructor", null, ""]', ['a']],
])('names that Nix tells are hosts of which nothing else is known: %s', (names, hosts) => {
  const fleet = readNames(names, '/flake', noon);
  expect(fleet?.hosts.map(({ name }) => name)).toEqual(hosts);
  expect(
    fleet?.hosts.every(({ answer: said, standing: stood }) => said === null && stood === null),
  ).toBe(true);
});

test.each(['', '{}', 'error: no', '["a"'])('what is no list of names names none: %s', (names) => {
  expect(readNames(names, '/flake', noon)).toBeNull();
});

test('every beginning of a record is left aside, and none of them throws', () => {
  for (let length = 0; length < text.trimEnd().length; length += 1)
    expect(readRemembered(text.slice(0, length), reader).kind).toBe('aside');
});
