import { expect, test } from 'vitest';
import { readHostRecords } from '../../../source/parsers/deploy/host-record.ts';

test('records are read in the order in which they began', () => {
  const output = `record b
id b
from /nix/store/old
to /nix/store/new
mode test
who alice@workstation
since 200
boot-id 1-2
phase activation 4
exit 4
record-end
record a
id a
from ''
to /nix/store/new
mode test
who 'alice with space@workstation'
since 100
boot-id 1-2
phase activating
record-end
record c
to /nix/store/new
since 300
killed timeout killed TERM
record-end`;
  expect(readHostRecords(output)).toMatchObject([
    {
      id: 'a',
      from: null,
      who: 'alice with space@workstation',
      since: 100_000,
      ending: { kind: 'running' },
    },
    {
      id: 'b',
      from: '/nix/store/old',
      phase: 'activation 4',
      ending: { kind: 'exited', exitCode: 4 },
    },
    { id: 'c', ending: { kind: 'killed', how: 'timeout killed TERM' } },
  ]);
});

test('a record without its end is left out', () => {
  expect(readHostRecords('record a\nid a\nto /nix/store/new\n')).toEqual([]);
});
