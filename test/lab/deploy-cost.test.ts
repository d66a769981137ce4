import { expect, it } from 'vitest';
import { openMeter, spentBetween } from './cost.ts';
import { hostNames, mustRunIn } from './lab.ts';
import { inFlake, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

/**
 * Processes that a host starts for a deploy with nothing to build: copy, dry run, activation, boot
 * entries and every proof. A pipeline without any proof starts about 70; each time that something
 * looks again instead of waiting starts one more.
 */
const mostProcesses = 222;

/**
 * Processes and threads that the workstation starts for it, for all four hosts: git and Nix for the
 * gate, and for each host one copy and two connections.
 */
const mostOfWorkstation = 50;

describeInLab('what a deploy costs', () => {
  it('starts few processes on each host, and two connections to it', async () => {
    await inFlake(
      `printf '[fleet]\\nwaves = [[${hostNames.map((host) => `"${host}"`).join(', ')}]]\\nsoak = "0s"\\nsettle = "0s"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    expect((await nixup(['test'])).exitCode).toBe(0);
    const meter = await openMeter();
    const running = start(['deploy', '--yes', '--json'], { group: meter.group });
    await running.event(({ type }) => type === 'run-started');
    const before = await meter.read();
    await running.event(
      ({ type, stage, state }) =>
        type === 'stage-changed' && stage === 'deploy' && state.kind === 'passed',
    );
    const { started } = spentBetween(before, await meter.read());
    meter.close();
    expect((await running.ended).exitCode).toBe(0);
    expect(started.workstation).toBeLessThanOrEqual(mostOfWorkstation);
    for (const host of hostNames) expect(started[host], host).toBeLessThanOrEqual(mostProcesses);
    // One for the look before, one for the verification after; in between identity and contact.
    for (const host of hostNames) {
      const logins = await mustRunIn(
        host,
        'journalctl --no-pager --boot | grep "Accepted publickey" | wc -l',
      );
      expect(Number(logins), host).toBeLessThanOrEqual(4);
    }
  });
});
