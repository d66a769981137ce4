import { beforeAll, expect, it } from 'vitest';
import { fate, mustRunIn, reset } from './lab.ts';
import { type Ended, inFlake, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const config = `
[fleet]
settle = "1s"
[hosts.p620]
critical = ["grafana.service"]
[[checks]]
name = "dashboards"
http = "http://{host}:3001/api/health"
hosts = ["p620"]
timeout = "3s"
[[checks]]
name = "nothing there"
tcp = "{host}:9"
hosts = ["p620"]
timeout = "3s"
`;

const brought = async (host: string): Promise<Ended> => {
  const test = await nixup(['test', host]);
  expect(test.exitCode, test.stderr).toBe(0);
  return await nixup(['deploy', host, '--yes', '--json']);
};

/** Ends the process of a service that nobody starts again. */
const breakUnit = (unit: string): Promise<string> =>
  mustRunIn(
    'p620',
    `systemctl start ${unit}; systemctl kill -s SEGV ${unit}; until systemctl is-failed --quiet ${unit}; do sleep 0.05; done`,
  );

/** The answer of verify once it says this: what comes later is asked for again. */
const verifyUntil = async (said: RegExp): Promise<Ended> => {
  for (let left = 40; ; left -= 1) {
    const verify = await nixup(['verify', 'p620']);
    if (said.test(verify.stdout) || left === 0) return verify;
  }
};

describeInLab('health against what was before', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p620', 'p510']);
    await inFlake(
      `cat >nixup.toml <<'END'${config}END\ngit add nixup.toml; git commit -qm nixup.toml`,
    );
    await fate('p620', 'by-hand');
    const first = await brought('p620');
    expect(first.exitCode, first.stderr).toBe(0);
    await fate('p620', 'old-failed-unit');
    await breakUnit('by-hand');
    await breakUnit('tailscaled');
    await mustRunIn(
      'p620',
      `systemd-run --quiet --unit=lab-port --socket-property=ListenStream=4444 /bin/true
       mkdir -p /run/systemd/system/grafana.service.d
       printf '[Service]\\nRestart=always\\nRestartSec=100ms\\n' > /run/systemd/system/grafana.service.d/lab.conf
       systemctl daemon-reload`,
    );
  }, 300_000);

  it('counts only what is new: a service that is active and does not answer, and one that fails later', async () => {
    await fate('p620', 'critical-not-answering');
    await fate('p620', 'unit-fails-later', { seconds: 20 });
    const deploy = await brought('p620');
    expect(deploy.exitCode, deploy.stderr).toBe(5);
    const { reason } = deploy.result.hosts.p620;
    expect(reason).toMatch(/dashboards: .*no answer within 3 s/);
    expect(reason).not.toMatch(/nothing there|old-failure|by-hand|tailscaled/);

    const verify = await verifyUntil(/syncthing\.service failed/);
    expect(verify.exitCode).toBe(5);
    expect(verify.stdout).toMatch(/There is new trouble/);
    expect(verify.stdout).toMatch(/Failed before too: p620 check nothing there/);
    expect(verify.stdout).toMatch(/Failed before, runs again: p620 tailscaled\.service/);
    expect(verify.stdout).toMatch(
      /Failed before, does not run now; a switch resets failures and repairs nothing: p620 by-hand\.service, old-failure\.service\./,
    );
  });

  it('counts how often a critical unit was started again, and tells a port that listens no more', async () => {
    await mustRunIn(
      'p620',
      `systemctl stop lab-port.socket
       systemctl kill -s KILL grafana
       until [ "$(systemctl show --value -p NRestarts grafana)" != 0 ] && systemctl is-active --quiet grafana; do sleep 0.05; done`,
    );
    const verify = await verifyUntil(/started again/);
    expect(verify.stdout).toMatch(/grafana\.service is critical and was started again once/);
    expect(verify.stdout).toMatch(/Listened before, does not now: p620 .*port 4444/);
  });

  it('catches a service that fails and is started again and again', async () => {
    await fate('p510', 'unit-restarts-forever');
    const deploy = await brought('p510');
    expect(deploy.exitCode, deploy.stderr).toBe(5);
    expect(deploy.result.hosts.p510.reason).toMatch(/syncthing\.service failed/);
  });
});
