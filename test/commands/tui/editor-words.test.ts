import { expect, test } from 'vitest';
import { editorWords } from '../../../source/commands/tui/editor-words.ts';

test.each([
  ['vi', 12, ['+12', 'a.nix']],
  ['/usr/bin/nvim -u NONE', 12, ['+12', 'a.nix']],
  ['emacsclient -t', 3, ['+3', 'a.nix']],
  ['code --wait', 12, ['--goto', 'a.nix:12']],
  ['hx', 12, ['a.nix:12']],
  ['my-own-editor', 12, ['a.nix']],
  ['vi', null, ['a.nix']],
  ['', 3, ['a.nix']],
])('%s at line %s gets %j', (editor, line, words) => {
  expect(editorWords(editor, 'a.nix', line)).toEqual(words);
});
