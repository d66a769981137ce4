import { beforeAll, expect, it } from 'vitest';
import { mustRunIn, run } from './lab.ts';
import {
  alertmanagerUrl,
  changeServer,
  exporterOf,
  type Rule,
  serverUrl,
  startAlertmanager,
  startExporter,
  startWithHistory,
  untilServer,
} from './monitoring.ts';
import { type Answer, inFlake, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const day = 86_400;
const config = '/tmp/watch.toml';
const copied = 400 * 1024 * 1024;

/** The rule of the node mixin, with minutes for its hours. */
const filling: Rule = {
  alert: 'NodeFilesystemSpaceFillingUp',
  expr: 'predict_linear(node_filesystem_avail_bytes{mountpoint="/"}[6m], 24 * 60) < 0 and node_filesystem_readonly{mountpoint="/"} == 0',
  labels: { severity: 'warning' },
};

const freeOf = async (): Promise<number> =>
  Number((await mustRunIn('p510', 'df --output=avail --block-size=1 / | tail -1')).trim());

const watch = async (): Promise<Answer> => {
  const done = await nixup(['watch', 'p510', '--json', '--config', config]);
  const told = done.events.find(({ type }: Answer) => type === 'host-watched');
  return { ...done, alerts: told?.watch.alerts?.alerts };
};

describeInLab('a deploy that copies much, with a real Prometheus', () => {
  beforeAll(async () => {
    await Promise.all([startExporter('p510'), startAlertmanager()]);
    const now = Date.now();
    const free = await freeOf();
    const labels = { job: 'lab', instance: exporterOf('p510') };
    await startWithHistory(
      { rules: [filling], hosts: ['p510'] },
      [
        { name: 'up', labels, at: () => 1 },
        {
          name: 'node_filesystem_avail_bytes',
          labels: { ...labels, device: 'nixup-lab-p510', fstype: 'overlay', mountpoint: '/' },
          at: (second) => (second > now / 1_000 - day ? free : null),
        },
      ],
      now,
    );
    await mustRunIn('workstation', `cat > ${config}`, {
      input: `[monitoring]\nprometheus = "${serverUrl}"\n`,
    });
  }, 300_000);

  it('a filling alert is told as its own copy, with the time when it will be gone', async () => {
    await inFlake(
      `sed -i 's|environment.systemPackages = \\[|environment.systemPackages = [ (pkgs.runCommand "much-1.0" { } "mkdir $out; head -c ${copied} /dev/urandom > $out/data")|' hosts/p510.nix; git commit -qam much`,
    );
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
    const done = await nixup(['deploy', 'p510', '--yes', '--json', '--config', config]);
    expect(done.exitCode, done.stderr).toBe(0);
    await untilServer('ALERTS{alertname="NodeFilesystemSpaceFillingUp",alertstate="firing"}');

    const answer = await watch();
    expect(answer.alerts, JSON.stringify(answer.alerts)).toMatchObject([
      {
        name: 'NodeFilesystemSpaceFillingUp',
        change: 'new',
        isFiring: true,
        cause: { kind: 'copy', bytes: expect.any(Number) },
      },
    ]);
    const [{ cause }] = answer.alerts;
    expect(cause.bytes / copied).toBeGreaterThan(0.9);
    expect(cause.bytes / copied).toBeLessThan(1.2);
    expect(answer.result.reason ?? '').not.toContain('new alert');
    // Six minutes of the rule, of which nearly all see the copy.
    expect(cause.until).toBeGreaterThan(Date.now());
    expect(cause.until).toBeLessThan(Date.now() + 6 * 60_000);
    const shown = await nixup(['watch', 'p510', '--config', config]);
    expect(shown.stdout).toMatch(
      /alert NodeFilesystemSpaceFillingUp \(\/\) fires(?: since \d\d:\d\d UTC)?: this is the deploy's own copy \(\d+ MiB\), gone by \d\d:\d\d UTC/,
    );
  });

  it('a disk that goes on to fill is not excused by the copy', async () => {
    await mustRunIn(
      'p510',
      'systemd-run --quiet --unit=lab-filler /bin/sh -c "i=0; while [ \\$i -lt 150 ]; do head -c 2000000 /dev/zero >> /var/filler; i=\\$((i+1)); sleep 1; done"',
    );
    await expect
      .poll(async () => (await watch()).alerts, { timeout: 120_000, interval: 1_000 })
      .toMatchObject([{ change: 'new', isFiring: true, cause: null }]);
    const answer = await watch();
    expect(answer.exitCode).toBe(5);
    expect(answer.result.reason).toMatch(/new alert: NodeFilesystemSpaceFillingUp/);
    await run('p510', 'systemctl stop lab-filler; rm -f /var/filler');
    await changeServer({ rules: [] });
  });
});

/** Silences that are not over, with their comments. */
const silences = async (): Promise<readonly string[]> => {
  const answer = JSON.parse(await mustRunIn('p620', 'curl -sf localhost:9193/api/v2/silences'));
  return answer
    .filter(({ status }: Answer) => status.state === 'active')
    .map(({ comment }: Answer) => comment);
};

describeInLab('a deploy that silences its alerts in a real Alertmanager', () => {
  beforeAll(async () => {
    await startAlertmanager();
    await mustRunIn('workstation', `cat > ${config}`, {
      input: `[monitoring]\nalertmanager = "${alertmanagerUrl}"\nsilence = "10m"\n`,
    });
    await inFlake(
      `sed -i 's|environment.systemPackages = \\[|environment.systemPackages = [ (pkgs.runCommand "other-1.0" { } "mkdir $out")|' hosts/p510.nix; git commit -qam other`,
    );
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
  }, 300_000);

  it('the silence of a nixup that was killed is removed by its next start', async () => {
    const program = start(['deploy', 'p510', '--yes', '--json', '--config', config]);
    // Its end stands in the journal before the host is changed.
    await program.event(({ type, deed }) => type === 'achieved' && deed === 'mark-silence');
    program.kill();
    await program.ended;
    expect(await silences()).toEqual([expect.stringMatching(/^nixup deploy, run /)]);
    await nixup(['status', '--config', config]);
    expect(await silences()).toEqual([]);
  });

  it('the silence of a deploy that ends is gone with it', async () => {
    await nixup(['resume', 'leave', '--yes', '--config', config]);
    const done = await nixup(['deploy', 'p510', '--yes', '--json', '--config', config]);
    const deeds = done.events.flatMap(({ type, deed }: Answer) =>
      type === 'achieved' && /silence/.test(deed) ? [deed] : [],
    );
    expect(deeds, done.stderr).toEqual(['mark-silence', 'unmark-silence']);
    expect(await silences()).toEqual([]);
  });
});
