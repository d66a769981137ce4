import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Command } from '../../model/command.ts';
import type { StartedByStarter, StarterEnding } from '../processes/starter.ts';
import type { Conversation } from './world.ts';

type Stream = 'stdout' | 'stderr';

type OnText = (text: string, from: Stream) => void;

/** Puts a question; `lost` never comes. */
type Ask = (onText: OnText) => StartedByStarter;

export interface Conversations {
  /** Null where nobody is there who can be asked: the command is to be run for this question alone. */
  find(command: Command, conversation: Conversation): Ask | null;
}

/** Somebody who was asked nothing for so long is let go, ms. */
const idleMs = 2_000;

/** One that is let go gets this long to end by itself, ms. */
const graceMs = 1_500;

/** What ended may leave its streams to another process, such as one that its ProxyCommand started: nobody waits for those, ms. */
const lingerMs = 500;

/** A question that waits for its answer. */
interface OpenQuestion {
  readonly mark: string;
  readonly onText: OnText;
  readonly end: (ending: StarterEnding) => void;
  /** Streams whose answer is whole. */
  readonly whole: Set<Stream>;
  exitCode: number | null;
  /** The begin of a line that may be one with the mark; null within any other line. */
  readonly held: Record<Stream, string | null>;
}

const openQuestion = (mark: string, onText: OnText, end: OpenQuestion['end']): OpenQuestion => ({
  mark,
  onText,
  end,
  whole: new Set(),
  exitCode: null,
  held: { stdout: '', stderr: '' },
});

/** A status has three digits at most. */
const longestStatus = 3;

/** Whether a line that begins so may still be one with a mark. */
const mayBeMark = (mark: string, begun: string): boolean =>
  begun.length <= mark.length
    ? mark.startsWith(begun)
    : begun.startsWith(`${mark} `) && begun.length <= mark.length + 1 + longestStatus;

/**
 * Hands on what is said until the line that ends the answer: `MARK STATUS`, and `MARK` for the other
 * stream. Nothing is held but the begin of such a line, and only new text is searched: an answer may
 * have no line break.
 */
const hear = (question: OpenQuestion, text: string, from: Stream): void => {
  const { mark, held } = question;
  let said = '';
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const isWhole = end !== -1;
    const part = text.slice(at, isWhole ? end : undefined);
    at = isWhole ? end + 1 : text.length;
    const begun = held[from];
    // Null within a line that is none with a mark.
    const line = begun === null ? null : begun + part;
    if (isWhole) held[from] = '';
    if (line === null) said += isWhole ? `${part}\n` : part;
    else if (!isWhole && mayBeMark(mark, line)) held[from] = line;
    else if (!isWhole) {
      held[from] = null;
      said += line;
    } else if (line === mark) question.whole.add('stderr');
    else if (line.startsWith(`${mark} `)) {
      question.whole.add('stdout');
      question.exitCode = Number(line.slice(mark.length + 1));
    } else said += `${line}\n`;
  }
  if (said !== '') question.onText(said, from);
};

/** A shell that stays open between questions. */
// Over 60 lines: one process, from its start to its end, and the question that it answers meanwhile.
const openShell = (
  environment: Readonly<Record<string, string | undefined>>,
  { file, args, env }: Command,
  onGone: () => void,
) => {
  const child: ChildProcess = spawn(file, [...args], {
    env: { ...environment, ...env },
    stdio: 'pipe',
  });
  const { stdin, stdout, stderr } = child;
  let question: OpenQuestion | null = null;
  let isOver = false;

  /** Nixup ends when it wants to, whoever is still there to be asked. */
  const hold = (isHeld: boolean): void => {
    const sockets = [stdin, stdout, stderr].filter((stream) => stream instanceof Socket);
    for (const one of [child, ...sockets])
      if (isHeld) one.ref();
      else one.unref();
  };
  const close = (): void => {
    clearTimeout(idle);
    onGone();
    stdin?.end();
    setTimeout(() => child.kill(), graceMs).unref();
  };
  // From its start: who opened it may not ask.
  let idle = setTimeout(close, idleMs).unref();
  const finish = (ending: StarterEnding): void => {
    const done = question;
    question = null;
    done?.end(ending);
  };
  const end = (ending: StarterEnding): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idle);
    onGone();
    stdout?.destroy();
    stderr?.destroy();
    if (question !== null)
      for (const from of ['stdout', 'stderr'] as const)
        question.onText(question.held[from] ?? '', from);
    finish(ending);
  };
  const listen = (from: Stream): void => {
    child[from]?.setEncoding('utf8').on('data', (text: string) => {
      if (question === null) return;
      hear(question, text, from);
      if (question.whole.size < 2) return;
      const { exitCode } = question;
      hold(false);
      idle = setTimeout(close, idleMs).unref();
      finish({ kind: 'ended', exitCode, signal: null });
    });
  };
  listen('stdout');
  listen('stderr');
  // Its end is told by its exit.
  stdin?.on('error', () => undefined);
  const ended = (): void =>
    end({ kind: 'ended', exitCode: child.exitCode, signal: child.signalCode });
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined)
      end({ kind: 'failed', code: error.code ?? '', message: error.message });
  });
  child.on('close', ended);
  child.on('exit', () => {
    onGone();
    const lingering = setTimeout(ended, lingerMs);
    if (question === null) lingering.unref();
  });

  return {
    kill: () => child.kill(),
    isIdle: () => question === null && !isOver,
    close,
    ask: ({ question: text, mark }: Conversation, onText: OnText): StartedByStarter => {
      clearTimeout(idle);
      hold(true);
      const answered = new Promise<StarterEnding>((resolve) => {
        question = openQuestion(mark, onText, resolve);
      });
      stdin?.write(text);
      return {
        ended: answered,
        // One that cannot be stopped is not asked again.
        kill: (signal) => {
          onGone();
          child.kill(signal);
        },
      };
    },
  };
};

type Shell = ReturnType<typeof openShell>;

/**
 * Shells that answer several questions, one after the other, by one process: starting `ssh`, and on
 * the host a session, a shell and the tool that makes it root, costs more than most questions.
 */
export const createConversations = (
  environment: Readonly<Record<string, string | undefined>>,
): Conversations => {
  const shells = new Map<string, Shell>();
  process.once('exit', () => {
    for (const shell of shells.values()) shell.kill();
  });
  return {
    find: (command, conversation) => {
      const { name } = conversation;
      const known = shells.get(name);
      // A question that is being answered is not cut off.
      if (known?.isIdle() === false) return null;
      if (conversation.kind === 'joins')
        return known === undefined ? null : (onText) => known.ask(conversation, onText);
      known?.close();
      const shell = openShell(environment, command, () => {
        if (shells.get(name) === shell) shells.delete(name);
      });
      shells.set(name, shell);
      return (onText) => shell.ask(conversation, onText);
    },
  };
};
