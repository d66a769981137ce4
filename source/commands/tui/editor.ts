import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { draftPrefix, draftStart } from '../../engine/commit/kept-message.ts';
import type { Command, CommandEnd } from '../../model/command.ts';
import type { ToolFailure } from '../../model/explain/explain-tool.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { createFiles } from '../../services/world/files.ts';
import { findLeftBehind, ownName } from '../../services/world/left-behind.ts';
import { isProcessAlive } from '../../services/world/process-world.ts';
import { afterOthers } from '../terminal/modes.ts';
import { editorWords } from './editor-words.ts';

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

/**
 * The editor that git opens for a message (git-var(1), GIT_EDITOR): its own variable, then
 * `core.editor` of the repository and of the person, then what every program asks.
 */
const messageEditorOf = (environment: Environment, flake: string | null): Tool => {
  if ((environment['GIT_EDITOR'] ?? '').trim() !== '')
    return toolOf('editor', environment, ['GIT_EDITOR'], 'vi');
  const { status, stdout } = spawnSync('git', ['-C', flake ?? '.', 'config', 'core.editor'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const words = status === 0 ? stdout.toString().trim() : '';
  return words === '' ? editorOf(environment) : { tool: 'editor', variable: 'core.editor', words };
};

type ToolEnding = ToolFailure['ending'];

/** What a shell answers for a program that is not there, or that it may not run. */
const notRun: ReadonlySet<number | null> = new Set([126, 127]);

const endingOf = (exitCode: number | null, signal: string | null): ToolEnding =>
  signal !== null
    ? { kind: 'killed', signal }
    : exitCode === null || notRun.has(exitCode)
      ? { kind: 'missing' }
      : { kind: 'exited', exitCode };

/** What has the terminal now. */
let shown: ChildProcess | null = null;

/** Ends the editor or pager that has the terminal: nixup was told to end. */
export const endTool = (): void => {
  shown?.kill('SIGHUP');
};

/** Settings of the terminal as `stty` gives and takes them; null where it cannot. */
const readSettings = (): string | null => {
  const { status, stdout } = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'] });
  return status === 0 ? stdout.toString().trim() : null;
};

/**
 * A program that was killed leaves the terminal as it set it: raw, without echo, with the mouse on.
 */
const restoreAfter = (settings: string | null): void => {
  if (settings === null) return;
  spawnSync('stty', [settings], { stdio: ['inherit', 'ignore', 'ignore'] });
  process.stdout.write(afterOthers);
};

const parseScript = (script: string, environment: Environment): Promise<ToolEnding> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-n', '-c', script], { stdio: 'ignore', env: environment });
    child.on('error', () => resolve({ kind: 'missing' }));
    child.on('close', (exitCode, signal) => resolve(endingOf(exitCode, signal)));
  });

const showShell = (
  script: string,
  words: readonly string[],
  environment: Environment,
): Promise<ToolEnding> =>
  new Promise((resolve) => {
    const settings = readSettings();
    const child = spawn('sh', ['-c', script, 'sh', ...words], {
      stdio: 'inherit',
      env: environment,
    });
    shown = child;
    const end = (ending: ToolEnding): void => {
      shown = null;
      if (!isGood(ending)) restoreAfter(settings);
      resolve(ending);
    };
    child.on('error', () => end({ kind: 'missing' }));
    child.on('close', (exitCode, signal) => end(endingOf(exitCode, signal)));
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
  const reading = await parseScript(script, environment);
  const ending: ToolEnding = isGood(reading)
    ? await showShell(script, words, environment)
    : reading.kind === 'exited'
      ? { kind: 'unreadable' }
      : reading;
  return isGood(ending) ? success(undefined) : failed({ code: 'tool-failed', ...tool, ending });
};

/**
 * The command has the terminal until it ends. Where its output is to be read, or the connection broke (ssh(1), EXIT
 * STATUS: 255), Enter brings the screen back; ^c ends the command and not the shell that waits for it.
 */
const onTerminal = `printf '$ %s\\n' "$2"; isRead=$1; shift 2
trap : INT
"$@"
status=$?
if [ "$isRead" = yes ] || [ "$status" -eq 255 ]; then
  printf '\\n(status %s; Enter returns to nixup) ' "$status"
  read -r answer
fi
exit "$status"`;

/** Gives the terminal to a command, and answers how it ended. */
export const runCommandHere = async (
  { file, args }: Command,
  line: string,
  isRead: boolean,
  environment: Environment,
): Promise<CommandEnd> => {
  const ending = await showShell(
    onTerminal,
    [isRead ? 'yes' : 'no', line, file, ...args],
    environment,
  );
  const what = isRead ? 'the command' : 'the shell';
  switch (ending.kind) {
    case 'exited':
      return {
        text: ending.exitCode === 0 ? `${what} ended` : `${what} ended with ${ending.exitCode}`,
        isWell: ending.exitCode !== 255,
      };
    case 'killed':
      return { text: `${what} was ended by ${ending.signal}`, isWell: false };
    case 'missing':
    case 'unreadable':
      return { text: `${file} could not be run`, isWell: false };
  }
};

/**
 * Opens a file in the person's editor ($VISUAL, $EDITOR, vi), at a line where
 * the editor knows how.
 */
export const editFile = (
  file: string,
  environment: Environment,
  line: number | null = null,
): Promise<Result<void, Failure>> => openIn(editorOf(environment), file, environment, line);

const openIn = (
  editor: Tool,
  file: string,
  environment: Environment,
  line: number | null = null,
): Promise<Result<void, Failure>> =>
  runInTerminal(editor, `${editor.words} "$@"`, editorWords(editor.words, file, line), environment);

/** A folder with a text that an editor or a pager has open. */
const editKind = 'nixup-edit';

const here = () => ({
  files: createFiles(),
  hostName: os.hostname(),
  processId: process.pid,
  randomId: () => crypto.randomUUID().replaceAll('-', ''),
  isProcessAlive,
});

/** Removes the folders of this user whose nixup was killed while its text was open. */
const sweepEdited = async (): Promise<void> => {
  for (const name of await findLeftBehind(here(), os.tmpdir(), editKind)) {
    const at = path.join(os.tmpdir(), name);
    const found = await lstat(at).catch(() => undefined);
    if (found?.uid === process.geteuid?.()) await rm(at, { recursive: true, force: true });
  }
};

const withFile = async <Value>(
  text: string,
  name: string,
  use: (file: string) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> => {
  let folder = os.tmpdir();
  try {
    await sweepEdited();
    // In a folder of all users: one that is there already is not ours.
    const own = path.join(os.tmpdir(), ownName(here(), editKind));
    await mkdir(own, { mode: 0o700 });
    folder = own;
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
  editor: Tool = editorOf(environment),
): Promise<Result<string, Failure>> =>
  withFile(text, name, async (file) => {
    const edited = await openIn(editor, file, environment);
    return edited.ok ? success(await readFile(file, 'utf8')) : edited;
  });

/**
 * A note that a person writes: `begun` first, then what it is about as comments. Lines that begin with `#` are no part
 * of the answer; null where nothing is left.
 */
export const editNote = async (
  name: string,
  begun: string,
  about: readonly string[],
  environment: Environment,
  editor: Tool = editorOf(environment),
): Promise<Result<string | null, Failure>> => {
  const comments = [...about, 'Lines that begin with # are left out.'].map((line) => `# ${line}`);
  const edited = await editText(`${begun}\n\n${comments.join('\n')}\n`, name, environment, editor);
  if (!edited.ok) return edited;
  const text = edited.value
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim();
  return success(text === '' ? null : text);
};

const yes = (): boolean => true;
const no = (): boolean => false;

/**
 * As `editText`, with a file that keeps what was saved, whatever becomes of the
 * editor, of nixup or of what the text is for. The editor gets a draft beside
 * that file (`kept-message.ts` finds one whose nixup was killed); only a changed
 * text that says something takes the file's place, so that nothing that was
 * kept before is lost to an editor that fails or is left. The editor is that of git.
 */
export const editMessage = async (
  text: string,
  file: string | null,
  environment: Environment,
  flake: string | null,
): Promise<Result<string, Failure>> => {
  const editor = messageEditorOf(environment, flake);
  if (file === null) return editText(text, 'COMMIT_EDITMSG', environment, editor);
  try {
    const kept = path.dirname(file);
    await mkdir(kept, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(path.join(kept, draftPrefix));
    const draft = path.join(folder, path.basename(file));
    await writeFile(path.join(folder, draftStart), text);
    await writeFile(draft, text);
    const edited = await openIn(editor, draft, environment);
    const found = await readFile(draft, 'utf8').catch(() => null);
    const saved = found ?? text;
    const isNew = saved !== text && saved.trim() !== '';
    // What stands in the file's place may be a folder; then the draft is what is kept.
    const isStored = !isNew || (await rename(draft, file).then(yes, no));
    if (isStored) await rm(folder, { recursive: true, force: true });
    // Git takes a removed message for a commit that is not wanted; so does this.
    if (edited.ok && found === null)
      return failed({
        code: 'file-failed',
        operation: 'read',
        path: draft,
        detail: 'the editor removed it, so there is no message',
      });
    if (edited.ok) return success(saved);
    if (!isStored && edited.failure.code === 'tool-failed')
      return failed({ ...edited.failure, keptIn: draft });
    const isKept = isNew || (await readFile(file, 'utf8').catch(() => null)) === text;
    return isKept && edited.failure.code === 'tool-failed'
      ? failed({ ...edited.failure, keptIn: file })
      : edited;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return failed({ code: 'file-failed', operation: 'write', path: file, detail: error.message });
  }
};

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
    return runInTerminal(pager, `exec < "$1"; ${pager.words}`, [file], environment);
  });

/** Shows files one after the other in $PAGER (less); nothing of them is read into memory. */
export const pageFiles = (
  paths: readonly string[],
  environment: Environment,
): Promise<Result<void, Failure>> => {
  const pager = toolOf('pager', environment, ['PAGER'], 'less');
  // A file by itself is read from any place at once; several must be read in their order.
  const script =
    paths.length === 1 ? `exec < "$1"; ${pager.words}` : `cat -- "$@" | ${pager.words}`;
  return runInTerminal(pager, script, paths, environment);
};
