import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asAdvice, startSentence } from '../../../source/model/words/advice.ts';

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
  // A sentence about a program is no command.
  ['git ignores flake.lock', 'Git ignores'],
  ['git does not know whose commit it is', 'Git does not'],
  ['git was ended by SIGTERM before the commit was made', 'Git was ended'],
  ['git reported success, but HEAD is not the new commit', 'Git reported'],
  ['nix is too old', 'Nix is too old'],
  ['gh is not logged in', 'Gh is not'],
  ['ssh asks for a password there', 'Ssh asks'],
  ['nixup ended before the remote had it.', 'Nixup ended'],
  // A command may look like one.
  ['git status', 'Run: git status'],
  ['git notes list', 'Run: git notes'],
  ['nixup status p620', 'Run: nixup status'],
  ['ssh p620 sudo reboot', 'Run: ssh p620'],
  ['ssh atlas journalctl -b', 'Run: ssh atlas'],
  ['git -C /a status', 'Run: git -C'],
  // As the messages name them.
  ['journalctl --unit nix-daemon.service', 'Run: journalctl --unit'],
  ['journalctl -b', 'Run: journalctl -b'],
  ['findmnt --target /nix', 'Run: findmnt'],
  ['pgrep --list-full nix', 'Run: pgrep'],
  ['sqlite3 /nix/var/nix/db/db.sqlite', 'Run: sqlite3'],
  ['bootctl status', 'Run: bootctl'],
  ['loginctl list-users', 'Run: loginctl'],
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
  expect(
    [...new Set(shown)].filter((program) => !asAdvice(`${program} x`).startsWith('Run: ')),
  ).toEqual([]);
});
