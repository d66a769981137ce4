import { constants, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
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

/** Everything that comes before the stream ends. */
const readToEnd = async (
  stream: Readable,
  at: string,
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
        return unreadable(at, `it gave more than ${showSize(limits.bytes)}, which is no message`);
      parts.push(bytes);
    }
    return success(Buffer.concat(parts).toString());
  } catch (error) {
    const silent = size === 0 ? 'nothing was written to it' : 'what writes to it did not end';
    return unreadable(
      at,
      isOverdue
        ? `${silent} within ${showLimit(limits.ms)}`
        : error instanceof Error
          ? error.message
          : String(error),
    );
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
      ? unreadable('standard input', 'it is a terminal; to write the message there: --edit')
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
