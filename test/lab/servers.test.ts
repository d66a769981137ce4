import { spawnSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { imageFolder } from './images.ts';
import { type HostName, hostNames, mustRunIn } from './lab.ts';
import { startExporter } from './monitoring.ts';
import { lockedOut, otherServers, startOthers } from './other-servers.ts';
import { changedAgo, pastOfFleet } from './past-of-fleet.ts';
import { projectFolder } from './paths.ts';
import { type Answer, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const config = '/tmp/servers.toml';

const watch = async (monitoring: string): Promise<Answer> => {
  await mustRunIn('workstation', `cat > ${config}`, { input: `[monitoring]\n${monitoring}\n` });
  const done = await nixup(['watch', '--json', '--config', config]);
  const watches = Object.fromEntries(
    done.events
      .filter(({ type }: Answer) => type === 'host-watched')
      .map(({ host, watch: one }: Answer) => [host, one]),
  );
  return { ...done, watches };
};

const verdictOf = (answer: Answer, host: HostName, metric: string): Answer =>
  answer.watches[host].metrics.find((one: Answer) => one.metric === metric).verdict;

describeInLab('servers with the API of Prometheus', () => {
  beforeAll(async () => {
    const now = Date.now();
    const changed = new Date(now - changedAgo * 1_000).toISOString();
    await Promise.all(
      hostNames.map(async (host) => {
        await mustRunIn(host, `touch -h -d ${changed} /nix/var/nix/profiles/system-3-link`);
        await startExporter(host);
      }),
    );
    await startOthers(pastOfFleet(Math.floor(now / 1_000)), now);
  }, 400_000);

  it.each(
    Object.entries(otherServers),
  )('%s: worse, as before, too few days, gaps and alerts are told as by the oldest one', async (_, monitoring) => {
    const answer = await watch(monitoring);
    expect(answer.exitCode, answer.stdout).toBe(5);
    expect(verdictOf(answer, 'razer', 'cpu')).toMatchObject({
      kind: 'worse',
      compared: { days: 7, change: expect.closeTo(0.35, 1) },
    });
    expect(verdictOf(answer, 'p620', 'cpu').kind).toBe('as-before');
    expect(verdictOf(answer, 'p510', 'cpu')).toMatchObject({
      kind: 'unknown',
      reason: { kind: 'few-days', days: 2 },
    });
    expect(answer.watches.p620.scrapes).toMatchObject({ kind: 'not-recorded', of: 'all-hosts' });
    expect(answer.watches.samsung.scrapes).toMatchObject({ kind: 'gaps', worstBefore: 0 });
    expect(answer.watches.p620.alerts).toMatchObject({ kind: 'compared' });
  });

  it.each(
    Object.entries(otherServers),
  )('%s: a chart has no hole where samples are', async (_, monitoring) => {
    await mustRunIn('workstation', `cat > ${config}`, { input: `[monitoring]\n${monitoring}\n` });
    for (const window of ['1h', '6h', '24h', '7d']) {
      const done = await nixup([
        'watch',
        'razer',
        '--chart',
        'cpu',
        '--window',
        window,
        '--json',
        '--config',
        config,
      ]);
      expect(done.exitCode, done.stdout).toBe(0);
      const [chart] = JSON.parse(done.stdout).charts;
      const known = chart.columns.filter((column: Answer) => column !== null);
      // The server was down for half an hour three hours ago, and the live part has just begun.
      expect(known.length / chart.columns.length, window).toBeGreaterThan(0.85);
    }
  });

  it.each(
    Object.entries(lockedOut),
  )('%s: the reason is told, and nothing is called fine', async (_, monitoring) => {
    const answer = await watch(monitoring);
    const verdict = verdictOf(answer, 'p620', 'cpu');
    expect(verdict).toMatchObject({ kind: 'unknown', reason: { kind: 'not-reachable' } });
    expect(verdict.reason.detail).toMatch(/certificate|401|password|token|login/i);
  });

  it('a check whose names stand in quotes is asked as it stands, and one that Prometheus refuses is told with its words', async () => {
    const [monitoring] = Object.values(otherServers);
    const check = (name: string, expression: string): string =>
      `[[checks]]\nname = "${name}"\nprometheus = '${expression}'\nbelow = 5\n`;
    await mustRunIn('workstation', `cat > ${config}`, {
      input: `[monitoring]\n${monitoring}\n\n${check('quoted', 'last_over_time({"my.metric", "label.x"="äß"}[1d])')}${check('bare', 'my.metric')}`,
    });
    const verified = await nixup(['verify', 'p620', '--json', '--config', config]);
    expect(verified.result.summary).toContain('quoted: 7, not below 5');
    expect(verified.result.summary).toMatch(/bare: .*status 400: .*unexpected character: '\.'/);
    const checked = await nixup(['config', 'check', '--config', config]);
    expect(checked.exitCode).toBe(2);
    expect(checked.stderr).toMatch(/the expression of the check "bare" is refused/);
    expect(checked.stderr).not.toContain('"quoted"');
  });

  it('every query answers what its series say, by the promtool of Prometheus 3 as well', () => {
    const promtool = `${imageFolder('workstation')}/usr/bin/promtool`;
    const version = spawnSync(promtool, ['--version'], { encoding: 'utf8' });
    expect(`${version.stdout}${version.stderr}`).toMatch(/version 3\./);
    const done = spawnSync(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        'unit',
        'test/services/watch/queries.test.ts',
      ],
      { cwd: projectFolder, encoding: 'utf8', env: { ...process.env, NIXUP_PROMTOOL: promtool } },
    );
    expect(done.status, done.stdout).toBe(0);
  });
});
