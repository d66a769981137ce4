import { expect, test } from 'vitest';
import {
  type Advice,
  adviceLine,
  adviceOf,
  adviceSentence,
  advise,
  advised,
  commandOnly,
  startSentence,
} from '../../../source/model/words/advice.ts';

test.each<[Advice, line: string, sentence: string]>([
  [
    advise('see what git says', 'git status'),
    'see what git says: git status',
    'See what git says: git status',
  ],
  [advise('Test again.', 'nixup test'), 'Test again. nixup test', 'Test again. nixup test'],
  [commandOnly('gh auth login'), 'gh auth login', 'Run: gh auth login'],
  [{ text: 'wait an hour' }, 'wait an hour', 'Wait an hour'],
  [{ text: 'mend it by hand', command: null }, 'mend it by hand', 'Mend it by hand'],
])('%j is one line, and one sentence, with its command unchanged', (advice, line, sentence) => {
  expect(adviceLine(advice)).toBe(line);
  expect(adviceSentence(advice)).toBe(sentence);
});

test.each<[Advice]>([
  [advise('look at it: its log says more; then', "ssh p620 'journalctl -b'")],
  [advise('Test again.', 'nixup test')],
  [commandOnly('nixup test')],
  [{ text: 'add to nix.conf: experimental-features = nix-command flakes' }],
])('what was kept of %j is read back as it was', (advice) => {
  expect(adviceOf(advised(advice))).toEqual(advice);
});

test('the remedy that scripts read is the whole line, and the command is added beside it', () => {
  expect(advised(advise('Try again with', 'nixup deploy p620'))).toEqual({
    remedy: 'Try again with: nixup deploy p620',
    command: 'nixup deploy p620',
  });
  expect(advised('Look at the host.')).toEqual({ remedy: 'Look at the host.' });
});

test.each([
  ['other tracked files changed', 'Other tracked files changed'],
  ['git does not know whose commit it is', 'Git does not know whose commit it is'],
  ['nixup.toml is not committed', 'nixup.toml is not committed'],
  ['p620.home does not answer', 'p620.home does not answer'],
  ['EDITOR=nano nixup', 'EDITOR=nano nixup'],
  ['--with a.nix commits it too', '--with a.nix commits it too'],
])('%s: a sentence begins with a capital, a name does not', (text, sentence) => {
  expect(startSentence(text)).toBe(sentence);
});
