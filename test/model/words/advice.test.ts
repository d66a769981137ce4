import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asAdvice, isCommand, startSentence } from '../../../source/model/words/advice.ts';

test.each([
  ['gh auth login, then open it for the commit that exists: nixup commit --pr', 'Run: gh auth'],
  ['gh repo unarchive, when it is yours', 'Run: gh repo unarchive'],
  ["ls -ld '/a b'", 'Run: ls -ld'],
  ['df -h /', 'Run: df -h'],
  ['nixup test', 'Run: nixup test'],
  ['wait an hour, then try again', 'Wait an hour'],
  ['nothing has to be done', 'Nothing has'],
  ['flake.lock changed', 'flake.lock changed'],
  ['p620.home does not answer', 'p620.home does'],
  ['EDITOR=nano nixup', 'EDITOR=nano'],
  ['--with a.nix commits it too', '--with a.nix'],
  ['git', 'Git'],
])('%s is advice that keeps its commands', (text, start) => {
  expect(asAdvice(text).startsWith(start)).toBe(true);
});

test('a sentence begins with a capital, a name does not', () => {
  expect(startSentence('other tracked files changed')).toBe('Other tracked files changed');
  expect(startSentence('nixup.toml is not committed')).toBe('nixup.toml is not committed');
});

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });

test('every program whose command is shown to a person is known as one', () => {
  const shown = sources('source').flatMap((path) =>
    [
      ...readFileSync(path, 'utf8').matchAll(
        /(?:quoteWords\(\[|\bshell\(|showCommand\(\{\s*file: )\s*'([a-z][a-z-]*)'/g,
      ),
    ].map(([, program = '']) => program),
  );
  expect(shown.length).toBeGreaterThan(50);
  expect([...new Set(shown)].filter((program) => !isCommand(`${program} x`))).toEqual([]);
});
