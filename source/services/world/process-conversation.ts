import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Command } from '../../model/command.ts';
import type { StartedByStarter, StarterEnding } from './process-starter.ts';
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
  readonly rest: Record<Stream, string>;
}

const openQuestion = (mark: string, onText: OnText, end: OpenQuestion['end']): OpenQuestion => ({
  mark,
  onText,
  end,
  whole: new Set(),
  exitCode: null,
  rest: { stdout: '', stderr: '' },
});

/** Hands on whole lines until the one that ends the answer: `MARK STATUS`, and `MARK` for the other stream. */
const hear = (question: OpenQuestion, text: string, from: Stream): void => {
  const lines = (question.rest[from] + text).split('\n');
  question.rest[from] = lines.pop() ?? '';
  const said: string[] = [];
  for (const line of lines) {
    if (line === question.mark) question.whole.add('stderr');
    else if (line.startsWith(`${question.mark} `)) {
      question.whole.add('stdout');
      question.exitCode = Number(line.slice(question.mark.length + 1));
    } else said.push(`${line}\n`);
  }
  if (said.length > 0) question.onText(said.join(''), from);
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
        if (question.rest[from] !== '') question.onText(question.rest[from], from);
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
