import { hostNames, mustRunIn } from './lab.ts';
import { openMetrics, type PastSeries, scrapes, service } from './monitoring.ts';

/*
 * Servers that the hosts of the lab do not have: Prometheus 3 and VictoriaMetrics of the workstation's Debian, each with
 * the history and the targets that the test gives it, and each behind a lock of another kind.
 */

const folder = '/var/lib/lab-servers';

/** The secrets of a test network that no packet leaves. */
const password = 'hush';
const passwordHash = '$2b$04$cJxFIHPCAY665JsWvR3kMeJpM1r3oH.YzoBilQa1Iv7/Zb0AvOn3K';
const token = 'open-sesame';

const secondsOfDay = 86_400;

const write = (file: string, input: string): Promise<string> =>
  mustRunIn('workstation', `mkdir -p ${folder}; cat > ${folder}/${file}`, { input });

const untilReady = (curl: string): string =>
  `for try in $(seq 300); do curl -s ${curl} > /dev/null && exit 0; sleep 0.1; done; exit 1`;

/** A certificate of an authority of its own, for `localhost`. */
const makeCertificates = (): Promise<string> =>
  mustRunIn(
    'workstation',
    `mkdir -p ${folder}; cd ${folder}
     openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=lab-authority -keyout ca.key -out ca.pem 2> /dev/null
     openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr 2> /dev/null
     printf 'subjectAltName=DNS:localhost\n' > names
     openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile names -out server.pem 2> /dev/null
     chmod 644 server.key; printf ${password} > password; printf ${token} > token`,
  );

/** Names that only Prometheus 3 takes, and only in quotes: UTF-8 and dots. */
const quotedNames = (now: number): string =>
  `# TYPE "my.metric" gauge\n{"my.metric","label.x"="äß"} 7 ${Math.floor(now / 1_000)}\n`;

/** Prometheus 3 with TLS by that authority and a password. */
const startPrometheus = async (past: string): Promise<void> => {
  await write('prometheus.json', JSON.stringify(scrapes(hostNames, '60s')));
  await write('history.om', past.replace('# EOF\n', `${quotedNames(Date.now())}# EOF\n`));
  await write(
    'web.json',
    JSON.stringify({
      tls_server_config: { cert_file: `${folder}/server.pem`, key_file: `${folder}/server.key` },
      basic_auth_users: { ada: passwordHash },
    }),
  );
  await mustRunIn(
    'workstation',
    `cd ${folder}; rm -rf data; mkdir data
     promtool tsdb create-blocks-from --max-block-duration=720h openmetrics --quiet history.om data
     ${service('lab-prometheus3', `prometheus --config.file=${folder}/prometheus.json --web.config.file=${folder}/web.json --storage.tsdb.path=${folder}/data --storage.tsdb.retention.time=30d --web.listen-address=:9290 --log.level=error`)}
     ${untilReady(`--fail --cacert ${folder}/ca.pem -u ada:${password} https://localhost:9290/-/ready`)}`,
    { timeoutMs: 180_000 },
  );
};

/** Hands on what has the token. */
const doorkeeper = `
const http = require('node:http');
http.createServer((question, answer) => {
  if (question.headers.authorization !== 'Bearer ${token}') {
    answer.writeHead(401).end('who are you?');
    return;
  }
  const asked = http.request({ port: 8428, path: question.url, method: question.method, headers: question.headers },
    (said) => { answer.writeHead(said.statusCode, said.headers); said.pipe(answer); });
  question.pipe(asked);
}).listen(8429);
`;

/** VictoriaMetrics behind a token. */
const startVictoria = async (past: string): Promise<void> => {
  await write('scrapes.json', JSON.stringify(scrapes(hostNames, '60s')));
  await write('door.cjs', doorkeeper);
  // It takes milliseconds, as the text format of Prometheus has them.
  await write('history.prom', past.replaceAll(/ (\d+)$/gm, ' $1000').replace('# EOF\n', ''));
  await mustRunIn(
    'workstation',
    `cd ${folder}; rm -rf victoria
     ${service('lab-victoria', `victoria-metrics -storageDataPath=${folder}/victoria -retentionPeriod=30d -httpListenAddr=:8428 -promscrape.config=${folder}/scrapes.json -search.latencyOffset=1s -loggerLevel=ERROR`)}
     ${service('lab-door', `/opt/nixup/node_modules/.bin/node ${folder}/door.cjs`)}
     for try in $(seq 300); do curl -sf localhost:8428/health > /dev/null && break; sleep 0.1; done
     curl -sf -X POST --data-binary @history.prom localhost:8428/api/v1/import/prometheus && curl -sf localhost:8428/internal/force_flush
     ${untilReady(`--fail -H 'authorization: Bearer ${token}' localhost:8429/health`)}`,
    { timeoutMs: 180_000 },
  );
};

/** Starts both on the eight days before now. */
export const startOthers = async (series: readonly PastSeries[], now: number): Promise<void> => {
  const seconds = Math.floor(now / 1_000);
  const past = openMetrics(series, seconds - 8.5 * secondsOfDay, seconds);
  await makeCertificates();
  await startPrometheus(past);
  await startVictoria(past);
};

/** How `[monitoring]` names each of them. */
export const otherServers = {
  'Prometheus 3, with TLS of an own authority and a password': `prometheus = { url = "https://localhost:9290", user = "ada", password_file = "${folder}/password", ca_file = "${folder}/ca.pem" }`,
  'VictoriaMetrics, with a token': `prometheus = { url = "http://localhost:8429", token_file = "${folder}/token" }`,
} as const;

/** The same without what opens the lock. */
export const lockedOut = {
  'Prometheus 3 without its authority': `prometheus = { url = "https://localhost:9290", user = "ada", password_file = "${folder}/password" }`,
  'Prometheus 3 with a wrong password': `prometheus = { url = "https://localhost:9290", user = "ada", password_file = "${folder}/token", ca_file = "${folder}/ca.pem" }`,
  'VictoriaMetrics without a token': 'prometheus = "http://localhost:8429"',
} as const;
