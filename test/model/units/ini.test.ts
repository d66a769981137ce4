import { expect, test } from 'vitest';
import { readIni } from '../../../source/model/units/ini.ts';

const entries = (text: string) =>
  readIni(text)?.flatMap(({ name, entries: found }) =>
    found.map(([key, value]) => `${name}|${key}|${value}`),
  ) ?? null;

// Made with the rules of rust-ini 0.21, `src/lib.rs`, with the options that
// switch-to-configuration-ng sets: quotes, no escapes, comments in lines.
test.each<[what: string, text: string, read: readonly string[] | null]>([
  ['a plain line', '[Service]\nExecStart=/bin/a b\n', ['Service|ExecStart|/bin/a b']],
  ['blanks around key and value', '[A]\nb  =  c d  \n', ['A|b|c d']],
  ['an empty value', '[A]\nb=\nb=c\n', ['A|b|', 'A|b|c']],
  ['a whole value in quotes', '[A]\nb="c d"\n', ['A|b|c d']],
  ['a whole value in single quotes', "[A]\nb='c d'\n", ['A|b|c d']],
  ['two quoted parts, of which only the first loses its quotes', '[A]\nb="c" "d"\n', ['A|b|c "d"']],
  ['quoted parts side by side', '[A]\nb="c"\'d\'\n', ['A|b|cd']],
  ['quotes further on', '[A]\nb=c "d"\n', ['A|b|c "d"']],
  ['a quote over lines', '[A]\nb="c\nd=e"\n', ['A|b|c\nd=e']],
  ['a quote without an end', '[A]\nb="c\nd=e\n', null],
  [
    'a backslash that is no escape',
    '[A]\nb=dev-disk-by\\x2dlabel\n',
    ['A|b|dev-disk-by\\x2dlabel'],
  ],
  ['a line that goes on', '[A]\nb=c \\\n  d\n', ['A|b|c   d']],
  [
    'comments in a line that goes on',
    '[A]\nb=Value \\\n# one\n; two\n   # three\nOther\n',
    ['A|b|Value    Other'],
  ],
  ['a comment after a value', '[A]\nb=c # d\n', ['A|b|c']],
  ['no comment without a blank before it', '[A]\nb=c#d;e\n', ['A|b|c#d;e']],
  ['lines of comments', '# x\n[A]\n; y\n#z=1\nb=c\n', ['A|b|c']],
  ['a colon in place of the equals sign', '[A]\nb: c\n', ['A|b|c']],
  ['a key with a colon in it', '[A]\nb:c=d\n', ['A|b|c=d']],
  ['text without an equals sign, which joins the next key', '[A]\nb\nc=d\n', ['A|b\nc|d']],
  ['text without an equals sign at the end', '[A]\nb=c\nd\n', null],
  ['the same, indented, which is left out', '[A]\nb=c\n  d\n', ['A|b|c']],
  ['a line without a key', '[A]\n=b\n', null],
  ['a section without its end', '[A\nb=c\n', null],
  [
    'an indented section, which is part of the next key',
    '[A]\nb=c\n [B]\nd=e\n',
    ['A|b|c', 'A|[B]\nd|e'],
  ],
  ['the same section twice', '[A]\nb=c\n[A]\nb=d\n', ['A|b|c', 'A|b|d']],
  ['lines before any section, which count nowhere', 'a=b\n[C]\nd=e\n', ['C|d|e']],
  ['nothing', '', []],
])('%s', (_, text, read) => {
  expect(entries(text)).toEqual(read);
});
