import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { editorWords } from '../model/editor-words.ts';
import type { ToolFailure } from '../model/explain-tool.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a person names as editor or pager. */
interface Tool {
  readonly tool: ToolFailure['tool'];
  readonly variable: string | null;
  /** Shell words by convention (`code --wait`), as git reads them. */
  readonly words: string;
}

const toolOf = (
  tool: Tool['tool'],
  environment: Environment,
  variables: readonly string[],
  usual: string,
): Tool => {
  const variable = variables.find((name) => (environment[name] ?? '').trim() !== '') ?? null;
  return { tool, variable, words: variable === null ? usual : (environment[variable] ?? usual) };
};

const editorOf = (environment: Environment): Tool =>
  toolOf('editor', environment, ['VISUAL', 'EDITOR'], 'vi');

type ToolEnding = ToolFailure['ending'];

/** What a shell answers for a program that is not there, or that it may not run. */
const notRun: ReadonlySet<number | null> = new Set([126, 127]);

const endingOf = (exitCode: number | null, signal: string | null): ToolEnding =>
  signal !== null
    ? { kind: 'killed', signal }
    : exitCode === null || notRun.has(exitCode)
      ? { kind: 'missing' }
      : { kind: 'exited', exitCode };

const runShell = (
  words: readonly string[],
  stdio: 'inherit' | 'ignore',
  environment: Environment,
): Promise<ToolEnding> =>
  new Promise((resolve) => {
    const child = spawn('sh', words, { stdio, env: environment });
    child.on('error', () => resolve({ kind: 'missing' }));
    child.on('close', (exitCode, signal) => resolve(endingOf(exitCode, signal)));
  });

const isGood = (ending: ToolEnding): boolean => ending.kind === 'exited' && ending.exitCode === 0;

/** Runs a program that gets the terminal, so that it runs beside `exec`. */
const runInTerminal = async (
  tool: Tool,
  script: string,
  words: readonly string[],
  environment: Environment,
): Promise<Result<void, Failure>> => {
  // A shell that cannot read the words says so on a screen that is gone at once.
  const reading = await runShell(['-n', '-c', script], 'ignore', environment);
  const ending: ToolEnding = isGood(reading)
    ? await runShell(['-c', script, 'sh', ...words], 'inherit', environment)
    : reading.kind === 'exited'
      ? { kind: 'unreadable' }
      : reading;
  return isGood(ending) ? success(undefined) : failed({ code: 'tool-failed', ...tool, ending });
};

/**
 * Opens a file in the person's editor ($VISUAL, $EDITOR, vi), at a line where
 * the editor knows how.
 */
export const editFile = (
  file: string,
  environment: Environment,
  line: number | null = null,
): Promise<Result<void, Failure>> => {
  const editor = editorOf(environment);
  return runInTerminal(
    editor,
    `${editor.words} "$@"`,
    editorWords(editor.words, file, line),
    environment,
  );
};

const withFile = async <Value>(
  text: string,
  name: string,
  use: (file: string) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> => {
  let folder = os.tmpdir();
  try {
    folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-edit-'));
    const file = path.join(folder, name);
    await writeFile(file, text);
    return await use(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return failed({
      code: 'file-failed',
      operation: 'write',
      path: path.join(folder, name),
      detail: error.message,
    });
  } finally {
    if (folder !== os.tmpdir()) await rm(folder, { recursive: true, force: true });
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
    const pager = toolOf('pager', environment, ['PAGER'], 'less');
    return runInTerminal(pager, `(${pager.words}) < "$1"`, [file], environment);
  });
