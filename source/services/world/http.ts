import pLimit, { type LimitFunction } from 'p-limit';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { readBody, requestDirectly } from './http-direct.ts';
import { type ProxyWay, through, useProxies } from './proxies.ts';
import type { HttpRequest, HttpResponse } from './world.ts';

const usualTimeoutMs = 10_000;

/** An answer longer than this is cut, bytes: a server that streams forever must not fill the memory. */
const longestBody = 16 * 1024 * 1024;

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up now',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer to the connection',
  UND_ERR_CONNECT_TIMEOUT: 'no answer to the connection',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'the network is not reachable',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate could not be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ENOENT: 'the tunnel is gone',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https',
  EPROTO: 'it does not speak https as it should',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  HPE_INVALID_CONSTANT: 'its answer is not HTTP',
};

/** The question did not get out of this machine; none of these says anything of the server. */
const notSent = new Set([
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  // The tunnel is gone.
  'ENOENT',
]);

/** Limits of time that are not our own: those of the kernel and of fetch. */
const lateCodes = new Set([
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const isLate = (error: Error): boolean =>
  error.name === 'TimeoutError' ||
  error.name === 'AbortError' ||
  ('code' in error && lateCodes.has(String(error.code)));

/** The error and what it hides in its causes. */
const withCauses = (error: unknown): readonly Error[] =>
  error instanceof Error ? [error, ...withCauses(error.cause)] : [];

/** Whether the server was not heard at all, for a reason that says nothing of it. */
const unheardOf = (error: unknown): 'late' | 'not-sent' | null => {
  const errors = withCauses(error);
  if (errors.some(isLate)) return 'late';
  return errors.some((one) => 'code' in one && notSent.has(String(one.code))) ? 'not-sent' : null;
};

const detailOf = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${showLimit(timeoutMs)}`;
  // fetch hides the reason in `cause`, that of a proxy in a cause of it; several addresses make an AggregateError there.
  if (error.name === 'AbortError') return `no answer within ${showLimit(timeoutMs)}`;
  const own = 'code' in error ? words[String(error.code)] : undefined;
  if (own !== undefined) return own;
  let detail = error.message;
  for (let { cause } = error; cause instanceof Error; { cause } = cause) {
    const known = 'code' in cause ? words[String(cause.code)] : undefined;
    if (known !== undefined) return known;
    const refused = /Proxy response \((\d+)\)/.exec(cause.message)?.[1];
    if (refused !== undefined) return `the proxy refuses the way there (status ${refused})`;
    if (cause.message !== '') detail = cause.message;
  }
  return detail;
};

const unanswered = (
  url: string,
  error: unknown,
  { timeoutMs, way }: { readonly timeoutMs: number; readonly way: ProxyWay },
): Failure => {
  const unheard = unheardOf(error);
  return {
    code: 'http-failed',
    url,
    detail: detailOf(error, timeoutMs) + through(way),
    ...(unheard === null ? {} : { unheard }),
  };
};

/** Credentials leave the URL for a header: fetch refuses them, and messages must not show them. */
const separateCredentials = (
  text: string,
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } => {
  if (!URL.canParse(text)) return { url: text, headers: {} };
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
};

/** One GET, or a POST of a form or a text. Any status is an answer; only no answer is a failure. Proxies are those that `environment` names. */
export const createHttp = (
  now: () => number,
  environment: Readonly<Record<string, string | undefined>> = {},
): ((request: HttpRequest) => Promise<Result<HttpResponse, Failure>>) => {
  let proxies: Promise<ProxyWay> | undefined;
  // A server whose answers are long is given time for one of them, and not memory for all.
  const turns = new Map<string, LimitFunction>();
  const turnOf = (url: string): LimitFunction => {
    const { origin } = new URL(url);
    const known = turns.get(origin) ?? pLimit(1);
    turns.set(origin, known);
    return known;
  };
  return async (request) => {
    proxies ??= useProxies(environment);
    const way = await proxies;
    const timeoutMs = request.timeoutMs ?? usualTimeoutMs;
    if (way.kind === 'unusable')
      return failed({
        code: 'http-failed',
        url: request.url,
        detail: way.why,
        unheard: 'not-sent',
      });
    const { url, headers } = separateCredentials(request.url);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal =
      request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
    const started = now();
    try {
      const limits = { mostBytes: request.mostBytes ?? longestBody, turn: turnOf(url) };
      const allHeaders = { ...headers, ...request.headers };
      if (request.socketPath !== undefined || request.certificates !== undefined) {
        const answer = await requestDirectly(request, url, allHeaders, signal, limits);
        return success({ ...answer, tookMs: now() - started });
      }
      const body = request.form ?? request.body;
      const response = await fetch(url, {
        headers: allHeaders,
        signal,
        ...(request.redirect === undefined ? {} : { redirect: 'manual' as const }),
        ...(body === undefined ? {} : { method: 'POST', body }),
        ...(request.method === undefined ? {} : { method: request.method }),
      });
      return success({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        ...(await readBody(
          response.body,
          Number(response.headers.get('content-length') ?? 0),
          limits,
        )),
        tookMs: now() - started,
      });
    } catch (error) {
      if (request.signal?.aborted === true) return failed({ code: 'canceled', what: url });
      return failed(unanswered(url, error, { timeoutMs, way }));
    }
  };
};
