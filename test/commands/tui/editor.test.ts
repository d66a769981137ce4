import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  editFile,
  editMessage,
  editNote,
  editText,
  readText,
} from '../../../source/commands/tui/editor.ts';
import { explain } from '../../../source/model/explain/explain.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-editors-'));
  const editor = path.join(folder, 'my editor');
  // Writes down its words, and adds a line to the last of them.
  await writeFile(
    editor,
    `#!/bin/sh\nprintf '%s\\n' "$@" > "$RECORD"\nfor file; do :; done\necho edited >> "$file"\n`,
  );
  await chmod(editor, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const environment = (over: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  RECORD: path.join(folder, 'record'),
  ...over,
});

const told = async (ending: ReturnType<typeof editFile>): Promise<string> => {
  const done = await ending;
  if (done.ok) return 'done';
  const { what, next: advice } = explain(done.failure);
  const next = adviceLine(advice);
  return `${what} ${next}`;
};

test.each([
  [
    { EDITOR: 'doesnotexist --wait' },
    'The editor doesnotexist --wait ($EDITOR) is not on PATH or cannot be run. Set another one and start nixup again: export EDITOR=nano',
  ],
  [{ VISUAL: '/etc/passwd', EDITOR: 'true' }, 'The editor /etc/passwd ($VISUAL) is not on PATH'],
  [{ PATH: '/nonexistent' }, 'is not on PATH, and $EDITOR names no other'],
  [{ EDITOR: "'my editor" }, "$EDITOR is not what a shell can read (quotes that do not end?): 'my"],
  [{ EDITOR: 'exit 3;' }, 'The editor exit 3; ($EDITOR) ended with status 3.'],
  [{ EDITOR: 'kill -TERM $$;' }, 'was ended by SIGTERM'],
  [{ EDITOR: ' ', VISUAL: 'true' }, 'done'],
])('with %j: %s', async (over, text) => {
  const variables = environment(over);
  expect(await told(editFile('/dev/null', variables))).toContain(text);
});

test.each([
  [{ PAGER: 'doesnotexist' }, 'The pager doesnotexist ($PAGER) is not on PATH or cannot be run.'],
  [{ PAGER: 'cat > /dev/null; exit 2' }, 'ended with status 2'],
  [{ PAGER: 'grep -q "two words"' }, 'done'],
])('a pager with %j: %s', async (over, text) => {
  const read = readText('one\ntwo words\n', 'p620.log', 'pager', environment(over));
  expect(await told(read)).toContain(text);
});

test('an editor with a space in its path and with words of its own gets them, then the file', async () => {
  const EDITOR = `"${folder}/my editor" --wait 'two words'`;
  const edited = await editText('first\n', 'COMMIT_EDITMSG', environment({ EDITOR }));
  expect(edited).toEqual({ ok: true, value: 'first\nedited\n' });
  const words = (await readFile(path.join(folder, 'record'), 'utf8')).trim().split('\n');
  expect(words.slice(0, 2)).toEqual(['--wait', 'two words']);
  expect(words[2]).toMatch(/COMMIT_EDITMSG$/);
});

test('a note is asked for by the name of its file and by comments, which are no part of it', async () => {
  const about = ['What is wrong with the desktop of razer?'];
  const none = await editNote(
    'trouble-razer-desktop.txt',
    '',
    about,
    environment({ EDITOR: 'true' }),
  );
  expect(none).toEqual({ ok: true, value: null });
  const seen = path.join(folder, 'seen');
  const EDITOR = `cp "$1" '${seen}'; printf 'no sound\\n# mine\\nafter waking\\n' | cat - "$1" > '${seen}.new'; cp '${seen}.new'`;
  const written = await editNote(
    'trouble-razer-desktop.txt',
    '',
    about,
    environment({ EDITOR: `sh -c "${EDITOR.replaceAll(/[\\"$]/g, '\\$&')} \\"\\$1\\"" trouble` }),
  );
  expect(written).toEqual({ ok: true, value: 'no sound\nafter waking' });
  expect(await readFile(seen, 'utf8')).toBe(
    '\n\n# What is wrong with the desktop of razer?\n# Lines that begin with # are left out.\n',
  );
});

test('a folder for temporary files that is not there is said, and nothing is thrown', async () => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path.join(folder, 'gone');
  try {
    const done = await told(readText('x', 'p620.log', 'pager', environment({ PAGER: 'cat' })));
    expect(done).toMatch(/p620\.log could not be used \(write\): ENOENT/);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});

/** An editor that changes its file by a script of the shell, and ends with a status. */
const by = (script: string, status: number): Record<string, string> =>
  environment({ EDITOR: `f() { ${script}; return ${status}; }; f` });

/** What was kept before, what is edited, how; what is answered, and what is kept then. */
test.each<[string, string | null, string, [string, number], string, string | null]>([
  ['saved, 0', null, 'facts', ['echo mine > "$1"', 0], 'mine', 'mine'],
  ['saved, failed', null, 'facts', ['echo mine > "$1"', 1], 'kept', 'mine'],
  ['unchanged, 0', null, 'facts', [':', 0], 'facts', null],
  ['unchanged, failed', null, 'facts', [':', 1], 'failed', null],
  ['kept one again, failed', 'mine', 'mine', [':', 1], 'kept', 'mine'],
  ['kept one again, unchanged', 'mine', 'mine', [':', 0], 'mine', 'mine'],
  ['kept one again, emptied', 'mine', 'mine', [': > "$1"', 0], '', 'mine'],
  ['kept one again, removed', 'mine', 'mine', ['rm "$1"', 1], 'kept', 'mine'],
  [
    'kept one again, removed by one that ends well',
    'mine',
    'mine',
    ['rm "$1"', 0],
    'failed',
    'mine',
  ],
  ['removed by one that ends well', null, 'facts', ['rm "$1"', 0], 'failed', null],
  ['another one, failed', 'mine', 'facts', [':', 1], 'failed', 'mine'],
  ['another one, unchanged', 'mine', 'facts', [':', 0], 'facts', 'mine'],
  ['another one, saved', 'mine', 'facts', ['echo new > "$1"', 0], 'new', 'new'],
])('a kept message, %s', async (_, before, text, [script, status], answer, after) => {
  const place = await mkdtemp(path.join(folder, 'messages-'));
  const file = path.join(place, 'COMMIT_EDITMSG');
  if (before !== null) await writeFile(file, `${before}\n`);
  const edited = await editMessage(`${text}\n`, file, by(script, status), folder);
  const kept = await readFile(file, 'utf8').catch(() => null);
  expect(kept).toBe(after === null ? null : `${after}\n`);
  expect(await readdir(place)).toEqual(after === null ? [] : ['COMMIT_EDITMSG']);
  if (edited.ok) expect(edited.value.trim()).toBe(answer);
  else expect('keptIn' in edited.failure ? 'kept' : 'failed').toBe(answer);
});

test('a message is used, and stays as a draft, where a folder stands in the place of the kept one', async () => {
  const place = await mkdtemp(path.join(folder, 'place-'));
  const file = path.join(place, 'COMMIT_EDITMSG');
  await mkdir(file);
  const edited = await editMessage('facts\n', file, by('echo mine > "$1"', 0), folder);
  expect(edited).toEqual({ ok: true, value: 'mine\n' });
  const [draft = ''] = (await readdir(place)).filter((name) => name.startsWith('edit-'));
  expect(await readFile(path.join(place, draft, 'COMMIT_EDITMSG'), 'utf8')).toBe('mine\n');
});

test('what a killed nixup left of a text that was open is removed, and that of a living one stays', async () => {
  // Ids of processes end below this (proc_sys_kernel(5), pid_max).
  const dead = path.join(os.tmpdir(), `nixup-edit.${os.hostname()}.4194305.abc`);
  const alive = path.join(os.tmpdir(), `nixup-edit.${os.hostname()}.${process.ppid}.abc`);
  // Its folder of temporary files may be that of this machine too.
  const elsewhere = path.join(os.tmpdir(), 'nixup-edit.another-machine.4194305.abc');
  const all = [dead, alive, elsewhere];
  for (const folder of all) await mkdir(folder);
  try {
    await editText('text\n', 'note', by(':', 0));
    expect(await readdir(dead).catch(() => 'gone')).toBe('gone');
    expect(await readdir(alive)).toEqual([]);
    expect(await readdir(elsewhere)).toEqual([]);
  } finally {
    for (const folder of all) await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  [{ GIT_EDITOR: 'echo git >> ', EDITOR: 'echo other >> ' }, 'echo setting >> ', 'facts\ngit\n'],
  [{ VISUAL: 'echo other >> ' }, 'echo setting >> ', 'facts\nsetting\n'],
  [{ GIT_EDITOR: ' ', EDITOR: 'echo other >> ' }, null, 'facts\nother\n'],
])('a message is edited as git does, with %j and core.editor %j', async (over, setting, text) => {
  const flake = await mkdtemp(path.join(folder, 'flake-'));
  const variables = environment({ ...over, HOME: flake });
  execFileSync('git', ['init', '-q', flake], { env: variables });
  if (setting !== null)
    execFileSync('git', ['-C', flake, 'config', 'core.editor', setting], { env: variables });
  expect(await editMessage('facts\n', null, variables, flake)).toEqual({ ok: true, value: text });
});

test('an editor of git that fails is named as the setting it is', async () => {
  const flake = await mkdtemp(path.join(folder, 'flake-'));
  const variables = environment({ HOME: flake });
  execFileSync('git', ['init', '-q', flake], { env: variables });
  execFileSync('git', ['-C', flake, 'config', 'core.editor', 'doesnotexist'], { env: variables });
  const edited = await editMessage('facts\n', null, variables, flake);
  expect(edited.ok ? edited : explain(edited.failure)).toMatchObject({
    what: 'The editor doesnotexist (core.editor of git) is not on PATH or cannot be run.',
    next: { text: 'Set another one', command: 'git config core.editor nano' },
  });
});
