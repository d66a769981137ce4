import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';

/**
 * Opens a file in the person's editor ($VISUAL, $EDITOR, vi). The editor gets
 * the terminal, so it runs beside `exec`. Both variables are shell words by
 * convention (`code --wait`), as git reads them.
 */
export const editFile = async (
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<void, Failure>> => {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const ending = await new Promise<number | null>((resolve) => {
    const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  if (ending === null) return failed({ code: 'program-missing', program: 'sh' });
  return ending === 0
    ? success(undefined)
    : failed({ code: 'command-failed', command: editor, exitCode: ending, tail: [] });
};

/** Opens a text in the person's editor and answers it as it was saved. */
export const editText = async (
  text: string,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<string, Failure>> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-edit-'));
  const file = path.join(folder, name);
  try {
    await writeFile(file, text);
    const edited = await editFile(file, environment);
    return edited.ok ? success(await readFile(file, 'utf8')) : edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
