import type { Command } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';

/** One shell, behind one command, that is asked several things one after the other. */
export interface Conversation {
  /** Questions under one name reach the same shell. */
  readonly name: string;
  /**
   * `opens`: by a process of its own, which then stays open for more. `joins`: by the one that is open
   * and does nothing; where there is none, the command is run for its `input`.
   */
  readonly kind: 'opens' | 'joins';
  /** What the shell reads for it instead of `input`. It ends the answer with the lines `MARK STATUS` and, in standard error, `MARK`. */
  readonly question: string;
  readonly mark: string;
}

export interface ExecOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each complete line; control sequences are stripped, length is capped. */
  readonly onLine?: ((line: string, from: 'stdout' | 'stderr') => void) | undefined;
  /** Called with the id of its process as soon as it runs; not in worlds without processes. */
  readonly onStart?: ((processId: number) => void) | undefined;
  /** Milliseconds; no limit when absent. */
  readonly timeoutMs?: number | undefined;
  /** Asked when that time is over: the milliseconds that it gets on top, 0 for none. */
  readonly moreTime?: (() => number) | undefined;
  readonly input?: string | undefined;
  /** Worlds without processes go by `input` alone. */
  readonly conversation?: Conversation | undefined;
  /** What the input makes it do, for the list of commands that ran. */
  readonly does?: string | undefined;
  /**
   * Questions are not listed among the commands that ran for the person; commands that change
   * something are.
   */
  readonly quiet?: boolean | undefined;
  /**
   * A question, or a build, that is one of many at the same time: a small process starts and reads it,
   * which is quicker and keeps keys answered. Where that process ends, it is done once more.
   */
  readonly isAmongMany?: boolean | undefined;
  /**
   * A short question that is one of many at the same time: a small shell starts it, which is quicker
   * still. Where that does not tell what became of it, it is asked once more. Its input stands in a file
   * of this user for a while.
   */
  readonly byShell?: boolean | undefined;
  /** Raw lines: `onLine` gets them as they came (for machine formats). */
  readonly raw?: boolean | undefined;
  /** A process group of its own: when it is canceled, all that it started is told too. */
  readonly group?: boolean | undefined;
  /** It is over when it exits, whoever holds its output: a hook may leave a process behind. */
  readonly untilExit?: boolean | undefined;
  /** Nothing is collected but the last lines for a failure (for long streams read by `onLine`). */
  readonly discardOutput?: boolean | undefined;
  /** Lines that are no words of the command itself, and not kept for a failure. */
  readonly isForeignLine?: ((line: string) => boolean) | undefined;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/**
 * Runs a command to its end. Any exit but 0 is a failure, each ending with a code of its own. One that
 * says more than is kept is stopped.
 */
export type Exec = (command: Command, options?: ExecOptions) => Promise<Result<Output, Failure>>;

/** What the file system says of a path. */
interface PathFacts {
  /** Permission bits, with sticky and set-id ones. */
  readonly mode: number;
  /** User id. */
  readonly owner: number;
  readonly device: number;
  readonly inode: number;
  /** A pipe, a socket or a device other than /dev/null: who reads it may wait or read for ever. */
  readonly isSpecial?: true;
}

/** What stands at a path, a link as itself. */
export interface FileStamp {
  readonly path: string;
  readonly bytes: number;
  readonly kind: 'file' | 'link' | 'folder';
  /** When it, or its name, was changed last, by the clock of its file system: ms. No program can set it. */
  readonly changedAt: number;
}

/** When an append is done: a crash of the machine may lose what is written and not on the disk. */
export type AppendUntil = 'on-disk' | 'written';

export interface Files {
  /**
   * Text of a file; undefined when there is none. What is no regular file (a
   * pipe, a device, a folder) or too large is a failure, and never waited for.
   */
  read(
    path: string,
    options?: { /** In folders where anybody may write. */ readonly refuseLink?: boolean },
  ): Promise<Result<string | undefined, Failure>>;
  /** Some bytes of a file, fewer at its end, none behind it; files of any size. */
  piece(path: string, from: number, bytes: number): Promise<Result<Uint8Array, Failure>>;
  /** Replaces a file in one step: a reader sees the old or the new text, never half of one. */
  write(path: string, text: string): Promise<Result<void, Failure>>;
  /** Makes a new file, whole at once and readable for all; false when there is one already. Folder must exist. */
  create(path: string, text: string): Promise<Result<boolean, Failure>>;
  /** Appends, and makes the folder when needed; flushes to the disk before it answers unless told otherwise. */
  append(path: string, text: string, until?: AppendUntil): Promise<Result<void, Failure>>;
  list(folder: string): Promise<Result<readonly string[], Failure>>;
  exists(path: string): Promise<boolean>;
  rename(from: string, to: string): Promise<Result<void, Failure>>;
  /** Undefined where there is nothing, or nothing can be asked. */
  look(path: string): Promise<PathFacts | undefined>;
  /**
   * The first of these names, in a folder or below it, that is a pipe, a socket or a device, the
   * nearest first; null where there is none. Some thousand folders are looked into, and not more.
   */
  findSpecial(folder: string, names: ReadonlySet<string>): Promise<string | null>;
  remove(path: string): Promise<Result<void, Failure>>;
  makeFolder(path: string): Promise<Result<void, Failure>>;
  realPath(path: string): Promise<Result<string, Failure>>;
  /**
   * The folder of this name in a git folder. Its `files` are for paths in it:
   * no link is followed, what belongs to a third user is no file, and what is
   * made gets modes and group of the git folder, and its owner too where root
   * makes it.
   */
  share(gitFolder: string, name: string): Promise<SharedFolder>;
  /** Copies files from below one folder to the same places below another: bytes, mode, times, links as links. What is no file there is left out. */
  copy(paths: readonly string[], from: string, to: string): Promise<Result<void, Failure>>;
  /** Of those paths below the folder where something is. */
  stamps(paths: readonly string[], folder: string): Promise<Result<readonly FileStamp[], Failure>>;
  /** Those of the paths that are not the same file below both folders: its bytes, its mode, or whether it is there. */
  differing(
    paths: readonly string[],
    one: string,
    other: string,
  ): Promise<Result<readonly string[], Failure>>;
}

/**
 * A folder of nixup in a git folder, for all who use the repository.
 * - `none`: there is no such git folder, or nothing can be asked about it
 * - `refused`: what stands in its place is not used; `why` says what it is
 * - `closed`: this user cannot write there; what others keep there is read
 */
export type SharedFolder =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly path: string; readonly why: string }
  | { readonly kind: 'closed' | 'open'; readonly path: string; readonly files: Files };

export interface HttpRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a form: the request is a POST. */
  readonly form?: URLSearchParams | undefined;
  /** What is sent instead of a form, of the type that `headers` names: the request is a POST. */
  readonly body?: string | undefined;
  /** Where it is another one than GET, and POST of what is sent. */
  readonly method?: 'DELETE' | 'PATCH' | undefined;
  /** A redirection is an answer, and not followed. */
  readonly redirect?: 'answer' | undefined;
  /** Goes through this socket, a tunnel to the server. */
  readonly socketPath?: string | undefined;
  /** Certificates (PEM) that are trusted for it, and no others. */
  readonly certificates?: string | undefined;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** What is read of the body at most, bytes. */
  readonly mostBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is the beginning of a longer one. */
  readonly isCut?: true;
  readonly tookMs: number;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls it once, so much later. What it answers takes that back. It is for what waits for more, such as lines that are
   * handed on together: a clock that jumps over sleeps does not jump over these.
   */
  after(milliseconds: number, action: () => void): () => void;
}

export interface Folders {
  /** Journals, records of builds and verified systems. */
  readonly state: string;
  /** What can be computed again. */
  readonly cache: string;
  /** The person's own; what other programs keep of them stands below. */
  readonly home: string;
  /** Sockets; cleared at log-out. */
  readonly runtime: string;
}

/** Everything outside of the program. Tests and the demo replace this object and nothing else. */
export interface World {
  readonly exec: Exec;
  readonly files: Files;
  http(request: HttpRequest): Promise<Result<HttpResponse, Failure>>;
  readonly clock: Clock;
  readonly folders: Folders;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly hostName: string;
  readonly processId: number;
  /** Processors that this program may use. */
  readonly processors: number;
  readonly userName: string;
  /** Sixteen lower-case letters and digits, for names of runs and units. */
  randomId(): string;
  /** Whether a process with this id runs here that had started by then (ms); ids are used again. */
  isProcessAlive(processId: number, startedBefore: number): boolean;
  /** True for the embedded fleet; said on screen. */
  readonly isDemo: boolean;
}
