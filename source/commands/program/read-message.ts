import { constants, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise, advised } from '../../model/words/advice.ts';
import { showSize } from '../../model/words/format.ts';
import { showLimit } from '../../model/words/format-time.ts';
import type { World } from '../../services/world/world.ts';

/** How long, and how many bytes, a message may take that comes from a pipe. */
interface MessageLimits {
  readonly ms: number;
  readonly bytes: number;
}

const usual: MessageLimits = { ms: 30_000, bytes: 1024 * 1024 };

const unreadable = (at: string, detail: string): Result<never, Failure> =>
  failed({ code: 'file-failed', operation: 'read', path: at, detail });

/** What is wrong with that which came, and not with a file. */
const unfit = (reason: string, next: Advice): Result<never, Failure> =>
  failed({
    code: 'gate-closed',
    host: null,
    reason,
    ...advised({ ...next, text: `Nothing was committed. ${next.text}` }),
  });

const byFile = advise('Write the message into a file, then', 'nixup commit --message FILE');

/** Everything that comes before the stream ends. */
const readToEnd = async (
  stream: Readable,
  from: string,
  limits: MessageLimits,
): Promise<Result<string, Failure>> => {
  let isOverdue = false;
  const timer = setTimeout(() => {
    isOverdue = true;
    stream.destroy(new Error('too late'));
  }, limits.ms);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream) {
      const bytes = Buffer.from(part);
      size += bytes.length;
      if (size > limits.bytes)
        return unfit(
          `${from} gave more than ${showSize(limits.bytes)}, which is too long for a message`,
          advise('Give a shorter one', 'nixup commit --message FILE'),
        );
      parts.push(bytes);
    }
    return success(Buffer.concat(parts).toString());
  } catch (error) {
    if (!isOverdue) return unreadable(from, error instanceof Error ? error.message : String(error));
    const silent =
      size === 0 ? `nothing was written to ${from}` : `what writes to ${from} did not end`;
    return unfit(`${silent} within ${showLimit(limits.ms)}`, byFile);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A pipe is opened without waiting for who writes to it, and waited for as a
 * socket is: epoll tells no end of a pipe before somebody wrote (fifo(7),
 * `pipe_poll` in Linux's fs/pipe.c).
 */
const openPipe = async (at: string): Promise<Readable> =>
  new Socket({
    fd: await promisify(open)(at, constants.O_RDONLY | constants.O_NONBLOCK, 0),
    readable: true,
    writable: false,
  });

const standardInput: ReadonlySet<string> = new Set(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/**
 * A message from a file, from a pipe that was given on purpose (`<(…)`), or from
 * standard input (`-`). None of them is waited for without an end.
 */
export const readMessage = async (
  file: string,
  { files, workingFolder }: Pick<World, 'files' | 'workingFolder'>,
  input: Readable & { readonly isTTY?: boolean },
  limits: MessageLimits = usual,
): Promise<Result<string, Failure>> => {
  const at = path.resolve(workingFolder, file);
  if (file === '-' || standardInput.has(at))
    return input.isTTY === true
      ? unfit(
          'standard input is a terminal',
          advise('To write the message there', 'nixup commit --edit'),
        )
      : readToEnd(input, 'standard input', limits);
  const found = await stat(at).catch(() => null);
  if (found?.isFIFO() === true)
    try {
      return await readToEnd(await openPipe(at), at, limits);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return unreadable(at, error.message);
    }
  const read = await files.read(at);
  if (!read.ok) return read;
  return read.value === undefined ? unreadable(at, 'there is no such file') : success(read.value);
};
