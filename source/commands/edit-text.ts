import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { editorWords } from '../model/editor-words.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program that gets the terminal, so that it runs beside `exec`. */
const runInTerminal = async (
  script: string,
  words: readonly string[],
  shown: string,
): Promise<Result<void, Failure>> => {
  const ending = await new Promise<number | null>((resolve) => {
    const child = spawn('sh', ['-c', script, 'sh', ...words], { stdio: 'inherit' });
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  if (ending === null) return failed({ code: 'program-missing', program: 'sh' });
  return ending === 0
    ? success(undefined)
    : failed({ code: 'command-failed', command: shown, exitCode: ending, tail: [] });
};

/**
 * Opens a file in the person's editor ($VISUAL, $EDITOR, vi), at a line where
 * the editor knows how. Both variables are shell words by convention
 * (`code --wait`), as git reads them.
 */
export const editFile = (
  file: string,
  environment: Environment,
  line: number | null = null,
): Promise<Result<void, Failure>> => {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  return runInTerminal(`${editor} "$@"`, editorWords(editor, file, line), editor);
};

const withFile = async <Value>(
  text: string,
  name: string,
  use: (file: string) => Promise<Value>,
): Promise<Value> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-edit-'));
  const file = path.join(folder, name);
  try {
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Opens a text in the person's editor and answers it as it was saved. */
export const editText = (
  text: string,
  name: string,
  environment: Environment,
): Promise<Result<string, Failure>> =>
  withFile(text, name, async (file) => {
    const edited = await editFile(file, environment);
    return edited.ok ? success(await readFile(file, 'utf8')) : edited;
  });

/** Shows a text in $PAGER (less), which reads it from its standard input, or in the editor. */
export const readText = (
  text: string,
  name: string,
  by: 'pager' | 'editor',
  environment: Environment,
): Promise<Result<void, Failure>> =>
  withFile(text, name, (file) => {
    if (by === 'editor') return editFile(file, environment);
    const pager = environment['PAGER'] || 'less';
    return runInTerminal(`(${pager}) < "$1"`, [file], pager);
  });
