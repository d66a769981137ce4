import stripAnsi from 'strip-ansi';
import { describe, expect, test } from 'vitest';
import { cleanLine } from '../../../source/parsers/nix/clean-line.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';

const eight = (count: number): string =>
  String.fromCharCode(count % 256, Math.floor(count / 256), 0, 0, 0, 0, 0, 0);

const text = (value: string): string =>
  eight(value.length) + value + '\0'.repeat((8 - (value.length % 8)) % 8);

/** `operator << (Sink, Error)` of Nix: src/libutil/serialise.cc. */
const serialise = (message: string, name = 'Error', traces: readonly string[] = []): string =>
  text('Error') +
  eight(0) +
  text(name) +
  text(message) +
  eight(0) +
  eight(traces.length) +
  traces.map((trace) => eight(0) + text(trace)).join('');

const coloured = (path: string): string =>
  `executing '\u001b[35;1m${path}\u001b[0m': \u001b[35;1mNo such file or directory\u001b[0m`;

describe('an error that Nix wrote for another Nix', () => {
  // As captured from Nix 2.8 with a builder that is not there.
  const captured =
    '@nix {"action":"result","fields":["\\u0005\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000Error\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0005\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000Error\\u0000\\u0000\\u0000D\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000executing \'\\u001b[35;1m/bin/sh\\u001b[0m\': \\u001b[35;1mNo such file or directory\\u001b[0m\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"],"id":27986006900740,"type":101}';

  test('is a sentence in the log of a builder', () => {
    expect(readNixLogLine(captured)).toMatchObject({
      action: 'logLine',
      line: "executing '/bin/sh': No such file or directory",
    });
  });

  test.each([
    ['/bin/sh'],
    ['/nonexistent/sh'],
    [`/nonexistent/${'long/'.repeat(20)}sh`],
    [`/nonexistent/${'long/'.repeat(70)}sh`],
  ])('is a sentence whatever the length of its path: %s', (path) => {
    const sentence = `executing '${path}': No such file or directory`;
    for (const name of ['Error', 'SysError', 'nix::SysError'])
      expect(cleanLine(serialise(coloured(path), name))).toBe(sentence);
  });

  test('tells its traces as well', () => {
    expect(cleanLine(serialise('out of ideas', 'Error', ['while thinking']))).toBe(
      'out of ideas, while thinking',
    );
  });

  test('is a sentence where something took the control characters from it', () => {
    for (let length = 1; length < 200; length += 1) {
      const path = `/${'x'.repeat(length)}`;
      const bare = stripAnsi(serialise(coloured(path)))
        .replaceAll(/\p{Cc}/gu, (one) => (one >= '\u0080' ? '\ufffd' : ''))
        .replaceAll(/[\u{a0}-\u{ff}]/gu, '\ufffd');
      expect(cleanLine(bare)).toBe(`executing '${path}': No such file or directory`);
      expect(cleanLine(`       > ${bare}`)).toBe(
        `       > executing '${path}': No such file or directory`,
      );
    }
  });

  test.each([
    ['ErrorError'],
    ['MyErrorErrorHandler failed'],
    ['TypeErrorError: x is not a function'],
  ])('what only looks like one stays as it is: %s', (line) => {
    expect(cleanLine(line)).toBe(line);
  });
});
