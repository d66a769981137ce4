import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine } from '../../../source/parsers/nix/clean-line.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';

test('ids beyond 2^53 keep every digit', () => {
  const one = readNixLogLine(
    '@nix {"action":"start","fields":["/nix/store/a.drv","",1,1],"id":12884906180739297,"level":3,"parent":0,"text":"x","type":105}',
  );
  const stop = readNixLogLine('@nix {"action":"stop","id":12884906180739297}');
  expect(one).toMatchObject({ action: 'start', id: '12884906180739297', type: 105 });
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

test('a start without fields or with an unknown type is harmless', () => {
  expect(readNixLogLine('@nix {"action":"start","id":1,"type":9999}')).toEqual({
    action: 'start',
    id: '1',
    type: 9999,
    text: '',
    fields: [],
  });
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
