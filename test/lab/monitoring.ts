import { type HostName, hostNames, mustRunIn, run } from './lab.ts';

/*
 * Debian's Prometheus, node exporter and Alertmanager beside those of the fleet, so that a test can give them a history and
 * rules: on p620, ports 9190 and 9193, with an exporter on port 9101 of every host. The processor time of a host is that
 * of its control group: /proc/stat of a container is that of the whole machine.
 */

export const serverUrl = 'http://p620:9190';
export const alertmanagerUrl = 'http://p620:9193';
export const exporterOf = (host: HostName): string => `${host}:9101`;

const folder = '/var/lib/lab-monitoring';

/** Two cores, each with half of the time that the host did not use. */
const processorScript = `
mkdir -p /run/lab-metrics
while :; do
  read -r _ used < /sys/fs/cgroup/cpu.stat
  read -r up _ < /proc/uptime
  idle=$(( \${up%.*} * 1000000 - used / 2 ))
  for cpu in 0 1; do
    printf 'node_cpu_seconds_total{cpu="%s",mode="idle"} %d.%06d\\n' $cpu $(( idle / 1000000 )) $(( idle % 1000000 ))
  done > /run/lab-metrics/cpu.new
  mv /run/lab-metrics/cpu.new /run/lab-metrics/cpu.prom
  sleep 1
done
`;

const exporterFlags = [
  '--collector.disable-defaults',
  '--collector.uname',
  '--collector.loadavg',
  '--collector.meminfo',
  '--collector.filesystem',
  "--collector.filesystem.fs-types-exclude='^(proc|sysfs|cgroup|devpts|devtmpfs|mqueue|tmpfs)'",
  '--collector.textfile',
  '--collector.textfile.directory=/run/lab-metrics',
  '--web.listen-address=:9101',
  '--log.level=error',
].join(' ');

export const service = (unit: string, command: string): string =>
  `systemctl stop ${unit} 2> /dev/null || :; systemctl reset-failed ${unit} 2> /dev/null || :; systemd-run --quiet --unit=${unit} --property=StartLimitIntervalSec=0 ${command}`;

/** Starts the exporter of a host. */
export const startExporter = async (host: HostName): Promise<void> => {
  await mustRunIn(host, 'mkdir -p /run/lab-metrics; cat > /run/lab-metrics/cpu.sh', {
    input: processorScript,
  });
  await mustRunIn(
    host,
    `${service('lab-processor', '/bin/sh /run/lab-metrics/cpu.sh')}
     ${service('lab-exporter', `/bin/sh -c "exec prometheus-node-exporter ${exporterFlags}"`)}`,
  );
};

export const stopExporter = (host: HostName): Promise<string> =>
  mustRunIn(host, 'systemctl stop lab-exporter');

/** A rule that makes an alert. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface ServerSetup {
  readonly hosts?: readonly HostName[];
  readonly rules?: readonly Rule[];
}

/** A server that asks the exporters of the lab; without rules it needs no file of them. */
export const scrapes = (hosts: readonly HostName[], every: string) => ({
  global: { scrape_interval: every },
  scrape_configs: [{ job_name: 'lab', static_configs: [{ targets: hosts.map(exporterOf) }] }],
});

const writeSetup = async ({ hosts = hostNames, rules = [] }: ServerSetup): Promise<void> => {
  const { global, scrape_configs } = scrapes(hosts, '2s');
  const config = {
    global: { ...global, evaluation_interval: '2s' },
    rule_files: [`${folder}/rules.json`],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['localhost:9193'] }] }] },
    scrape_configs,
  };
  // JSON is YAML.
  await mustRunIn('p620', `mkdir -p ${folder}; cat > ${folder}/prometheus.json`, {
    input: JSON.stringify(config),
  });
  await mustRunIn('p620', `cat > ${folder}/rules.json`, {
    input: JSON.stringify({ groups: [{ name: 'lab', rules }] }),
  });
};

/** Changes targets or rules of the server that runs. */
export const changeServer = async (setup: ServerSetup): Promise<void> => {
  await writeSetup(setup);
  await mustRunIn('p620', 'systemctl kill --signal=HUP lab-prometheus');
};

export const stopServer = (): Promise<string> => mustRunIn('p620', 'systemctl stop lab-prometheus');

/** Starts the server, on the blocks that are there. */
export const startServer = async (): Promise<void> => {
  await mustRunIn(
    'p620',
    `${service('lab-prometheus', `prometheus --config.file=${folder}/prometheus.json --storage.tsdb.path=${folder}/data --storage.tsdb.retention.time=30d --web.listen-address=:9190 --log.level=error`)}
     for try in $(seq 300); do curl -sf localhost:9190/-/ready > /dev/null && exit 0; sleep 0.1; done; exit 1`,
  );
};

/** Alertmanager, without anybody to tell. */
export const startAlertmanager = async (): Promise<void> => {
  await mustRunIn('p620', `mkdir -p ${folder}; cat > ${folder}/alertmanager.json`, {
    input: JSON.stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }),
  });
  await mustRunIn(
    'p620',
    `${service('lab-alertmanager', `prometheus-alertmanager --config.file=${folder}/alertmanager.json --storage.path=${folder}/alertmanager --web.listen-address=:9193 --cluster.listen-address= --log.level=error`)}
     for try in $(seq 300); do curl -sf localhost:9193/-/ready > /dev/null && exit 0; sleep 0.1; done; exit 1`,
  );
};

/** A series of the history: a value for each moment (seconds since the epoch), null for none. */
export interface PastSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: (second: number) => number | null;
}

const secondsOfDay = 86_400;

/** The history as a file of OpenMetrics: a sample each minute, one series after the other. */
export const openMetrics = (series: readonly PastSeries[], from: number, to: number): string => {
  const lines: string[] = [];
  for (const { name, labels, at } of series) {
    const shown = Object.entries(labels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(',');
    for (let second = from; second < to; second += 60) {
      const value = at(second);
      if (value !== null) lines.push(`${name}{${shown}} ${value} ${second}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
};

/** Writes blocks of the eight days before now, by promtool, and starts the server on them. */
export const startWithHistory = async (
  setup: ServerSetup,
  series: readonly PastSeries[],
  now: number,
): Promise<void> => {
  const seconds = Math.floor(now / 1_000);
  await run('p620', `systemctl stop lab-prometheus; rm -rf ${folder}/data`);
  await writeSetup(setup);
  await mustRunIn('p620', `mkdir -p ${folder}/data; cat > ${folder}/history.om`, {
    input: openMetrics(series, seconds - 8.5 * secondsOfDay, seconds),
  });
  await mustRunIn(
    'p620',
    `promtool tsdb create-blocks-from --max-block-duration=720h openmetrics --quiet ${folder}/history.om ${folder}/data; rm ${folder}/history.om`,
    { timeoutMs: 120_000 },
  );
  await startServer();
};

/** What the server itself answers; null where it has no value. */
export const askServer = async (query: string): Promise<number | null> => {
  const answer = await mustRunIn(
    'p620',
    'curl -sf localhost:9190/api/v1/query --data-urlencode query@-',
    {
      input: query,
    },
  );
  const [, value] = /"value":\[[\d.]+,"([^"]+)"\]/.exec(answer) ?? [];
  return value === undefined ? null : Number(value);
};

/** Waits until the server answers something to a query. */
export const untilServer = async (query: string): Promise<void> => {
  await mustRunIn(
    'p620',
    `cat > /run/lab-query; for try in $(seq 600); do curl -s localhost:9190/api/v1/query --data-urlencode query@/run/lab-query | grep -q '"value"' && exit 0; sleep 0.2; done; exit 1`,
    { input: query, timeoutMs: 180_000 },
  );
};
