import { expect, test } from 'vitest';
import { derivationName } from '../../../source/model/nix/derivation-name.ts';
import { cleanLine } from '../../../source/parsers/nix/clean-line.ts';
import { isActivityRecord, readNixLogLine } from '../../../source/parsers/nix/log.ts';
import { activities } from '../../../source/parsers/nix/log-activities.ts';
import { fc } from '../../support/chance.ts';

test.each([
  ['@nix {"action":"start","id":1,"level":3,"parent":0,"text":"","type":105}', true],
  ['@nix {"action":"stop","id":1}', true],
  ['@nix {"action":"result","fields":["CC a.o"],"id":1,"type":101}', true],
  ['@nix {"action":"msg","level":0,"msg":"error: no such file"}', false],
  ['error: no such file', false],
  ['', false],
])('%s tells of an activity: %s', (line, isOfActivity) => {
  expect(isActivityRecord(line)).toBe(isOfActivity);
});

test('ids beyond 2^53 keep every digit', () => {
  const one = readNixLogLine(
    '@nix {"action":"start","fields":["/nix/store/a.drv","",1,1],"id":12884906180739297,"level":3,"parent":0,"text":"x","type":105}',
  );
  const stop = readNixLogLine('@nix {"action":"stop","id":12884906180739297}');
  expect(one).toEqual({
    action: 'started',
    id: '12884906180739297',
    kind: 'build',
    subject: '/nix/store/a.drv',
    name: derivationName('/nix/store/a.drv'),
    machine: null,
  });
  expect(stop).toEqual({ action: 'stop', id: '12884906180739297' });
});

test('another order of keys, and spaces, read the same', () => {
  expect(
    readNixLogLine('@nix {"type": 105, "id": 7, "fields": [1, 2, 0, 0], "action": "result"}'),
  ).toEqual({ action: 'progress', id: '7', done: 1, expected: 2, running: 0, failed: 0 });
  expect(readNixLogLine('@nix { "id": 9, "action": "stop" }')).toEqual({ action: 'stop', id: '9' });
});

test.each([
  ['{"action":"stop","id":12884906180739297,"sid":7}', { action: 'stop' }],
  [
    '{"action":"result","fields":[1,2,3,0],"id":12884906180739297,"sid":7,"type":105}',
    { action: 'progress', done: 1, expected: 2, running: 3 },
  ],
  [
    '{"action":"result","fields":["\\"id\\":5 said"],"id":12884906180739297,"sid":7,"type":101}',
    { action: 'logLine', line: '"id":5 said' },
  ],
  [
    '{"action":"result","fields":["buildPhase"],"id":12884906180739297,"type":104,"sid":7}',
    { action: 'phase', phase: 'buildPhase' },
  ],
])('keys that stand beside an id are not a part of it: %s', (json, expected) => {
  expect(readNixLogLine(`@nix ${json}`)).toEqual({
    id: '12884906180739297',
    ...(json.includes(':105') ? { failed: 0 } : {}),
    ...expected,
  });
});

test('a log line that contains the format itself is only a log line', () => {
  const text = 'say "],"id":5,"type":105} \\ end';
  const line = `@nix {"action":"result","fields":[${JSON.stringify(text)}],"id":3,"type":101}`;
  expect(readNixLogLine(line)).toEqual({ action: 'logLine', id: '3', line: text });
});

test('any text of a log line comes through without its control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const line = `@nix {"action":"result","fields":[${JSON.stringify(`x${text}`)}],"id":3,"type":101}`;
      expect(readNixLogLine(line)).toEqual({
        action: 'logLine',
        id: '3',
        line: cleanLine(`x${text}`),
      });
    }),
  );
});

test.each([
  '@nix {"action":"result","fields":["/nix/store/a"],"id":1,"type":109}',
  '@nix {"action":"result","payload":{"storePath":"/a","wanted":"x","got":"y"},"id":1,"type":109}',
  '@nix {"action":"result","id":1,"payload":{"status":"Built"},"type":110}',
  '@nix {"action":"result","fields":[1],"id":1,"type":4711}',
  '@nix {"action":"start","id":1,"level":6,"text":"querying info about missing paths","type":0}',
  '@nix {"action":"dance","id":1}',
  '@nix {"action":"result","fields":[',
  '@nix not json',
  '',
])('%j is no use to us and no error', (line) => {
  expect(readNixLogLine(line)).toBeNull();
});

// Numbers and fields: `include/nix/util/logging.hh`, `src/libstore/build/derivation-building-goal.cc`
// and `copyStorePath` in `src/libstore/store-api.cc`.
test.each([
  [
    105,
    ['/nix/store/a.drv', 'ssh-ng://root@p510?x=1', 1, 1],
    { kind: 'build', subject: '/nix/store/a.drv', machine: 'p510' },
  ],
  [
    100,
    ['/nix/store/a', 'https://cache.nixos.org', 'local'],
    { kind: 'fetch', subject: '/nix/store/a', machine: 'cache.nixos.org' },
  ],
  [
    100,
    ['/nix/store/a', 'daemon', 'ssh-ng://p510'],
    { kind: 'copy', subject: '/nix/store/a', machine: 'p510' },
  ],
  [111, [], { kind: 'wait', subject: 'said', name: 'said', machine: null }],
  [
    111,
    ['/nix/store/a.drv', '/nix/store/a'],
    { kind: 'wait', subject: '/nix/store/a.drv', name: 'said', machine: null },
  ],
  [104, [], { action: 'total-started', of: 'builds' }],
  [103, [], { action: 'total-started', of: 'copyPaths' }],
  [105, [], null],
  [100, [], null],
  [9999, [], null],
])('a start of the number %i with the fields %j', (type, fields, expected) => {
  const record = { action: 'start', id: 1, level: 3, text: 'said', type, fields };
  const event = readNixLogLine(`@nix ${JSON.stringify(record)}`);
  if (expected === null) expect(event).toBeNull();
  else
    expect(event).toMatchObject({
      id: '1',
      ...('kind' in expected ? { action: 'started' } : {}),
      ...expected,
    });
});

test.each([
  [0, 'error'],
  [1, 'warning'],
  [2, 'notice'],
  [3, 'information'],
  [4, 'detail'],
  [7, 'detail'],
])('a message of level %i is of the level %s', (level, expected) => {
  const record = { action: 'msg', level, msg: 'said' };
  expect(readNixLogLine(`@nix ${JSON.stringify(record)}`)).toMatchObject({ level: expected });
});

test.each([
  [100, { action: 'bytes-expected', bytes: 9 }],
  [104, null],
])('what is expected of the number %i', (type, expected) => {
  const line = `{"action":"result","fields":[${type},9],"id":1,"type":106}`;
  expect(readNixLogLine(`@nix ${line}`)).toEqual(expected);
  expect(readNixLogLine(`@nix ${line.replace('{', '{ ')}`)).toEqual(expected);
});

test('numbers that mean "unknown" are zero', () => {
  expect(
    readNixLogLine(
      '@nix {"action":"result","fields":[0,9223372036854775808,-1,0],"id":1,"type":105}',
    ),
  ).toEqual({ action: 'progress', id: '1', done: 0, expected: 0, running: 0, failed: 0 });
});

test('text that is not JSON is a message', () => {
  expect(readNixLogLine("Enter passphrase for key '/root/.ssh/id': ")).toMatchObject({
    action: 'message',
    level: null,
    text: "Enter passphrase for key '/root/.ssh/id': ",
  });
});

test('the paths of a plan are found in messages of one line and of several', () => {
  const hash = '0123456789abcdfghijklmnpqrsvwxyz';
  const one = readNixLogLine(`@nix {"action":"msg","level":3,"msg":"  /nix/store/${hash}-a.drv"}`);
  const several = readNixLogLine(
    `@nix {"action":"msg","level":0,"msg":"these 2 derivations will be built:\\n  /nix/store/${hash}-a.drv\\n  /nix/store/${hash}-b.drv"}`,
  );
  expect(one).toMatchObject({ planned: [`/nix/store/${hash}-a.drv`] });
  expect(several).toMatchObject({
    planned: [`/nix/store/${hash}-a.drv`, `/nix/store/${hash}-b.drv`],
  });
});

// A record whose keys stand in Nix's order takes a short way, any other a full parse.
const numbers = Array.from({ length: 20 }, (_, at) => 97 + at);

test.each(numbers)('the number %i means the same on the short way and in a full parse', (type) => {
  const fields = type === 106 ? [100, 9] : ['/nix/store/a', 'daemon', 'ssh-ng://p510'];
  const start = { action: 'start', fields, id: 1, level: 3, parent: 0, text: 'said', type };
  const result = { action: 'result', fields, id: 1, type };
  for (const record of [start, result]) {
    const json = JSON.stringify(record);
    expect(readNixLogLine(`@nix ${json}`)).toEqual(
      readNixLogLine(`@nix ${json.replace('{', '{ ')}`),
    );
  }
});

test.each(Object.entries(activities))('a start of %s is followed', (_, { type }) => {
  const record = { action: 'start', fields: ['/nix/store/a'], id: 1, text: 'said', type };
  expect(readNixLogLine(`@nix ${JSON.stringify(record)}`)).not.toBeNull();
});
