import type { IncomingMessage, RequestOptions } from 'node:http';
import type { HttpRequest, HttpResponse } from './world.ts';

/** A body, or the beginning of one that is longer than `longest` bytes. */
const readBody = async (
  response: IncomingMessage,
  longest: number,
): Promise<Pick<HttpResponse, 'body' | 'isCut'>> => {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (length > longest) {
      response.destroy();
      return { body: text, isCut: true };
    }
  }
  return { body: text + decoder.decode() };
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
  longest: number,
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
    ...(await readBody(response, longest)),
  };
};
