import { type Command, showCommand } from '../../model/command.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeAddress, isSafeHostName } from '../../model/host/address.ts';
import { type HostEntry, namedTool } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { hasHopTimedOut, isHopMuted, readSshTrouble } from '../../parsers/host/ssh.ts';
import { unresolvedName } from '../../parsers/host/unresolved-name.ts';
import { cleanLine, cleanLogLine } from '../../parsers/nix/clean-line.ts';
import type { Conversation, Output, World } from '../world/world.ts';
import { elevationRefusedStatus, type Privilege, rootOrEnd, searchPath } from './elevation.ts';
import { type LoginWatch, nobodyThere, watchLogin } from './login-watch.ts';
import {
  type AnswerMarks,
  answerMarks,
  hearMarked,
  markScript,
  questionMark,
  readMarked,
  wrapQuestion,
  wrapScript,
} from './remote-script.ts';
import {
  canShareConnections,
  closeConnection,
  connectSeconds,
  type SshSettings,
  scriptCommand,
  silenceSeconds,
} from './ssh.ts';

interface RunOptions {
  /** Milliseconds for the whole command, with a second try of it; every remote command has a limit. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What the script's commands read from standard input. */
  readonly input?: string | undefined;
  /** As root: `needed` or not at all, `wanted` where it needs no question; absent for `none`. */
  readonly privilege?: Privilege | undefined;
  /** A connection of its own instead of the shared one. */
  readonly fresh?: boolean | undefined;
  /**
   * A question, which changes nothing: where the shared connection broke it is asked once more over one
   * of its own, in the time that is left. A host that hangs costs its time once.
   */
  readonly again?: boolean | undefined;
  readonly onLine?: ((line: string, from: 'stdout' | 'stderr') => void) | undefined;
  /** One of many hosts that are asked at the same time. */
  readonly isAmongMany?: boolean | undefined;
  /** What the script does, in a few words: its command line only says that one runs. */
  readonly does?: string | undefined;
  /** Questions are not listed among the commands that ran. */
  readonly quiet?: boolean | undefined;
}

/** Runs a POSIX sh script on a host. The script's own exit status is `command-failed`. */
export type RunOnHost = (
  entry: HostEntry,
  script: string,
  options: RunOptions,
) => Promise<Result<Output, Failure>>;

/** Why nothing may be run for this entry, or null. */
export const refusal = (entry: HostEntry): Failure | null => {
  if (!isSafeHostName(entry.name)) return { code: 'host-name-refused', name: entry.name };
  if (!entry.here && !isSafeAddress(entry.address))
    return { code: 'host-name-refused', name: entry.address };
  return null;
};

/** Advice needs the ssh destination where that is not the host's name. */
const reached = ({ name, address }: HostEntry) =>
  address === name ? { host: name } : { host: name, address };

const sshFailure = (entry: HostEntry, tail: readonly string[]): Failure => {
  const trouble = readSshTrouble(tail);
  const { name: host } = entry;
  const target = reached(entry);
  switch (trouble.kind) {
    case 'host-key-unknown':
    case 'host-key-changed':
      return { code: trouble.kind, host, address: entry.address };
    case 'login-refused':
      return { code: 'login-refused', ...target, detail: trouble.detail };
    case 'timeout':
      return {
        code: 'host-timeout',
        ...target,
        afterMs: connectSeconds * 1000,
        ...(trouble.isConnected === true ? { isConnected: true } : {}),
      };
    case 'not-started':
    case 'own-files':
    case 'no-agreement':
    case 'closed':
    case 'unclear':
      return { code: 'ssh-failed', ...target, why: trouble.kind, detail: trouble.detail };
    case 'hop':
      return {
        code: 'ssh-failed',
        ...target,
        why: 'hop',
        detail: trouble.detail,
        ...(trouble.hop === null ? {} : { hop: trouble.hop }),
      };
    case 'unreachable': {
      const name = unresolvedName(trouble.detail);
      return {
        code: 'host-unreachable',
        ...target,
        detail: trouble.detail,
        ...(name === null ? {} : { name }),
      };
    }
    case 'lost':
      return { code: 'host-unreachable', ...target, detail: `connection lost: ${trouble.detail}` };
  }
};

/** What a remote command's ending means for the host. Pure. */
export const judgeRemoteFailure = (entry: HostEntry, failure: Failure): Failure => {
  if (failure.code === 'command-timeout')
    return {
      code: 'host-timeout',
      ...reached(entry),
      afterMs: failure.afterMs,
      ...(entry.here || failure.afterMs > silenceSeconds * 1000 ? { isConnected: true } : {}),
    };
  if (failure.code !== 'command-failed') return failure;
  if (failure.exitCode === 255 && !entry.here) return sshFailure(entry, failure.tail);
  // session.c do_setusercontext: sshd lets one in only to change the password, at a terminal.
  const change = failure.tail.find((line) => /^Password change required/.test(line));
  if (change !== undefined)
    return { code: 'login-refused', ...reached(entry), detail: change.trim() };
  if (failure.tail.some((line) => /incorrect password attempt|^Sorry, try again/.test(line)))
    return {
      code: 'elevation-refused',
      ...reached(entry),
      ...namedTool(entry),
      detail: 'the password is wrong',
    };
  if (failure.exitCode === elevationRefusedStatus)
    return {
      code: 'elevation-refused',
      ...reached(entry),
      ...namedTool(entry),
      detail: failure.tail.at(-1)?.replace(/^nixup: /, '') ?? 'no way to become root',
    };
  return failure;
};

/**
 * Whether the connection broke or was never made: what the command did is not known, and another
 * try may succeed. Only some of these hosts are asleep.
 */
export const isLostContact = (failure: Failure): boolean =>
  failure.code === 'host-timeout' ||
  failure.code === 'host-unreachable' ||
  (failure.code === 'ssh-failed' &&
    (failure.why === 'closed' || failure.why === 'hop' || failure.why === 'unclear'));

/**
 * Whether a shared connection ended. After a network failure the connection is broken, and the host
 * may be fine: ssh notices that within 20 seconds (ServerAliveInterval, ServerAliveCountMax).
 */
const isBroken = (failure: Failure): boolean =>
  failure.code === 'command-failed' &&
  failure.exitCode === 255 &&
  ['lost', 'unclear'].includes(readSshTrouble(failure.tail).kind);

/** Less time than this is none to make a connection in, ms. */
const leastTimeMs = 500;

/**
 * Whether a login that asked somebody ended because nothing more came: by the host, or by the
 * program on the way. `said` is the same failure as ssh itself told it.
 */
const isStillWaiting = (judged: Failure, said: Failure): boolean =>
  judged.code === 'host-timeout' ||
  isAsleep(judged) ||
  (said.code === 'command-failed' && hasHopTimedOut(said.tail));

/** A status of 0 without the whole answer says nothing about what the script did. */
const unanswered = (
  entry: HostEntry,
  kind: 'unbegun' | 'cut',
  { stdout, stderr }: Output,
): Failure =>
  kind === 'unbegun'
    ? {
        code: 'login-shell-failed',
        ...reached(entry),
        exitCode: 0,
        detail: lastWords(stderr) ?? lastWords(stdout),
      }
    : {
        code: 'output-unreadable',
        command: `what ${entry.name} was asked`,
        detail: 'its answer has no end',
      };

const lastWords = (text: string): string | null =>
  text
    .split('\n')
    .map((line) => cleanLine(line).trim())
    .findLast((line) => line !== '') ?? null;

/** The last words of a script, without what its login shell said. */
const withoutMarks = (failure: Failure, { begin, end }: AnswerMarks): Failure => {
  if (failure.code !== 'command-failed' && failure.code !== 'command-timeout') return failure;
  const from = failure.tail.indexOf(begin) + 1;
  const until = failure.tail.indexOf(end);
  return { ...failure, tail: failure.tail.slice(from, until === -1 ? undefined : until) };
};

/** By a shell that stays open: the name that leads to it, and whether it is opened for this. */
type Talk = Pick<Conversation, 'name' | 'kind'>;

/** Null where it is asked alone: as the login user nothing is asked of a shell that may be root's. */
const talkOf = (
  entry: HostEntry,
  settings: SshSettings,
  { fresh, privilege = 'none', isAmongMany }: RunOptions,
): Talk | null =>
  entry.here || privilege === 'none' || isAmongMany === true
    ? null
    : {
        // Whoever goes the same way to the same shell.
        name: showCommand(scriptCommand(entry, settings, 'needed', true)),
        kind: fresh === true ? 'opens' : 'joins',
      };

interface WrappedScript {
  readonly id: string;
  readonly marks: AnswerMarks;
  readonly marked: string;
  /** What a shell reads that runs nothing else. */
  readonly text: string;
}

const wrapMarked = (script: string, input: string | undefined, id: string): WrappedScript => {
  const marks = answerMarks(id);
  const marked = `${searchPath}; LC_ALL=C; export LC_ALL\n${markScript(script, marks)}`;
  return { id, marks, marked, text: wrapScript(marked, input) };
};

/** Hosts that are asked the same at the same time get the same text: it is made once, and written once. */
const createWrapping = ({ randomId }: Pick<World, 'randomId'>) => {
  let last: { readonly script: string; readonly wrapped: WrappedScript } | null = null;
  return (script: string, { input, isAmongMany }: RunOptions): WrappedScript => {
    if (isAmongMany !== true || input !== undefined) return wrapMarked(script, input, randomId());
    if (last?.script !== script)
      last = { script, wrapped: wrapMarked(script, undefined, randomId()) };
    return last.wrapped;
  };
};

/** Runs a script between marks, watched for a login that waits; answers what stands between them. */
const exchange = async (
  world: World,
  entry: HostEntry,
  asked: RunOptions & {
    readonly command: Command;
    readonly wrapped: WrappedScript;
    readonly password: string | null;
    readonly talk: Talk | null;
  },
  login: LoginWatch,
): Promise<Result<Output, Failure>> => {
  const { command, password, talk, onLine } = asked;
  const { id, marks, marked, text } = asked.wrapped;
  const mark = questionMark(id);
  const question = `${asked.privilege === 'needed' ? `${rootOrEnd}\n` : ''}${marked}`;
  const hearAnswer = hearMarked(marks, (line) => onLine?.(line, 'stdout'));
  const ended = await world.exec(command, {
    timeoutMs: asked.timeoutMs,
    signal: asked.signal,
    ...(entry.here ? {} : { moreTime: login.moreTime }),
    // Most answers have hundreds of lines of which nobody hears but the first.
    raw: true,
    onLine: (line, from) => {
      if (from === 'stdout') {
        if (line === marks.begin) login.begun();
        if (onLine !== undefined) hearAnswer(cleanLogLine(line));
        return;
      }
      const clean = cleanLogLine(line);
      if (!entry.here) login.hear(clean);
      onLine?.(clean, 'stderr');
    },
    quiet: asked.quiet,
    // A password is written to no file.
    byShell: asked.isAmongMany === true && password === null,
    does: asked.does,
    ...(talk === null
      ? {}
      : {
          conversation: { ...talk, question: wrapQuestion(question, mark, asked.input), mark },
        }),
    input: password === null ? text : `${password}\n${text}`,
  });
  if (!ended.ok) return failed(withoutMarks(ended.failure, marks));
  const answer = readMarked(ended.value.stdout, marks);
  return answer.kind === 'whole'
    ? success({ ...ended.value, stdout: answer.text })
    : failed(unanswered(entry, answer.kind, ended.value));
};

// Over 60 lines: one run from the connection it takes to what its end means, with what runs
// before it told.
export const createRun = (world: World, settings: SshSettings): RunOnHost => {
  let socketFolder: Promise<unknown> | null = null;
  const patience = settings.patience ?? nobodyThere;
  const wrap = createWrapping(world);
  const told = new Set<string>();
  // Hosts whose login shell ran what it was given last: another one, such as that of an initrd that
  // asks for a password, may wait for the end of its input.
  const answered = new Set<string>();
  // Hosts whose login waits for a person: whoever waits is asked on a connection that shows the
  // question.
  const letIn = new Set<string>();
  const patientSeconds = Math.ceil(patience.waitMs / 1000);
  const tell = (host: string, text: string): void => {
    const line = `${host} ${text}`;
    if (told.has(line)) return;
    told.add(line);
    patience.tell(host, text);
  };
  const run = async (
    entry: HostEntry,
    script: string,
    options: RunOptions,
    seconds: number,
  ): Promise<Result<Output, Failure>> => {
    const refused = refusal(entry);
    if (refused !== null) return failed(refused);
    const isShown =
      options.fresh !== true &&
      !letIn.has(entry.name) &&
      (await settings.hidesWords?.(entry)) === true;
    const fresh = options.fresh === true || isShown;
    // A login that waits for a person is not repeated over another connection after ssh's own
    // limit.
    const limit = isShown ? Math.max(seconds, patientSeconds) : seconds;
    const isShared = !entry.here && !fresh;
    if (isShared && canShareConnections(settings.socketFolder)) {
      // Where the folder cannot be made, ssh continues without a shared connection.
      socketFolder ??= world.files.makeFolder(settings.socketFolder);
      await socketFolder;
    }
    const { privilege = 'none' } = options;
    const password = privilege === 'none' ? null : (settings.passwordOf?.(entry.name) ?? null);
    const command = scriptCommand(entry, settings, privilege, fresh, password !== null, limit);
    const talk =
      !isShown && password === null && answered.has(entry.name)
        ? talkOf(entry, settings, options)
        : null;
    const login = watchLogin({
      clock: world.clock,
      timeoutMs: options.timeoutMs,
      patience,
      onAsked: (text) => tell(entry.name, text),
    });
    const started = world.clock.now();
    const result = await exchange(
      world,
      entry,
      { ...options, command, wrapped: wrap(script, options), password, talk },
      {
        ...login,
        begun: () => {
          login.begun();
          letIn.add(entry.name);
        },
      },
    );
    login.close();
    if (result.ok) {
      answered.add(entry.name);
      return result;
    }
    answered.delete(entry.name);
    const waitedMs = world.clock.now() - started;
    // A command that hangs on a shared connection would block it for all later ones: the connection
    // is closed.
    if (result.failure.code === 'command-timeout' && isShared)
      await world.exec(closeConnection(entry, settings), { quiet: true, timeoutMs: 5_000 });
    // No connection was made, so that commands that change something may be tried again too.
    const isMuted = result.failure.code === 'command-failed' && isHopMuted(result.failure.tail);
    if (isShared && isMuted) return await run(entry, script, { ...options, fresh: true }, seconds);
    const leftMs = options.timeoutMs - waitedMs;
    if (isShared && options.again === true && isBroken(result.failure) && leftMs >= leastTimeMs)
      return await run(entry, script, { ...options, fresh: true, timeoutMs: leftMs }, seconds);
    const judged = judgeRemoteFailure(entry, result.failure);
    const asked = login.asked();
    if (asked === null || !isStillWaiting(judged, result.failure)) return failed(judged);
    // ssh's own limit for a connection ended it while somebody was asked to act: tried once more,
    // with more time.
    if (result.failure.code === 'command-failed' && limit < patientSeconds)
      return await run(entry, script, options, patientSeconds);
    return failed({
      code: 'login-waits',
      ...reached(entry),
      text: asked,
      waitedMs,
    });
  };
  return async (entry, script, options) => await run(entry, script, options, connectSeconds);
};
