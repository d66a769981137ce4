import { expect, test } from 'vitest';
import { TerminalInput } from '../../../source/parsers/terminal/input.ts';
import type { InputEvent } from '../../../source/parsers/terminal/typed-or-pasted.ts';

const read = (...reads: readonly string[]): readonly InputEvent[] => {
  const input = new TerminalInput();
  const events = reads.flatMap((one) => [...input.push(Buffer.from(one))]);
  for (let turn = 0; turn < 5 && input.patienceMs !== null; turn += 1)
    events.push(...input.settle());
  return events;
};

/** Each way to cut a text in two. */
const halves = (text: string): readonly (readonly [string, string])[] =>
  Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);

// Answers as these send them: xterm 390 (ST and BEL), VTE 0.76, foot 1.16 (ST), urxvt 9.31 with an alpha channel, tmux 3.5.
const dark = { kind: 'colour', of: 'background', colour: [0x1e, 0x1e, 0x2e] } as const;
test.each([
  ['\u001b]11;rgb:1e1e/1e1e/2e2e\u0007', [dark]],
  ['\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\', [dark]],
  ['\u001b]11;rgb:1e/1e/2e\u001b\\', [dark]],
  ['\u001b]11;rgba:1e1e/1e1e/2e2e/ffff\u001b\\', [dark]],
  ['\u001b]11;#1e1e2e\u0007', [dark]],
  ['\u009d11;rgb:1e/1e/2e\u009c', [dark]],
  [
    '\u001b]10;rgb:ffff/ffff/ffff\u001b\\',
    [{ kind: 'colour', of: 'foreground', colour: [255, 255, 255] }],
  ],
  ['\u001b]11;rgb:zz/zz/zz\u0007', []],
  ['\u001b]4;1;rgb:1e/1e/2e\u0007', []],
  [`\u001b]11;${'#'.repeat(500)}\u0007`, []],
  ['\u001b[?64;1;2c', [{ kind: 'answered' }]],
  ['\u001b[>41;354;0c', []],
  ['\u001b[I', [{ kind: 'focused' }]],
  ['\u001b[O', []],
] as const)('%j is told as what it says, whole and in two reads', (answer, events) => {
  expect(read(answer)).toEqual(events);
  for (const [one, other] of halves(answer)) {
    // Esc by itself for so long was a key; what comes after it is not another one.
    const late = read(one, other);
    expect([one, late]).toEqual([one, events]);
  }
});

const click = { kind: 'mouse', deed: 'click', column: 32, row: 11 } as const;
test.each<readonly [string, readonly InputEvent[]]>([
  ['\u001b[<0;33;12M', [click]],
  ['\u001b[<0;33;12m', []],
  ['\u001b[<64;1;1M', [{ kind: 'mouse', deed: 'wheel-up', column: 0, row: 0 }]],
  ['\u001b[<65;300;100M', [{ kind: 'mouse', deed: 'wheel-down', column: 299, row: 99 }]],
  // Other buttons, with Shift, Alt and Ctrl, while moved, the wheel to a side.
  ...[1, 2, 4, 8, 16, 32, 35, 66, 67, 68, 128].map(
    (button) => [`\u001b[<${button};33;12M`, []] as const,
  ),
  ['\u001b[<0;0;1M', []],
  ['\u001b[<0;33M', []],
  ['\u001b[<0;33;12;4M', []],
])('%j is what the mouse did', (report, events) => {
  expect(read(report)).toEqual(events);
  for (const [one, other] of halves(report)) expect([one, read(one, other)]).toEqual([one, events]);
});

test('what a mouse does in the middle of a paste without marks is no click', () => {
  const text = 'a line of a text that was pasted, longer than hands type in one read';
  expect(read(`${text}\u001b[<0;33;12M`)).toEqual([{ kind: 'paste', text }]);
});
