import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from '../source/commands/small-heap.ts';
import { configSchema } from '../source/model/config/config.ts';
import { watchVerdict } from '../source/model/watch/report.ts';
import { createMonitoring } from '../source/services/board/monitoring.ts';
import { watchAlerts } from '../source/services/watch/alerts.ts';
import { watchMetrics } from '../source/services/watch/metrics.ts';
import { createProcessWorld } from '../source/services/world/process-world.ts';
import { startStandIn } from '../test/support/stand-in-prometheus.ts';

/**
 * The watch of a thousand hosts: a stand-in server in a process of its own, with the limits of a real one, and nixup's part in
 * another, of which the time, the memory and the requests are printed. Half of the hosts were changed 24 hours ago, half
 * 8 hours ago; every hundredth uses more of its processor since then.
 */
const hosts = Array.from({ length: 1_000 }, (_, index) => `host-${String(index).padStart(4, '0')}`);
const now = Date.UTC(2026, 5, 20, 20);
const hour = 3_600_000;
const changedAt = (index: number): number => now - (index % 2 === 0 ? 24 : 8) * hour;

const [, , role, url = ''] = process.argv;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** The most memory that this process had, bytes (proc_pid_status(5)). */
const peakMemory = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1_024;

const ask = async (): Promise<void> => {
  // As the program does where it knows a large fleet.
  keepHeapSmall(hosts.length);
  const world = createProcessWorld();
  const { monitoring } = configSchema.parse({ monitoring: { prometheus: url } });
  const { prometheus } = createMonitoring(world, monitoring);
  if (prometheus === null) throw new Error('no server');
  const started = performance.now();
  const watched = await watchMetrics(
    prometheus,
    hosts.map((host, index) => ({
      host,
      hostName: host,
      instance: null,
      changedAt: changedAt(index),
      until: null,
      otherChanges: [],
    })),
    now,
  );
  await watchAlerts(
    prometheus,
    hosts.map((host, index) => ({
      host,
      instances: [`${host}:9100`],
      changedAt: changedAt(index),
      beganAt: changedAt(index),
      until: null,
      pauses: { restarts: [], sleeps: [] },
    })),
    now,
  );
  const took = performance.now() - started;
  const verdicts = new Map<string, number>();
  for (const watch of watched.values()) {
    const verdict = watchVerdict(watch);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  process.stdout.write(
    `${JSON.stringify({ took, memory: peakMemory(), verdicts: Object.fromEntries(verdicts) })}\n`,
  );
};

const run = async (): Promise<void> => {
  await using server = await startStandIn({
    hosts,
    now: () => now,
    levelOf: (instance, at, query) => {
      const index = Number(/\d+/.exec(instance)?.[0] ?? 0);
      const isBusier = index % 100 === 0 && at > changedAt(index) && query.includes('node_cpu');
      // A little unrest, the same each time.
      return 0.2 + ((index * 31 + (at / hour) * 7) % 13) / 400 + (isBusier ? 0.3 : 0);
    },
  });
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'ask', server.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const { took, memory, verdicts } = JSON.parse(text);
  const line = (name: string, value: string, goal: string): void => {
    process.stdout.write(`  ${name.padEnd(34)} ${value.padStart(12)}   ${goal}\n`);
  };
  process.stdout.write(`the watch of ${hosts.length} hosts, ${JSON.stringify(verdicts)}\n`);
  line('time of the whole', `${(took / 1_000).toFixed(1)} s`, '');
  line(
    'of it in the server, one by one',
    `${(server.busyMs() / 1_000).toFixed(1)} s`,
    'at most 5 s',
  );
  line('requests', String(server.questions.length), '');
  line('hosts in one request, at most', String(server.mostHosts()), 'at most 500');
  line('longest answer', `${(server.longest() / 1e6).toFixed(2)} MB`, 'at most 1 MB');
  line('memory of nixup, at most', megabytes(memory), 'less than 250 MB');
};

await (role === 'ask' ? ask() : run());
