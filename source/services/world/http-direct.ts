import type { IncomingMessage, RequestOptions } from 'node:http';
import type { HttpRequest, HttpResponse } from './world.ts';

/** So much is kept of one that was cut, bytes. */
const cutBody = 1024 * 1024;

/**
 * The memory of parts that nobody reads any more goes back at once: the collector knows little of it and may come much
 * later. A part that lies in memory together with others stays.
 */
const giveBack = (parts: readonly Uint8Array[]): void => {
  for (const { buffer, byteLength } of parts)
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};

const decoded = (parts: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder();
  const texts = parts.map((part) => decoder.decode(part, { stream: true }));
  return texts.join('') + decoder.decode();
};

/** The parts that hold the first `most` bytes, and the others. */
const splitParts = (parts: readonly Uint8Array[], most: number) => {
  let length = 0;
  const kept = parts.filter((part) => {
    const isKept = length < most;
    length += part.byteLength;
    return isKept;
  });
  return { kept, others: parts.slice(kept.length) };
};

/** Reads on when no other body of the same server is being read that is longer than what is kept of one. */
type Turn = <Value>(read: () => Promise<Value>) => Promise<Value>;

interface BodyLimits {
  /** What is longer is cut. */
  readonly mostBytes: number;
  readonly turn: Turn;
}

/**
 * The body, or what is kept of one that is longer than its limit: of that the rest is not read. `announced`: how long it
 * is by its headers, 0 where they do not say.
 */
export const readBody = async (
  body: AsyncIterable<Uint8Array> | null,
  announced: number,
  { mostBytes, turn }: BodyLimits,
): Promise<Pick<HttpResponse, 'body' | 'isCut'>> => {
  if (body === null) return { body: '' };
  // A server that says how long its answer is need not send what is cut.
  const limit = announced > mostBytes ? Math.min(cutBody, mostBytes) : mostBytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  const incoming = body[Symbol.asyncIterator]();
  /** Reads until there are more bytes than this; false where the body ended before. */
  const readBeyond = async (most: number): Promise<boolean> => {
    while (length <= most) {
      const next = await incoming.next();
      if (next.done === true) return false;
      length += next.value.byteLength;
      parts.push(next.value);
    }
    return true;
  };
  const first = Math.min(cutBody, limit);
  if (!(await readBeyond(first)) || !(await turn(() => readBeyond(limit)))) {
    const whole = decoded(parts);
    giveBack(parts);
    return { body: whole };
  }
  await incoming.return?.();
  // What is cut is read by nobody who needs more than its begin: it is not made into one text.
  const { kept, others } = splitParts(parts, cutBody);
  giveBack(others);
  const begin = decoded(kept);
  giveBack(kept);
  return { body: begin, isCut: true };
};

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/**
 * A request that `fetch` has no way for: through a socket of a tunnel, or to a server whose certificates only the
 * configuration knows. No proxy is asked. Throws what Node throws.
 */
export const requestDirectly = async (
  { form, socketPath, certificates, redirect: _, ...request }: HttpRequest,
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  limits: BodyLimits,
): Promise<Omit<HttpResponse, 'tookMs'>> => {
  const url = new URL(address);
  const isSafe = url.protocol === 'https:';
  const { request: open } = await (isSafe ? import('node:https') : import('node:http'));
  const body = form === undefined ? request.body : String(form);
  const options: RequestOptions & { readonly ca?: string; readonly servername?: string } = {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    // A tunnel has one socket: its connections are not kept for later.
    agent: false,
    headers: {
      host: url.host,
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    path: `${url.pathname}${url.search}`,
    signal,
    ...(socketPath === undefined
      ? { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? undefined : url.port }
      : { socketPath }),
    ...(certificates === undefined ? {} : { ca: certificates }),
    ...(isSafe && !/^[\d.]+$|:/.test(url.hostname) ? { servername: url.hostname } : {}),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = open(options, resolve);
    asked.on('error', reject);
    asked.end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    ...(await readBody(response, Number(response.headers['content-length'] ?? 0), limits)),
  };
};
