const characters = Array.from({ length: 0x7f - 0x20 }, (_, index) =>
  String.fromCharCode(0x20 + index),
).filter((key) => key !== 'q');

/** Keys of every view more often than letters that mean nothing. */
export const usualKeys = [
  ...'jkgG12345678[]?:/@=nNxuUHKbiovatTdrVRLWfpsyw ',
  '\r',
  '\u001b[A',
  '\u001b[B',
  '\u001b[5~',
  '\u001b[6~',
  '\t',
  '\u001b[Z',
];

const rare = ['\u0003', '\u001a', 'q', '|', 'e', 'E'];

const special = [
  ...['C', 'D', 'H', 'F', '1~', '3~', '1;2A', '1;5B', '1;3C'].map((one) => `\u001b[${one}`),
  ...Array.from({ length: 26 }, (_, index) => String.fromCharCode(index + 1)).filter(
    (key) => key !== '\u0003' && key !== '\u001a',
  ),
  '\u007f',
  '\u001b',
  'é',
  '漢',
  '🚀',
  'e\u0301',
];

const answers = [
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u0007',
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\',
  '\u001b[I',
  '\u001b[O',
  '\u001b[<0;10;5M\u001b[<0;10;5m',
  '\u001b[M !!',
  '\u001b[?64;1;2c',
  '\u001b[>41;354;0c',
  '\u001bP>|XTerm(390)\u001b\\',
  '\u001b[?2026;2$y',
  '\u001b[?1u',
  '\u001b[12;40R',
  '\u001b[8;24;80t',
  '\u001bq',
  '\u001bd',
  '\u001b[113;3u',
  '\u001b[97;1;9999999u',
  '\u001b[97:9999999;2u',
  '\u001b[27;2;99999999999999999999~',
  '\u001b[55296u',
];

const texts = [
  'nixos',
  'razer\r',
  'a\nb',
  '漢字',
  '\u0000\u0085',
  'q',
  '\u001b[31m',
  '🚀',
  '  ',
  '"$(rm)"',
];

/** Terminals and locales as they are set: what is drawn with, and in which signs. */
export const terminals: readonly Readonly<Record<string, string>>[] = [
  {},
  { LANG: 'C' },
  { LANG: 'de_DE.ISO-8859-1' },
  { LC_ALL: 'POSIX', LANG: 'C.UTF-8' },
  { LC_CTYPE: 'en_US.UTF-8', LANG: 'C' },
  { NO_COLOR: '1' },
  { NO_COLOR: '1', LANG: 'C' },
  { TERM: 'linux', COLORTERM: '' },
  { TERM: 'xterm', COLORTERM: '' },
  { TERM: 'xterm-16color', COLORTERM: '', COLORFGBG: '0;15' },
  { COLORTERM: '' },
  { COLORTERM: '', NIXUP_THEME: 'light' },
  { TERM: 'tmux-256color', COLORTERM: '', TMUX: '/tmp/tmux' },
  { TERM_PROGRAM: 'ghostty' },
  { COLORFGBG: '0;15' },
  ...['dark', 'light', 'high-contrast', 'colour-blind', 'mono'].map((theme) => ({
    NIXUP_THEME: theme,
  })),
];

/** Some keys, a paste, an answer of the terminal, a click or another size. */
export interface Turn {
  readonly kind: 'keys' | 'paste' | 'answer' | 'resize' | 'mouse';
  readonly reads: readonly string[];
  readonly keys: number;
  readonly size?: readonly [number, number];
}

/** One turn after the other, by chance; `size` is that of the window. */
export const createTurns = (
  chance: () => number,
  size: () => readonly [number, number],
): (() => Turn) => {
  const below = (limit: number): number => Math.floor(chance() * limit);
  const one = (from: readonly string[]): string => from[below(from.length)] ?? '';
  const key = (): string => {
    const draw = chance();
    if (draw < 0.003) return one(rare);
    if (draw < 0.6) return one(usualKeys);
    return draw < 0.8 ? one(characters) : one(special);
  };
  const keys = (): Turn => {
    const count = chance() < 0.1 ? 20 + below(40) : 1 + below(12);
    const pressed = Array.from({ length: count }, key);
    // In one read or each in its own.
    return { kind: 'keys', keys: count, reads: chance() < 0.7 ? [pressed.join('')] : pressed };
  };
  const paste = (): Turn => {
    const length = chance() < 0.02 ? 200_000 : chance() < 0.2 ? 2_000 : 1 + below(20);
    const text = Array.from({ length }, () => one(texts)).join('');
    // Without marks only what is longer than hands type is known for a paste.
    const isMarked = chance() < 0.7 || text.length < 60;
    const cleaned = text.replaceAll('\u001b', '');
    return {
      kind: 'paste',
      keys: 0,
      reads: [isMarked ? `\u001b[200~${text}\u001b[201~` : cleaned],
    };
  };
  const answer = (): Turn => {
    const text = one(answers);
    const at = 2 + below(Math.max(1, text.length - 2));
    const isWhole = chance() < 0.5;
    return {
      kind: 'answer',
      keys: 0,
      reads: isWhole ? [text] : [text.slice(0, at), text.slice(at)],
    };
  };
  const resize = (): Turn => ({
    kind: 'resize',
    keys: 0,
    reads: [],
    size: [20 + below(281), chance() < 0.8 ? 16 + below(50) : 2 + below(100)],
  });
  /** Anywhere in the window, and beyond it. */
  const mouse = (): Turn => {
    const [columns, rows] = size();
    const place = `${1 + below(columns + 2)};${1 + below(rows + 2)}`;
    const draw = chance();
    const button = draw < 0.6 ? 0 : draw < 0.75 ? 64 : draw < 0.9 ? 65 : below(256);
    const report = `\u001b[<${button};${place}M\u001b[<${button};${place}m`;
    // The same again opens what it chose.
    return { kind: 'mouse', keys: 0, reads: chance() < 0.3 ? [report, report] : [report] };
  };
  return () => {
    const draw = chance();
    if (draw < 0.74) return keys();
    if (draw < 0.8) return mouse();
    if (draw < 0.87) return paste();
    return draw < 0.93 ? answer() : resize();
  };
};
