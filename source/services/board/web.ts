import type { ServerConfig } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { redact } from '../../parsers/redact.ts';
import type { HttpResponse, World } from '../world/world.ts';
import { createTunnel, type Tunnel, type TunnelWorld } from './tunnel.ts';

export type WebWorld = Pick<World, 'files' | 'http' | 'environment'> & TunnelWorld;

const usualMs = 8_000;

const mistaken = (detail: string, remedy: string): Result<never, Failure> =>
  failed({ code: 'config-invalid', file: 'nixup.toml', line: null, detail, remedy });

/** A text that a header may hold: anything else would be told by who refuses it, with the secret in it. */
const isOneLine = (text: string): boolean => /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text);

const readSecret = async (
  world: WebWorld,
  name: string | null,
  file: string | null,
): Promise<Result<string | null, Failure>> => {
  if (name !== null) {
    const value = world.environment[name];
    return value === undefined || value === ''
      ? mistaken(`the environment variable ${name} is not set`, `set ${name} before nixup starts`)
      : success(value);
  }
  if (file === null) return success(null);
  const text = await world.files.read(file);
  if (!text.ok) return text;
  if (text.value === undefined)
    return mistaken(`there is no file ${file}`, 'correct the path of the secret');
  const secret = text.value.trim();
  return secret === ''
    ? mistaken(`the file ${file} is empty`, 'write the secret into it, as its only line')
    : success(secret);
};

/** Certificates that the configuration names for a server. */
const certificatesOf = async (
  world: WebWorld,
  { caFile }: ServerConfig,
): Promise<Result<string | undefined, Failure>> => {
  if (caFile === null) return success(undefined);
  const text = await world.files.read(caFile);
  if (!text.ok) return text;
  if (text.value === undefined)
    return mistaken(`there is no file ${caFile}`, 'correct the path in ca_file');
  return text.value.includes('-----BEGIN CERTIFICATE-----')
    ? success(text.value)
    : mistaken(`${caFile} holds no certificate`, 'name a file of certificates in PEM in ca_file');
};

/** What every question has beside the login. */
const tenantHeader = ({ tenant }: ServerConfig): Readonly<Record<string, string>> =>
  tenant === null ? {} : { 'x-scope-orgid': tenant };

const headersFor = async (
  world: WebWorld,
  server: ServerConfig,
): Promise<Result<Readonly<Record<string, string>>, Failure>> => {
  const token = await readSecret(world, server.tokenEnv, server.tokenFile);
  if (!token.ok) return token;
  if (token.value !== null)
    return isOneLine(token.value)
      ? success({ authorization: `Bearer ${token.value}` })
      : mistaken(
          `the token of ${redact(server.url)} is not one line of letters, digits and signs`,
          `correct ${server.tokenFile ?? server.tokenEnv ?? 'it'}`,
        );
  const password = await readSecret(world, server.passwordEnv, server.passwordFile);
  if (!password.ok) return password;
  if (server.user === null || password.value === null) return success({});
  const pair = Buffer.from(`${server.user}:${password.value}`).toString('base64');
  return success({ authorization: `Basic ${pair}` });
};

/** What the configuration names for a server and this machine lacks: files of secrets and certificates, and variables. */
export const missingAccess = async (
  world: WebWorld,
  server: ServerConfig,
): Promise<{ readonly failures: readonly Failure[]; readonly unset: readonly string[] }> => {
  const names = [server.tokenEnv, server.passwordEnv].flatMap((name) => name ?? []);
  const unset = names.filter((name) => (world.environment[name] ?? '') === '');
  const read = await Promise.all([
    readSecret(world, null, server.tokenFile),
    readSecret(world, null, server.passwordFile),
    certificatesOf(world, server),
  ]);
  return { failures: read.flatMap((one) => (one.ok ? [] : [one.failure])), unset };
};

/** Beside the path of a question. */
interface WebQuestion {
  readonly form?: URLSearchParams | undefined;
  /** JSON. */
  readonly body?: string | undefined;
  readonly method?: 'DELETE' | 'PATCH' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where it may take longer than usual. */
  readonly timeoutMs?: number | undefined;
}

export interface AskWeb {
  (path: string, question?: WebQuestion): Promise<Result<HttpResponse, Failure>>;
  /** Removes its tunnel, where it has one. */
  readonly close: () => Promise<void>;
}

/** Where a redirection leads, without secrets. */
const redirectWords = ({ status, headers }: HttpResponse): string | null =>
  status >= 300 && status < 400 && headers['location'] !== undefined
    ? `status ${status}: it redirects to ${redact(headers['location'])}; give the address to which it leads`
    : null;

/** The tunnel of a server that only another machine reaches, or why it has none. */
const wayTo = (world: WebWorld, { url, via }: ServerConfig): Tunnel | null =>
  via === null || !URL.canParse(url) ? null : createTunnel(world, via, new URL(url));

/** Asks one server by path, with its credentials. Any status but a redirection is an answer. */
export const createWeb = (world: WebWorld, server: ServerConfig): AskWeb => {
  const tunnel = wayTo(world, server);
  const ask = async (
    path: string,
    { form, body, method, signal, timeoutMs = usualMs }: WebQuestion = {},
  ): Promise<Result<HttpResponse, Failure>> => {
    const url = `${server.url.replace(/\/+$/, '')}${path}`;
    const failure = (detail: string): Result<never, Failure> =>
      failed({ code: 'http-failed', url: redact(url), detail, isAnswered: true });
    const headers = await headersFor(world, server);
    if (!headers.ok) return headers;
    const certificates = await certificatesOf(world, server);
    if (!certificates.ok) return certificates;
    const way = tunnel === null ? success(undefined) : await tunnel.open();
    if (!way.ok) return way;
    const answer = await world.http({
      url,
      headers: {
        ...tenantHeader(server),
        ...headers.value,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      form,
      timeoutMs,
      signal,
      redirect: 'answer',
      ...(body === undefined ? {} : { body }),
      ...(method === undefined ? {} : { method }),
      ...(way.value === undefined ? {} : { socketPath: way.value }),
      ...(certificates.value === undefined ? {} : { certificates: certificates.value }),
    });
    if (answer.ok) {
      const redirected = redirectWords(answer.value);
      return redirected === null ? answer : failure(redirected);
    }
    return answer.failure.code === 'http-failed'
      ? failed({ ...answer.failure, url: redact(url) })
      : answer;
  };
  return Object.assign(ask, { close: async () => await tunnel?.close() });
};
