import { beforeAll, expect, it } from 'vitest';
import { type HostName, hostNames, mustRunIn } from './lab.ts';
import {
  askServer,
  changeServer,
  serverUrl,
  startExporter,
  startServer,
  startWithHistory,
  stopExporter,
  stopServer,
  untilServer,
} from './monitoring.ts';
import { changedAgo, pastOfFleet, rules } from './past-of-fleet.ts';
import { type Answer, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const config = '/tmp/watch.toml';

const watch = async (more: readonly string[] = []): Promise<Answer> => {
  const done = await nixup(['watch', '--json', '--config', config, ...more]);
  const watches = Object.fromEntries(
    done.events
      .filter(({ type }: Answer) => type === 'host-watched')
      .map(({ host, watch: one }: Answer) => [host, one]),
  );
  return { ...done, watches };
};

const cpuOf = (answer: Answer, host: HostName): Answer =>
  answer.watches[host].metrics.find(({ metric }: Answer) => metric === 'cpu').verdict;

const writeConfig = (monitoring: string): Promise<string> =>
  mustRunIn('workstation', `cat > ${config}`, { input: `[monitoring]\n${monitoring}\n` });

describeInLab('the watch, with a real Prometheus that has a history', () => {
  let now = 0;

  beforeAll(async () => {
    now = Date.now();
    const changed = new Date(now - changedAgo * 1_000).toISOString();
    await Promise.all(
      hostNames.map(async (host) => {
        await mustRunIn(host, `touch -h -d ${changed} /nix/var/nix/profiles/system-3-link`);
        await startExporter(host);
      }),
    );
    await startWithHistory({ rules }, pastOfFleet(Math.floor(now / 1_000)), now);
    await writeConfig(`prometheus = "${serverUrl}"`);
    await untilServer('count(up == 1) == 4 and count(ALERTS{alertstate="firing"}) == 2');
  }, 300_000);

  it('worse, as before, unknown for want of days, and gaps are told apart', async () => {
    const answer = await watch();
    expect(answer.exitCode, answer.stdout).toBe(5);

    // As Prometheus itself says, direction and size.
    const median = (offset: string): Promise<number | null> =>
      askServer(
        `quantile_over_time(0.5, (1 - avg by(instance)(rate(node_cpu_seconds_total{instance="razer:9101",mode="idle"}[5m])))[7h:5m]${offset})`,
      );
    const [after, before] = await Promise.all([median(''), median(' offset 1d')]);
    const cpu = cpuOf(answer, 'razer');
    expect(cpu.kind).toBe('worse');
    expect(cpu.compared.after.p50).toBeCloseTo(after ?? Number.NaN, 1);
    expect(cpu.compared.base).toBeCloseTo(before ?? Number.NaN, 1);
    expect(cpu.compared).toMatchObject({ days: 7, change: expect.closeTo(0.35, 1) });

    expect(cpuOf(answer, 'p620').kind).toBe('as-before');
    expect(cpuOf(answer, 'p510')).toMatchObject({
      kind: 'unknown',
      reason: { kind: 'few-days', days: 2 },
    });

    // A server that was down for half an hour of eight, and a host that was.
    expect(answer.watches.p620.scrapes).toMatchObject({ kind: 'not-recorded', of: 'all-hosts' });
    expect(answer.watches.samsung.scrapes).toMatchObject({ kind: 'gaps', worstBefore: 0 });
    expect(answer.result.reason).toMatch(/Worse: razer: /);
  });

  it('an alert that fired before is not new, and one that did not is', async () => {
    const { watches } = await watch();
    expect(watches.p620.alerts.alerts).toMatchObject([
      { name: 'Untidy', change: 'fired-before', isFiring: true },
    ]);
    expect(watches.razer.alerts.alerts).toMatchObject([
      { name: 'Busy', change: 'new', isFiring: true, cause: null },
    ]);
  });

  it('verify compares alerts too: what fires since the last deploy is told with its host', async () => {
    const done = await nixup(['watch', 'p620', 'razer', '--config', config]);
    expect(done.stdout).toMatch(/new alert: Busy/);
    expect(done.stdout).toMatch(/alert Untidy.* fires, as before the change/);
  });

  it('a host that is down, a target that is gone, a server that is down and one that is not set up are four things', async () => {
    await stopExporter('samsung');
    await changeServer({ rules, hosts: ['p620', 'razer', 'samsung'] });
    await untilServer('up{instance="samsung:9101"} == 0 unless on() up{instance="p510:9101"}');
    const first = await watch();
    expect(first.watches.samsung.scrapes).toEqual({ kind: 'down', before: false });
    expect(first.watches.p510.scrapes).toEqual({ kind: 'lost' });
    await startExporter('samsung');
    await changeServer({ rules });

    await stopServer();
    const second = await watch();
    // Of the hosts nothing is known; that the server is down is trouble of its own, and new where it was up before a deploy.
    expect(second.result.reason).toMatch(/Prometheus: .* refused/);
    expect(cpuOf(second, 'p620')).toMatchObject({
      kind: 'unknown',
      reason: { kind: 'not-reachable', detail: expect.stringContaining('refused') },
    });
    await startServer();

    await writeConfig('instances = { p620 = "elsewhere:9101" }');
    const third = await watch(['p620']);
    expect(cpuOf(third, 'p620')).toMatchObject({ reason: { kind: 'not-configured' } });

    await writeConfig(`prometheus = "${serverUrl}"\ninstances = { p620 = "elsewhere:9101" }`);
    const fourth = await watch(['p620']);
    expect(cpuOf(fourth, 'p620')).toMatchObject({ reason: { kind: 'no-series', before: false } });
    expect(fourth.exitCode).toBe(4);
  });
});
