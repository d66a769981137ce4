import { expect, test } from 'vitest';
import { TerminalInput } from '../../../source/parsers/terminal/input.ts';
import { keyOfSequence } from '../../../source/parsers/terminal/keys.ts';
import type { InputEvent } from '../../../source/parsers/terminal/typed-or-pasted.ts';
import { fc, runs } from '../../support/chance.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const told = (events: readonly InputEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.kind === 'key') return [event.name];
    return event.kind === 'paste' ? [`paste ${event.text}`] : [];
  });

/** Reads that come at once one after the other, then silence until nothing is open. */
const read = (...reads: readonly (string | Uint8Array)[]): readonly string[] => {
  const input = new TerminalInput();
  const events = reads.flatMap((one) => input.push(typeof one === 'string' ? bytesOf(one) : one));
  for (let turn = 0; turn < 5 && input.patienceMs !== null; turn += 1)
    events.push(...input.settle());
  return told(events);
};

test.each([
  ['jjj', ['j', 'j', 'j']],
  ['gg\r', ['g', 'g', 'enter']],
  ['\u0004\u0015', ['^d', '^u']],
  [' \n\t\u007f\b', ['space', 'enter', 'tab', 'backspace', 'backspace']],
  ['Gé→漢🚀', ['G', 'é', '→', '漢', '🚀']],
  ['\u0003', ['^c']],
  [
    '\u001b[A\u001b[B\u001b[C\u001b[D\u001b[H\u001b[F',
    ['up', 'down', 'right', 'left', 'home', 'end'],
  ],
  ['\u001bOA\u001bOB\u001bOH\u001bOF\u001bOM', ['up', 'down', 'home', 'end', 'enter']],
  [
    '\u001b[1~\u001b[3~\u001b[4~\u001b[5~\u001b[6~\u001b[7~\u001b[8~',
    ['home', 'delete', 'end', 'pageup', 'pagedown', 'home', 'end'],
  ],
  ['\u001b[Z\u001b[1;2Z', ['shift-tab', 'shift-tab']],
  ['\u001b[1;2A\u001b[5;2~\u001b[5$', ['up', 'pageup', 'pageup']],
  ['\u001b', ['escape']],
  ['\u001b\u001b', ['escape', 'escape']],
  ['j\u001b', ['j', 'escape']],
] as const)('%j is %j', (typed, keys) => {
  expect(read(typed)).toEqual(keys);
});

/** Kitty's protocol and xterm's modifyOtherKeys, left switched on by another program. */
test.each([
  ['\u001b[113u', ['q']],
  ['\u001b[113;2u\u001b[113:81;2u\u001b[49:33;2;33u', ['Q', 'Q', '!']],
  [
    '\u001b[99;5u\u001b[27u\u001b[13u\u001b[9;2u\u001b[127u\u001b[32u',
    ['^c', 'escape', 'enter', 'shift-tab', 'backspace', 'space'],
  ],
  ['\u001b[113;129u\u001b[99;69u', ['q', '^c']],
  ['\u001b[27;5;99~\u001b[27;2;81~', ['^c', 'Q']],
  ['\u001b[57419u\u001b[57414u\u001b[1;1:1A', ['up', 'enter', 'up']],
  ['\u001b[113;1:3u\u001b[1;1:3A\u001b[3;1:3~', []],
  ['\u001b[113;3u\u001b[113;9u\u001b[113;33u\u001b[99;7u\u001b[99;6u\u001b[27;3;113~', []],
  ['\u001b[57441u\u001b[57358u\u001b[57376u\u001b[1114112u\u001b[55296u', []],
] as const)('%j is %j of the other protocols', (typed, keys) => {
  expect(read(typed)).toEqual(keys);
});

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, and what other terminals send. */
const answers: readonly (readonly [string, string])[] = [
  ['background colour, BEL', '\u001b]11;rgb:1e1e/1e1e/2e2e\u0007'],
  ['background colour, ST', '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\'],
  ['colour of the palette', '\u001b]4;1;rgb:cd/00/00\u001b\\'],
  ['clipboard', '\u001b]52;c;cXVpdA==\u0007'],
  ['title', '\u001b]lquit now\u001b\\'],
  ['icon label', '\u001b]Lquit\u001b\\'],
  ['focus in', '\u001b[I'],
  ['focus out', '\u001b[O'],
  ['mouse, SGR', '\u001b[<0;33;12M\u001b[<0;33;12m\u001b[<64;1;1M'],
  ['mouse, urxvt', '\u001b[32;33;12M'],
  ['mouse, X10', '\u001b[M q!'],
  ['mouse, highlighting', '\u001b[tqq\u001b[Tqqqqqq'],
  ['primary attributes', '\u001b[?64;1;2;6;9;15;18;21;22c'],
  ['secondary attributes', '\u001b[>41;354;0c'],
  ['tertiary attributes', '\u001bP!|00000000\u001b\\'],
  ['version', '\u001bP>|XTerm(390)\u001b\\'],
  ['mode', '\u001b[?2026;2$y\u001b[4;1$y'],
  ['status string', '\u001bP1$r0m\u001b\\'],
  ['terminfo', '\u001bP1+r544e=787465726d\u001b\\'],
  ['kitty keyboard flags', '\u001b[?1u'],
  ['kitty graphics', '\u001b_Gi=31;OK\u001b\\'],
  ['cursor position', '\u001b[12;40R\u001b[?12;40;1R'],
  ['status', '\u001b[0n'],
  ['colour scheme', '\u001b[?997;1n'],
  ['window size', '\u001b[8;24;80t\u001b[4;600;800t\u001b[48;24;80;600;800t'],
  ['window title', '\u001b]lnixup\u0007'],
  ['xterm modifyOtherKeys', '\u001b[>4;2m'],
  ['sixel geometry', '\u001b[?2;0;800;600S'],
  ['8-bit introducers', '\u009b?1;2c\u009d11;rgb:0/0/0\u009c\u0090>|q\u009c\u008fP'],
  ['function keys', '\u001bOP\u001bOQ\u001b[11~\u001b[15~\u001b[24~\u001b[2~\u001b[1;2P\u001b[E'],
  ['function keys of the Linux console', '\u001b[[A\u001b[[E'],
  ['keypad', '\u001bOj\u001bOp\u001bOq'],
];

test.each(answers)('an answer is no key: %s', (_, answer) => {
  expect(read(answer)).toEqual([]);
  expect(read(`j${answer}k`)).toEqual(['j', 'k']);
  expect(read(`${answer}${answer}`, 'k')).toEqual(['k']);
});

test.each(answers)('an answer that is split anywhere is no key: %s', (_, answer) => {
  const bytes = bytesOf(answer);
  for (let at = 1; at < bytes.length; at += 1)
    expect([at, read(bytes.slice(0, at), bytes.slice(at), 'k')]).toEqual([at, ['k']]);
  expect(read(...[...bytes].map((byte) => Uint8Array.of(byte)), 'k')).toEqual(['k']);
});

test('strings that no terminal answers with are no keys where they come in one read', () => {
  expect(read('\u001b^quit\u001b\\', '\u001bXquit\u001b\\', 'k')).toEqual(['k']);
});

test('an answer whose beginning was taken for Esc is no other key', () => {
  for (const answer of ['[I', ']11;rgb:1/1/1\u0007', '[<0;1;1M', 'P>|q\u001b\\']) {
    const input = new TerminalInput();
    expect(told(input.push(bytesOf('\u001b')))).toEqual([]);
    expect(told(input.settle())).toEqual(['escape']);
    expect(told(input.push(bytesOf(`${answer}j`)))).toEqual(['j']);
  }
});

/** Seconds late: over a slow line, or from a terminal that was busy. */
test.each([
  ']11;rgb:dddd/dddd/dddd\u0007',
  ']11;rgb:dddd/dddd/dddd\u001b\\',
  '[?64;1;2c',
  '[12;40R',
  '[<0;1;1M',
  'P>|XTerm(390)\u001b\\',
  'P1$r0m\u001b\\',
  '_Gi=31;OK\u001b\\',
])('an answer is no key however long after its Esc it comes: %j', (answer) => {
  const input = new TerminalInput();
  input.push(bytesOf('\u001b'));
  expect(told(input.settle())).toEqual(['escape']);
  expect(told(input.settle())).toEqual([]);
  expect(input.patienceMs).toBeNull();
  expect(told(input.push(bytesOf(`${answer}j`)))).toEqual(['j']);
});

test.each([
  ']',
  '[',
  'P',
  '_',
  'X',
  ']1',
  '[I',
  'Pq',
])('after Esc and a while, %s that is typed is itself', (typed) => {
  const input = new TerminalInput();
  input.push(bytesOf('\u001b'));
  input.settle();
  input.settle();
  const keys = [...input.push(bytesOf(typed))];
  // One that begins answers waits for what may belong to it.
  if (input.patienceMs !== null) keys.push(...input.settle());
  expect(told(keys)).toEqual([...typed]);
  expect(input.patienceMs).toBeNull();
  expect(told(input.push(bytesOf('q')))).toEqual(['q']);
});

test('an answer with controls of one byte is no key', () => {
  const answer = Uint8Array.of(0x9b, ...bytesOf('?1;2c'));
  const string = Uint8Array.of(0x9d, ...bytesOf('11;rgb:dd/dd/dd'), 0x9c, 0x6a);
  expect(read(answer, 'j')).toEqual(['j']);
  expect(read(string)).toEqual(['j']);
  expect(read(...[...answer].map((byte) => Uint8Array.of(byte)), 'k')).toEqual(['k']);
});

test('a control sequence of any length is no key', () => {
  expect(read(`\u001b[${'1;'.repeat(50_000)}1mj`)).toEqual(['j']);
  expect(read(`\u001b[${'1'.repeat(100_000)}A`, 'j')).toEqual(['j']);
  expect(read(`\u001b[${'1;'.repeat(50_000)}`, '\u0003')).toEqual(['^c']);
});

test('a report of the mouse in its old form may hold any byte', () => {
  for (let byte = 32; byte < 256; byte += 1)
    expect(read(Uint8Array.of(0x1b, 0x5b, 0x4d, 0x20, byte, byte, 0x6a))).toEqual(['j']);
});

test.each<readonly [string]>([
  ...'qQjd:/1\r\t\u007f\u001a\u000c é漢'.split('').map((key) => [`\u001b${key}`] as const),
  ['\u001b\u001b[A'],
  ['\u001b\u001bOA'],
  ['\u001b[1;3A'],
  ['\u001b[1;5A'],
  ['\u001b[1;7C'],
  ['\u001b[1;9A'],
  ['\u001b[5;3~'],
  ['\u001bOa'],
  ['\u001b[5^'],
])('Alt or Ctrl with a key is not the key: %j', (typed) => {
  expect(read(typed)).toEqual([]);
  expect(read(`${typed}k`)).toEqual(['k']);
});

// Ctrl or Alt and an arrow as xterm, kitty, rxvt and the terminal of macOS send them.
test.each([
  ['\u001b[1;5C', 'word-right'],
  ['\u001b[1;5D', 'word-left'],
  ['\u001b[1;3C', 'word-right'],
  ['\u001b[1;3:1D', 'word-left'],
  ['\u001b[1;6D', 'word-left'],
  ['\u001bOc', 'word-right'],
  ['\u001bOd', 'word-left'],
  ['\u001bb', 'word-left'],
  ['\u001bf', 'word-right'],
  ['\u001b[1;5H', 'text-start'],
  ['\u001b[1;5F', 'text-end'],
])('%j is the key %s', (typed, name) => {
  expect(read(typed)).toEqual([name]);
  expect(read(`${typed}k`)).toEqual([name, 'k']);
});

test('^c is heard with Alt too', () => {
  expect(read('\u001b\u0003')).toEqual(['^c']);
});

/** After an Esc that was told: an answer whose introducer comes in a read of its own. */
const afterEscape = (turns: number): TerminalInput => {
  const input = new TerminalInput();
  input.push(bytesOf('\u001b'));
  for (let turn = 0; turn < turns; turn += 1) input.settle();
  return input;
};

test.each([
  [']', '11;rgb:1111/2222/3333\u0007'],
  [']', '1', '0;rgb:1111/2222/3333\u001b\\'],
  ['[', '?62;22c'],
  ['[', '<0;3;4M'],
  ['[', 'I'],
  ['P', '>|kitty(0.1)\u001b\\'],
  ['_', 'Gi=1;OK\u001b\\'],
])('a late answer that comes as %j and then %j is no key', (...reads) => {
  for (const turns of [1, 2]) {
    const input = afterEscape(turns);
    expect(told(reads.flatMap((one) => input.push(bytesOf(one))))).toEqual([]);
    expect(told(input.push(bytesOf('j')))).toEqual(['j']);
  }
});

test.each([
  [']', 'j'],
  ['[', 'j'],
  ['P', 'q'],
  ['_', ' '],
])('the keys %j and %j after Esc are keys', (one, other) => {
  for (const turns of [1, 2]) {
    const input = afterEscape(turns);
    const keys = [...input.push(bytesOf(one)), ...input.push(bytesOf(other))];
    expect(told(keys)).toEqual([one, other === ' ' ? 'space' : other]);
    const later = afterEscape(turns);
    expect(told([...later.push(bytesOf(one)), ...later.settle()])).toEqual([one]);
  }
});

test('Alt and a key that begins strings of a terminal swallows no later key', () => {
  for (const alt of ['\u001b]', '\u001bP', '\u001b_', '\u001b^', '\u001bX'])
    expect(read(alt, 'j', 'k')).toEqual(['j', 'k']);
});

test('Esc and a key that come one after the other are two keys', () => {
  expect(read('\u001b', 'q')).toEqual(['escape', 'q']);
  expect(read('\u001b\u001b', 'q')).toEqual(['escape', 'escape', 'q']);
  expect(read('\u001b', '\u001b', 'q')).toEqual(['escape', 'escape', 'q']);
  expect(read('\u001b\u001b[I', 'q')).toEqual(['escape', 'q']);
});

test('a sequence that is broken off lets the next key through', () => {
  const input = new TerminalInput();
  expect(told(input.push(bytesOf('\u001b[12')))).toEqual([]);
  expect(told(input.settle())).toEqual([]);
  expect(told(input.push(bytesOf('q')))).toEqual(['q']);
  expect(read('\u001b[12\u0003')).toEqual(['^c']);
  expect(read('\u001b]11;rgb\u0003')).toEqual(['^c']);
  expect(read('\u001b[12\u001b[A')).toEqual(['up']);
});

test('what is marked as pasted is text, whatever it holds and however it is split', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(fc.nat(400), { maxLength: 6 }),
      (text, cuts) => {
        fc.pre(!text.includes('\u001b[201~') && !/[\ud800-\udfff]/.test(text));
        fc.pre(text !== '');
        const bytes = bytesOf(`j\u001b[200~${text}\u001b[201~k`);
        const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].toSorted(
          (one, other) => one - other,
        );
        const reads = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        // ^c alone in a read is the key.
        fc.pre(!reads.some((one) => one.length === 1 && one[0] === 3));
        expect(read(...reads.filter(({ length }) => length > 0))).toEqual([
          'j',
          `paste ${text}`,
          'k',
        ]);
      },
    ),
    { numRuns: runs(500) },
  );
});

test('of a pasted megabyte a hundred thousand characters are kept, and the next key is one', () => {
  const input = new TerminalInput();
  const bytes = bytesOf(`\u001b[200~${'quit now\r'.repeat(120_000)}\u001b[201~q`);
  const events: InputEvent[] = [];
  for (let at = 0; at < bytes.length; at += 4_095)
    events.push(...input.push(bytes.slice(at, at + 4_095)));
  expect(events.map(({ kind }) => kind)).toEqual(['paste', 'key']);
  expect(told(events)[0]).toHaveLength('paste '.length + 100_000);
});

test('a paste without an end is left with ^c at any time, whatever was typed before it', () => {
  expect(read('\u001b[200~hello', '\u0003')).toEqual(['paste hello', '^c']);
  const input = new TerminalInput();
  input.push(bytesOf('\u001b[200~hello'));
  input.settle();
  expect(told(input.push(bytesOf('q')))).toEqual([]);
  expect(told(input.push(bytesOf('\u0003')))).toEqual(['paste helloq', '^c']);
});

test('a paste that does not go on ends by itself, and the next key is a key', () => {
  const input = new TerminalInput();
  expect(told(input.push(bytesOf('\u001b[200~hello')))).toEqual([]);
  expect(told(input.settle())).toEqual([]);
  expect(told(input.settle())).toEqual(['paste hello']);
  expect(input.patienceMs).toBeNull();
  expect(told(input.push(bytesOf('q')))).toEqual(['q']);
});

test('what comes of a paste after it was given up is text, where its end comes with it', () => {
  const input = new TerminalInput();
  input.push(bytesOf('\u001b[200~nixos'));
  input.settle();
  input.settle();
  expect(told(input.push(bytesOf('tDy\r\u001b[201~j')))).toEqual(['paste tDy\r', 'j']);
});

test('a paste without an end is left with ^c or Esc after some silence', () => {
  for (const [typed, key] of [
    ['\u0003', '^c'],
    ['\u001b', 'escape'],
  ] as const) {
    const input = new TerminalInput();
    expect(told(input.push(bytesOf('\u001b[200~qq')))).toEqual([]);
    expect(input.settle()).toEqual([]);
    const events = [...input.push(bytesOf(typed)), ...input.settle()];
    expect(told(events)).toEqual(['paste qq', key]);
  }
});

test('a paste that stalls and goes on is still one', () => {
  const input = new TerminalInput();
  input.push(bytesOf('\u001b[200~q'));
  input.settle();
  expect(told(input.push(bytesOf('d\u001b[201~j')))).toEqual(['paste qd', 'j']);
});

test('more than hands type in one read is text, where the terminal marks no paste', () => {
  const text = 'sudo nixos-rebuild switch --flake .#razer\rq\r';
  expect(read(text)).toEqual([`paste ${text}`]);
  expect(read(text, 'q\r')).toEqual([`paste ${text}`, 'paste q\r']);
  const input = new TerminalInput();
  input.push(bytesOf(text));
  input.settle();
  expect(told(input.push(bytesOf('q')))).toEqual(['q']);
});

test('a key that is held is a key however often it repeats', () => {
  expect(read('j'.repeat(500))).toHaveLength(500);
  expect(read('\u001b[B'.repeat(500))).toHaveLength(500);
});

test('^c at the end of much that was typed ahead cancels', () => {
  expect(read(`${'abcdefghij'.repeat(9)}\u0003`).at(-1)).toBe('^c');
});

test.each([
  [[0xff, 0xfe, 0xc0, 0x80, 0xf8], []],
  [[0xed, 0xa0, 0x80], []],
  [[0xf4, 0x90, 0x80, 0x80], []],
  [[0xe2, 0x86, 0x71], ['q']],
  [[0xc3], []],
  [[0x00, 0x1c, 0x1d, 0x1e, 0x1f], []],
  [[0xc2, 0x80, 0xc2, 0x85, 0xc2, 0x9c, 0xc2, 0xa0], ['\u00a0']],
  [[0xef, 0xbb, 0xbf, 0xef, 0xbf, 0xbf, 0xee, 0x80, 0x80], []],
] as const)('bytes that are no text are no keys: %j', (bytes, keys) => {
  expect(read(Uint8Array.from(bytes))).toEqual(keys);
});

test('a character that is split over reads is that character', () => {
  const bytes = bytesOf('→漢🚀é');
  expect(read(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['→', '漢', '🚀', 'é']);
});

test('whatever comes, nothing is thrown, and after silence a key is a key', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (reads) => {
      const input = new TerminalInput();
      for (const one of reads) input.push(one);
      for (let turn = 0; turn < 5 && input.patienceMs !== null; turn += 1) input.settle();
      expect(told(input.push(bytesOf('j'))).at(-1)).toMatch(/^(?:paste .*)?j$/su);
    }),
    { numRuns: runs(2_000) },
  );
});

/** CSI parameters are numbers of any size; `keyOfSequence` is asked for each final character. */
test('a control sequence with any numbers ends nothing', () => {
  const number = fc.oneof(
    fc.nat(130),
    fc.constantFrom(0xd800, 0xdfff, 0x10ffff, 0x110000, 9_999_999, 10 ** 21),
  );
  const field = fc
    .array(fc.option(number, { nil: undefined }), { maxLength: 3 })
    .map((parts) =>
      parts.map((one) => (one === undefined ? '' : BigInt(one).toString())).join(':'),
    );
  fc.assert(
    fc.property(
      fc.array(field, { maxLength: 4 }),
      fc.constantFrom('u', '~', 'A', 'B', 'H', 'Z', 'P', 'E'),
      (fields, final) => {
        expect(() => keyOfSequence(fields.join(';'), final)).not.toThrow();
      },
    ),
    { numRuns: runs(2_000) },
  );
});

test.each([
  ['97;1;9999999', 'u'],
  ['97:9999999;2', 'u'],
  ['27;2;97:9999999', '~'],
  ['55296', 'u'],
])('CSI %s %s, a number that is no character, is no key', (parameters, final) => {
  expect(keyOfSequence(parameters, final)).toBeUndefined();
});
