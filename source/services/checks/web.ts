import { explain } from '../../model/explain/explain.ts';
import type { CheckAnswer, CheckAsk, CheckOrder } from '../../model/host/own-checks.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showLatency } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { parseGrafanaHealth } from '../../parsers/board/grafana.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
import type { HttpResponse } from '../world/world.ts';
import {
  type AskCheck,
  type CheckPlace,
  type CheckTools,
  lastWords,
  limitSecondsOf,
  notPassed,
  passed,
  withoutAnswer,
  withoutConnection,
  withoutRun,
} from './asker.ts';

/** What is read of an answer, bytes: an endless one must not fill the memory. */
const mostBytes = 1024 * 1024;

const dayMs = 86_400_000;

/** An answer as far as a check looks at it. */
type Heard = Pick<HttpResponse, 'status' | 'body' | 'isCut' | 'tookMs'>;

/** A status of a redirect that is expected must be seen itself; else redirects are followed. */
const follows = ({ expect }: CheckAsk<'http'>): boolean => expect < 300 || expect > 399;

/** A value of curl's configuration (curl.1, --config); the line breaks that an address may have mean nothing. */
const configValue = (text: string): string =>
  `"${text.replace(/[\t\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`;

/**
 * curl on the machine that asks; it reads the address, which may have a password, where no list of
 * processes shows it: its status, and the last day of the certificate. `%{certs}`
 * came with curl 7.88 (curl.1); an older one prints nothing for it.
 */
const curlScript = (ask: CheckAsk<'http'>, seconds: number): string => `
said=$(mktemp) || exit 1
curl --disable --config - --globoff --silent --show-error --max-redirs 10 ${follows(ask) ? '--location ' : ''}--max-time ${seconds} --write-out '%{stderr}\\nnixup-status %{http_code} %{time_total}\\n%{certs}\\n' --output - 2>"$said" <<'nixup-address' | LC_ALL=C head -c ${mostBytes}
url = ${configValue(ask.url)}
nixup-address
echo
echo nixup-said
cat "$said"
rm -f "$said"
`;

/** What curl was told, and what it says itself. */
interface CurlAnswer {
  /** Null where there was none. */
  readonly heard: Heard | null;
  /** Its own words, with those of the certificates. */
  readonly said: readonly string[];
}

/** curl could not write on: the rest of a long answer was not read (curl.1, exit codes). */
const wasCut = /^curl: \((?:23|56)\)/;

const readCurl = (output: string): CurlAnswer => {
  const at = output.lastIndexOf('\nnixup-said\n');
  const said = output
    .slice(at + 1)
    .split('\n')
    .slice(1);
  const [, status, took] =
    said.map((line) => /^nixup-status (\d{3}) (\S+)$/.exec(line)).find((one) => one !== null) ?? [];
  const isFailed = said.some((line) => line.startsWith('curl: (') && !wasCut.test(line));
  if (at === -1 || status === undefined || status === '000' || isFailed)
    return { heard: null, said };
  return {
    heard: {
      status: Number(status),
      body: output.slice(0, at),
      tookMs: Math.round(Number(took) * 1000) || 0,
      ...(said.some((line) => wasCut.test(line)) ? { isCut: true } : {}),
    },
    said,
  };
};

/** What curl and its library of certificates say (openssl-verification-options(1)), in the words that nixup has itself. */
const plainWords: readonly (readonly [RegExp, string])[] = [
  [/certificate has expired/, 'its certificate has expired'],
  [/certificate is not yet valid/, 'its certificate is not valid yet'],
  [
    /self[- ]signed certificate in certificate chain|unable to get local issuer certificate/,
    'its certificate is of an authority that is not trusted where it is asked from',
  ],
  [/self[- ]signed certificate/, 'its certificate is self-signed'],
  [
    /no alternative certificate subject name|does not match target host/,
    'its certificate is for another name',
  ],
  [/Could not resolve host/, 'the name is not known'],
  [/Connection refused/, 'the connection was refused'],
  [
    /Failed to connect|Could(?:n't| not) connect/,
    'no connection: nothing listens there, or it is blocked',
  ],
  [/Maximum \(\d+\) redirects/, 'it redirects too often'],
  [/Empty reply/, 'it closed the connection without an answer'],
];

/** Why curl has no answer. */
const whyNone = (said: readonly string[], seconds: number): string => {
  const words = lastWords(said.filter((line) => /^(?:curl|sh|bash):/.test(line)));
  if (words === null) return 'no answer';
  if (/timed out/.test(words)) return `no answer within ${seconds} s`;
  return (
    plainWords.find(([pattern]) => pattern.test(words))?.[1] ??
    words.replace(/^(?:curl: \(\d+\) |(?:ba)?sh: (?:line )?\d+: )/, '')
  );
};

/** `Expire date:Nov 29 12:00:00 2026 GMT` of the first certificate, which is the server's. */
const expiryOf = (text: string): number | null => {
  const found = /^Expire date:\s*(.+)$/m.exec(text)?.[1];
  const at = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(at) ? null : at;
};

/** Whether status and text are as they should be; null where they are. Pure. */
const judgeAnswer = (ask: CheckAsk<'http'>, { status, body, isCut }: Heard): string | null => {
  const url = redact(ask.url);
  if (status !== ask.expect) return `${url} answered ${status} instead of ${ask.expect}`;
  if (ask.contains !== null && !body.includes(ask.contains))
    return `${url} does not contain ${JSON.stringify(ask.contains)}${isCut === true ? ' in its first MiB' : ''}`;
  return null;
};

/** Whether the certificate is valid for long enough; null where it is. Pure. */
const judgeCertificate = (
  ask: CheckAsk<'http'>,
  expiry: number | null,
  now: number,
): string | null => {
  const url = redact(ask.url);
  if (ask.certificateDays === null) return null;
  if (expiry === null)
    return `${url}: the certificate could not be read; curl 7.88 or newer is needed where it is asked`;
  const days = Math.floor((expiry - now) / dayMs);
  if (days >= ask.certificateDays) return null;
  return days < 0
    ? `${url}: the certificate has expired on ${showDate(expiry)}`
    : `${url}: the certificate is valid for ${counted(days, 'day')} more, less than ${ask.certificateDays}`;
};

/** Where curl ran: its whole output, or why there is none. */
const runCurl = async (
  { world, run }: CheckTools,
  ask: CheckAsk<'http'>,
  order: CheckOrder,
  { entry }: CheckPlace,
): Promise<Result<string, CheckAnswer>> => {
  const seconds = limitSecondsOf(order);
  const script = curlScript(ask, seconds);
  const timeoutMs = seconds * 1000 + 30_000;
  if (order.from === 'here') {
    const answer = await world.exec(
      { file: 'sh', args: ['-s'] },
      { input: script, timeoutMs, quiet: true },
    );
    return answer.ok
      ? success(answer.value.stdout)
      : failed(notPassed(explain(answer.failure).what));
  }
  if (run === null || entry === null) return failed(notPassed('there is no host to ask from'));
  const answer = await run(entry, script, { timeoutMs, quiet: true });
  if (answer.ok) return success(answer.value.stdout);
  return failed(withoutRun(order, answer.failure, { unasked: '', failed: '' }));
};

const askByCurl = async (
  tools: CheckTools,
  ask: CheckAsk<'http'>,
  order: CheckOrder,
  place: CheckPlace,
): Promise<CheckAnswer> => {
  const output = await runCurl(tools, ask, order, place);
  if (!output.ok) return output.failure;
  const url = redact(ask.url);
  const { heard, said } = readCurl(output.value);
  if (heard === null)
    return withoutConnection(said.join('\n'), `${url}: ${whyNone(said, limitSecondsOf(order))}`);
  const expiry = expiryOf(said.join('\n'));
  const problem = judgeAnswer(ask, heard) ?? judgeCertificate(ask, expiry, tools.world.clock.now());
  return problem === null
    ? passed(
        `${url} answered ${heard.status}, ${showLatency(heard.tookMs)}${ask.certificateDays === null || expiry === null ? '' : `, certificate until ${showDate(expiry)}`}`,
      )
    : notPassed(problem);
};

/** By itself from here, else by curl: on the host, or here where the certificate is asked for. */
export const askHttp: AskCheck<'http'> = async (tools, ask, order, place) => {
  const { timeoutMs } = order;
  if (order.from === 'host' || ask.certificateDays !== null)
    return await askByCurl(tools, ask, order, place);
  const answer = await tools.world.http({
    url: ask.url,
    timeoutMs,
    mostBytes,
    ...(follows(ask) ? {} : { redirect: 'answer' as const }),
  });
  if (!answer.ok) return withoutAnswer(answer.failure);
  const problem = judgeAnswer(ask, answer.value);
  return problem === null
    ? passed(
        `${redact(ask.url)} answered ${answer.value.status}, ${showLatency(answer.value.tookMs)}`,
      )
    : notPassed(problem);
};

const below = (url: string, path: string): string => `${url.replace(/\/+$/, '')}${path}`;

export const askGrafana: AskCheck<'grafana'> = async ({ world }, ask, { timeoutMs }) => {
  const url = below(ask.url, '/api/health');
  const answer = await world.http({ url, timeoutMs, mostBytes });
  if (!answer.ok) return withoutAnswer(answer.failure);
  const health = parseGrafanaHealth(answer.value.body);
  if (health === null)
    return notPassed(
      answer.value.status === 200
        ? `${redact(url)}: the answer is not the one of Grafana`
        : `${redact(url)} answered ${answer.value.status}`,
    );
  return health.database === 'ok'
    ? passed(`${redact(url)}: its database is ok`)
    : notPassed(`${redact(url)}: its database says ${cleanLine(health.database)}`);
};

export const askAlertmanager: AskCheck<'alertmanager'> = async ({ world }, ask, { timeoutMs }) => {
  const url = below(ask.url, '/-/ready');
  const answer = await world.http({ url, timeoutMs, mostBytes });
  if (!answer.ok) return withoutAnswer(answer.failure);
  const { status, body } = answer.value;
  // It answers in one word; a page is of a proxy or a login before it.
  if (status === 200 && /^\s*</.test(body))
    return notPassed(`${redact(url)}: the answer is not the one of Alertmanager`);
  return status === 200
    ? passed(`${redact(url)} is ready`)
    : notPassed(`${redact(url)} answered ${status}${status === 503 ? ': it is not ready' : ''}`);
};
