import { beforeEach, expect, it } from 'vitest';
import { clearFates, fate, hostNames, mustRunIn, reset } from './lab.ts';
import { type Ended, inFlake, nixup } from './program.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** The clocks of the lab, seconds. */
const clock = 20;
const grace = 15;

const configure = (text: string): Promise<string> =>
  inFlake(`printf '%s' '${text}' > nixup.toml; git add nixup.toml; git commit -qm "nixup.toml"`);

const clocks = `[fleet]
on_failure = "continue"
activation_timeout = "${clock}s"
confirm_timeout = "${clock}s"
revert_timeout = "${clock}s"
`;

/** Milliseconds from the end of a host's activation, or from its start, to its final word. */
const tookAfter = (run: Ended, host: string, step: string): number => {
  const works = run.events.filter((event) => event.type === 'host-worked' && event.host === host);
  const begun = works.find(({ work }) => work.step === step);
  const ended = works.findLast(({ work }) => work.kind === 'rolledBack');
  return ended.at - begun.work.since;
};

const noUnitsLeft = (host: (typeof hostNames)[number]): Promise<string> =>
  mustRunIn(
    host,
    `for try in $(seq 50); do systemctl list-units --all --no-legend 'nixup-*' | grep -q . || exit 0; sleep 0.1; done; systemctl list-units --all 'nixup-*'; exit 1`,
  );

describeInLab('a host that would be lost', () => {
  beforeEach(async () => {
    await reset();
    await configure(clocks);
  }, 300_000);

  it('is back on its old system within its clock: no network, no sshd, no end, no names', async () => {
    const before = await truths();
    await fate('p620', 'activation-cuts-network');
    await fate('razer', 'activation-kills-sshd');
    await fate('p510', 'activation-hangs');
    await fate('samsung', 'activation-breaks-names');
    expect((await nixup(['test'])).exitCode).toBe(0);
    const run = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 280_000 });
    expect(run.exitCode).toBe(1);
    for (const host of hostNames) {
      expect(run.result.hosts[host], host).toMatchObject({
        status: 'rolledBack',
        to: before[host].current,
      });
      const now = await truthOf(host);
      expect(now, host).toMatchObject({
        current: before[host].current,
        profile: before[host].profile,
        generation: before[host].generation,
        bootDefault: before[host].bootDefault,
        bootId: before[host].bootId,
        failedUnits: [],
      });
      await noUnitsLeft(host);
    }
    expect(run.result.hosts.p620.reason).toMatch(/p620 went back .* by itself: no contact/);
    expect(run.result.hosts.razer.reason).toMatch(/razer went back .* by itself: no contact/);
    expect(run.result.hosts.p510.reason).toMatch(
      /longer than its time limit.*waiting for the disk/,
    );
    expect(run.result.hosts.samsung.reason).toMatch(/no name resolves/);
    for (const host of ['p620', 'razer', 'samsung'])
      expect(tookAfter(run, host, 'contact'), host).toBeLessThan((clock + grace) * 1000);
    expect(tookAfter(run, 'p510', 'activate')).toBeLessThan((clock + grace) * 1000);
    // Reachable and verified again, over the network.
    const status = await nixup(['status', '--json']);
    for (const host of hostNames)
      expect(
        status.result.hosts.find(({ name }: { name: string }) => name === host),
        host,
      ).toMatchObject({ reachable: true, current: before[host].current });
    await clearFates();
  });

  it('is none when its activation is healthy, though it takes three times the confirm time, or systemd is executed again ten times', async () => {
    await configure(clocks.replace('confirm_timeout = "20s"', 'confirm_timeout = "4s"'));
    await fate('p620', 'activation-slow', { seconds: 12 });
    await fate('p510', 'activation-reexecutes');
    expect((await nixup(['test', 'p620', 'p510'])).exitCode).toBe(0);
    const run = await nixup(['deploy', 'p620', 'p510', '--yes', '--json']);
    expect(run.exitCode).toBe(0);
    for (const host of ['p620', 'p510'] as const) {
      const to = run.result.hosts[host].to;
      expect(run.result.hosts[host].status).toBe('succeeded');
      expect(await truthOf(host)).toMatchObject({ current: to, profile: to, bootDefault: to });
      await noUnitsLeft(host);
    }
    // And it stays so, after every clock has run out.
    await mustRunIn('p620', 'sleep 6');
    expect((await truthOf('p620')).current).toBe(run.result.hosts.p620.to);
    await clearFates();
  });
});
