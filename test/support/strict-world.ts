import { type Command, showCommand } from '../../source/model/command.ts';
import type { Failure } from '../../source/model/failure.ts';
import { failed, type Result, success } from '../../source/model/result.ts';
import { printedMarks } from '../../source/services/ssh/remote-script.ts';
import { judgeEnding } from '../../source/services/world/exec.ts';
import { after } from '../../source/services/world/timer.ts';
import type {
  ExecOptions,
  Files,
  HttpRequest,
  HttpResponse,
  World,
} from '../../source/services/world/world.ts';

type Match = string | RegExp | ((command: Command, options: ExecOptions) => boolean);

/** What the fake world answers to one command. */
export interface StrictAnswer {
  /** A part of the shown command line, a pattern of it, or a function of the command. */
  readonly match: Match;
  /** A part or a pattern of what is passed on standard input. */
  readonly input?: string | RegExp;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Exit status; 0 when absent. */
  readonly exit?: number;
  /** Ends with this failure instead of an exit status. */
  readonly failure?: Failure;
  readonly tookMs?: number;
  /** How often it may be used: 1 when absent; `any` may also stay unused. */
  readonly times?: number | 'any';
  /** Runs when the command runs, for changes of the fake world. */
  readonly effect?: (command: Command, options: ExecOptions) => void;
}

export interface StrictHttpAnswer {
  readonly url: string | RegExp;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly failure?: Failure;
  readonly times?: number | 'any';
}

export interface StrictWorldOptions {
  readonly answers?: readonly StrictAnswer[];
  readonly http?: readonly StrictHttpAnswer[];
  /** Text by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  readonly hostName?: string;
  readonly userName?: string;
  readonly processId?: number;
  readonly liveProcesses?: readonly number[];
  /** Start of the fake clock, ms since the epoch. */
  readonly now?: number;
}

export interface RanCommand {
  readonly command: Command;
  readonly shown: string;
  readonly options: ExecOptions;
}

export interface StrictWorld extends World {
  /** Every command that ran, in order. */
  readonly ran: readonly RanCommand[];
  readonly requested: readonly HttpRequest[];
  /** The files as they are now. */
  readonly texts: ReadonlyMap<string, string>;
  /** Moves the fake clock. */
  advance(milliseconds: number): void;
  /** Throws when an answer was not used, or when something unexpected was asked. */
  assertAllUsed(): void;
}

const includesText = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);

const matches = (answer: StrictAnswer, command: Command, options: ExecOptions): boolean => {
  const here =
    typeof answer.match === 'function'
      ? answer.match(command, options)
      : includesText(showCommand(command), answer.match);
  return here && (answer.input === undefined || includesText(options.input ?? '', answer.input));
};

class Used {
  private readonly counts = new Map<number, number>();
  take<Answer extends { readonly times?: number | 'any' }>(
    answers: readonly Answer[],
    fits: (answer: Answer) => boolean,
  ): Answer | undefined {
    for (const [index, answer] of answers.entries()) {
      const count = this.counts.get(index) ?? 0;
      const most = answer.times === 'any' ? Number.POSITIVE_INFINITY : (answer.times ?? 1);
      if (count < most && fits(answer)) {
        this.counts.set(index, count + 1);
        return answer;
      }
    }
    return undefined;
  }
  unused<Answer extends { readonly times?: number | 'any' }>(
    answers: readonly Answer[],
  ): readonly Answer[] {
    return answers.filter(
      (answer, index) =>
        answer.times !== 'any' && (this.counts.get(index) ?? 0) < (answer.times ?? 1),
    );
  }
}

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

const inMemoryFiles = (texts: Map<string, string>): Files => {
  const folders = new Set<string>();
  const exists = (path: string): boolean =>
    texts.has(path) ||
    folders.has(path) ||
    [...texts.keys()].some((known) => known.startsWith(`${path}/`));
  return {
    read: async (path) => success(texts.get(path)),
    write: async (path, text) => {
      texts.set(path, text);
      return success(undefined);
    },
    create: async (path, text) => {
      if (texts.has(path)) return success(false);
      texts.set(path, text);
      return success(true);
    },
    append: async (path, text) => {
      texts.set(path, (texts.get(path) ?? '') + text);
      return success(undefined);
    },
    list: async (folder) => {
      const names = [...texts.keys(), ...folders]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
      return success([...new Set(names)].sort());
    },
    exists: async (path) => exists(path),
    rename: async (from, to) => {
      const text = texts.get(from);
      if (text !== undefined) texts.set(to, text);
      texts.delete(from);
      return success(undefined);
    },
    piece: async (path, from, bytes) =>
      success(Buffer.from(texts.get(path) ?? '').subarray(from, from + bytes)),
    look: async () => undefined,
    findSpecial: async () => null,
    share: async () => ({ kind: 'none' }),
    remove: async (path) => {
      for (const known of [...texts.keys()])
        if (known === path || known.startsWith(`${path}/`)) texts.delete(known);
      folders.delete(path);
      return success(undefined);
    },
    makeFolder: async (path) => {
      for (let folder = path; folder !== '/'; folder = parent(folder)) folders.add(folder);
      return success(undefined);
    },
    realPath: async (path) =>
      exists(path)
        ? success(path)
        : failed({ code: 'file-failed', operation: 'resolve', path, detail: 'no such file' }),
    copy: async (paths, from, to) => {
      for (const one of paths) {
        const text = texts.get(`${from}/${one}`);
        if (text !== undefined) texts.set(`${to}/${one}`, text);
      }
      return success(undefined);
    },
    stamps: async () => success([]),
    differing: async (paths, one, other) =>
      success(paths.filter((at) => texts.get(`${one}/${at}`) !== texts.get(`${other}/${at}`))),
  };
};

/**
 * A fake World that knows only what it was told: an unexpected command or
 * request throws, and `assertAllUsed` finds answers that nobody asked for.
 * The clock stands still but for `sleep`, which returns at once and moves it.
 */
export const strictWorld = (options: StrictWorldOptions = {}): StrictWorld => {
  const answers = options.answers ?? [];
  const httpAnswers = options.http ?? [];
  const usedAnswers = new Used();
  const usedHttp = new Used();
  const unexpected: string[] = [];
  const ran: RanCommand[] = [];
  const requested: HttpRequest[] = [];
  const texts = new Map(Object.entries(options.files ?? {}));
  let now = options.now ?? Date.UTC(2026, 0, 1);
  let ids = 0;

  const refuse = (what: string): never => {
    unexpected.push(what);
    throw new Error(`unexpected: ${what}`);
  };

  const exec = async (
    command: Command,
    execOptions: ExecOptions = {},
  ): Promise<ReturnType<typeof judgeEnding>> => {
    const shown = showCommand(command);
    ran.push({ command, shown, options: execOptions });
    if (execOptions.signal?.aborted === true) return failed({ code: 'canceled', what: shown });
    const answer = usedAnswers.take(answers, (one) => matches(one, command, execOptions));
    if (answer === undefined)
      return refuse(`command ${shown}${execOptions.input ? `\n${execOptions.input}` : ''}`);
    answer.effect?.(command, execOptions);
    const tookMs = answer.tookMs ?? 1;
    now += tookMs;
    const [before, after] = printedMarks(execOptions.input ?? '');
    const printed = answer.stdout ?? '';
    const isCut = answer.exit === 255 || answer.failure !== undefined;
    const stdout = isCut
      ? printed === ''
        ? ''
        : `${before}${printed}`
      : `${before}${printed}${after}`;
    const stderr = answer.stderr ?? '';
    const say = (text: string, from: 'stdout' | 'stderr'): void => {
      for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined))
        if (text !== '') execOptions.onLine?.(line, from);
    };
    say(stdout, 'stdout');
    say(stderr, 'stderr');
    if (answer.failure !== undefined) return failed(answer.failure);
    return judgeEnding(
      command,
      execOptions,
      {
        exitCode: answer.exit ?? 0,
        timedOut: false,
        isCanceled: false,
        stdout: execOptions.discardOutput === true ? '' : stdout,
        stderr,
        message: '',
      },
      tookMs,
    );
  };

  const http = async (request: HttpRequest): Promise<Result<HttpResponse, Failure>> => {
    requested.push(request);
    const answer = usedHttp.take(httpAnswers, (one) => includesText(request.url, one.url));
    if (answer === undefined) return refuse(`request ${request.url}`);
    if (answer.failure !== undefined) return failed(answer.failure);
    return success({
      status: answer.status ?? 200,
      headers: answer.headers ?? {},
      body: answer.body ?? '',
      tookMs: 1,
    });
  };

  return {
    exec,
    files: inMemoryFiles(texts),
    http,
    clock: {
      after,
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    folders: {
      state: '/state/nixup',
      cache: '/cache/nixup',
      home: '/home/alice',
      runtime: '/run/user/1000/nixup',
    },
    environment: options.environment ?? {},
    workingFolder: options.workingFolder ?? '/flake',
    hostName: options.hostName ?? 'workstation',
    processId: options.processId ?? 4242,
    processors: 1,
    userName: options.userName ?? 'alice',
    randomId: () => {
      ids += 1;
      return `id${String(ids).padStart(14, '0')}`;
    },
    isProcessAlive: (processId) =>
      processId === (options.processId ?? 4242) ||
      (options.liveProcesses ?? []).includes(processId),
    isDemo: false,
    ran,
    requested,
    texts,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    assertAllUsed: () => {
      const unused = [
        ...usedAnswers.unused(answers).map((answer) => `command ${String(answer.match)}`),
        ...usedHttp.unused(httpAnswers).map((answer) => `request ${String(answer.url)}`),
      ];
      const complaints = [
        ...unexpected.map((what) => `unexpected ${what}`),
        ...unused.map((what) => `never asked: ${what}`),
      ];
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
  };
};
