import type { ServerConfig } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeAddress } from '../../model/host/address.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { redact } from '../../parsers/redact.ts';
import type { HttpResponse, World } from '../world/world.ts';

export type WebWorld = Pick<World, 'exec' | 'files' | 'http' | 'environment'>;

const timeoutMs = 8_000;

/** Marks the status in curl's output; the body ends before it. */
const statusMark = '\nnixup-status:';

const readSecret = async (
  world: WebWorld,
  name: string | null,
  file: string | null,
): Promise<Result<string | null, Failure>> => {
  if (name !== null) {
    const value = world.environment[name];
    return value === undefined || value === ''
      ? failed({
          code: 'config-invalid',
          file: 'nixup.toml',
          line: null,
          detail: `the environment variable ${name} is not set`,
          remedy: `set ${name} before nixup starts`,
        })
      : success(value);
  }
  if (file === null) return success(null);
  const text = await world.files.read(file);
  if (!text.ok) return text;
  return text.value === undefined
    ? failed({
        code: 'config-invalid',
        file: 'nixup.toml',
        line: null,
        detail: `there is no file ${file}`,
        remedy: 'correct the path of the secret',
      })
    : success(text.value.trim());
};

const headersFor = async (
  world: WebWorld,
  server: ServerConfig,
): Promise<Result<Readonly<Record<string, string>>, Failure>> => {
  const token = await readSecret(world, server.tokenEnv, server.tokenFile);
  if (!token.ok) return token;
  if (token.value !== null) return success({ authorization: `Bearer ${token.value}` });
  const password = await readSecret(world, server.passwordEnv, server.passwordFile);
  if (!password.ok) return password;
  if (server.user === null || password.value === null) return success({});
  const pair = Buffer.from(`${server.user}:${password.value}`).toString('base64');
  return success({ authorization: `Basic ${pair}` });
};

const quoted = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[\r\n]/g, '')}"`;

/** Asks with curl, here or on the host that reaches the server; secrets go over standard input. */
const askWithCurl = async (
  world: WebWorld,
  server: ServerConfig,
  url: string,
  headers: Readonly<Record<string, string>>,
  form: URLSearchParams | undefined,
): Promise<Result<HttpResponse, Failure>> => {
  const failure = (detail: string): Result<never, Failure> =>
    failed({ code: 'http-failed', url: redact(url), detail });
  const { via, caFile } = server;
  if (via !== null && !isSafeAddress(via)) return failure(`${via} is not an ssh destination`);
  const settings = [
    'silent',
    'show-error',
    'max-time = 8',
    `url = ${quoted(url)}`,
    // In a quoted value of its configuration curl itself reads \n as a line break.
    `write-out = "${statusMark.replace('\n', '\\n')}%{http_code}"`,
    ...(caFile === null ? [] : [`cacert = ${quoted(caFile)}`]),
    // What has data is sent as a POST.
    ...(form === undefined ? [] : [`data = ${quoted(String(form))}`]),
    ...Object.entries(headers).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
  ];
  const curl = ['curl', '--disable', '--config', '-'];
  const answer = await world.exec(
    via === null
      ? { file: 'curl', args: curl.slice(1) }
      : {
          file: 'ssh',
          args: ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '--', via, ...curl],
          host: via,
        },
    { input: settings.join('\n'), timeoutMs: timeoutMs + 5_000, quiet: true },
  );
  if (!answer.ok)
    return answer.failure.code === 'command-failed'
      ? failure(redact(answer.failure.tail.at(-1) ?? `curl ended with ${answer.failure.exitCode}`))
      : answer;
  const { stdout, tookMs } = answer.value;
  const mark = stdout.lastIndexOf(statusMark);
  const status = Number(stdout.slice(mark + statusMark.length));
  return mark < 0 || !Number.isInteger(status)
    ? failure('curl gave no status')
    : success({ status, headers: {}, body: stdout.slice(0, mark), tookMs });
};

/** Beside the path of a question. */
interface WebQuestion {
  readonly form?: URLSearchParams | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type AskWeb = (
  path: string,
  question?: WebQuestion,
) => Promise<Result<HttpResponse, Failure>>;

/** Asks one server by path, with its credentials. Any status is an answer. */
export const createWeb = (world: WebWorld, server: ServerConfig): AskWeb => {
  return async (path, { form, signal } = {}) => {
    const url = `${server.url.replace(/\/+$/, '')}${path}`;
    const headers = await headersFor(world, server);
    if (!headers.ok) return headers;
    if (server.via !== null || server.caFile !== null)
      return askWithCurl(world, server, url, headers.value, form);
    const answer = await world.http({ url, headers: headers.value, form, timeoutMs, signal });
    if (answer.ok || answer.failure.code !== 'http-failed') return answer;
    return failed({ ...answer.failure, url: redact(answer.failure.url) });
  };
};
