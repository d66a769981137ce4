import { expect, it } from 'vitest';
import { mustRunIn, reboot, run } from './lab.ts';
import { type Answer, inFlake, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const watch = async (host: string): Promise<Answer> => {
  const done = await nixup(['watch', host, '--json']);
  const told = done.events.find(({ type }: Answer) => type === 'host-watched');
  return { ...done, journal: told?.watch.journal };
};

const finding = (answer: Answer, kind: string): Answer =>
  answer.journal.findings?.find((one: Answer) => one.kind === kind);

/** A unit in /run, which no system of the flake knows. */
const startUnit = (host: 'razer', name: string, lines: readonly string[]): Promise<string> =>
  mustRunIn(
    host,
    `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > /run/systemd/system/${name}.service; systemctl daemon-reload; systemctl start --no-block ${name}`,
  );

/**
 * What the kernel starts for a process that dumps core (core(5), systemd-coredump(8)): in a container it starts what the
 * machine outside has, so it is started here, with the words of the kernel, for a process that lives.
 */
const crash = `
sleep 1000 & process=$!
head -c 4096 /dev/zero | /usr/lib/systemd/systemd-coredump $process 0 0 11 $(date +%s) 18446744073709551615 razer
for try in $(seq 100); do journalctl -q MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1 | grep -q . && break; sleep 0.1; done
kill $process
`;

/** Whether units of this machine have a limit of memory: where another hierarchy has that controller, none has. */
const limitsMemory = async (): Promise<boolean> =>
  (await run('razer', 'grep -qw memory /sys/fs/cgroup/cgroup.controllers')).exitCode === 0;

describeInLab('the watch without a Prometheus, by the journal of a host', () => {
  it('finds a crash loop, a coredump and an out-of-memory kill since the change', async () => {
    await inFlake('echo "# watched" >> hosts/razer.nix; git commit -qam watched');
    await inFlake(
      'sed -i "s|environment.systemPackages = \\\\[|environment.systemPackages = [ (pkgs.runCommand \\"watched-1.0\\" { } \\"mkdir \\$out\\")|" hosts/razer.nix; git commit -qam watched',
    );
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const deployed = await nixup(['deploy', 'razer', '--yes', '--json']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect((await watch('razer')).journal).toMatchObject({ kind: 'read', findings: [] });

    await startUnit('razer', 'loop', [
      '[Unit]',
      'StartLimitBurst=3',
      '[Service]',
      'ExecStart=/bin/false',
      'Restart=always',
      'RestartSec=200ms',
    ]);
    await mustRunIn('razer', 'systemctl start systemd-coredump.socket 2> /dev/null || :');
    await mustRunIn('razer', crash);
    if (await limitsMemory())
      await startUnit('razer', 'eater', [
        '[Service]',
        'MemoryMax=32M',
        'MemorySwapMax=0',
        'ExecStart=/usr/bin/perl -e "my \\@a; push \\@a, q(x) x 1e6 while 1"',
      ]);
    else
      await mustRunIn('razer', 'logger --journald', {
        input:
          'MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef\nUNIT=eater.service\nMESSAGE=eater.service: A process of this unit has been killed by the OOM killer.\n',
      });
    await expect
      .poll(
        async () => {
          const answer = await watch('razer');
          return ['restart', 'failed', 'coredump', 'out-of-memory'].filter(
            (kind) => finding(answer, kind) !== undefined,
          );
        },
        { timeout: 60_000, interval: 500 },
      )
      .toEqual(['restart', 'failed', 'coredump', 'out-of-memory']);
    const answer = await watch('razer');
    expect(finding(answer, 'restart')).toMatchObject({ unit: 'loop.service' });
    expect(finding(answer, 'out-of-memory')).toMatchObject({ unit: 'eater.service' });
    expect(answer.exitCode).toBe(5);
    expect(answer.result.reason).toMatch(/Worse: razer: /);
  });

  it('finds a boot that takes longer than those before', async () => {
    await mustRunIn(
      'razer',
      `printf '%s\\n' '[Unit]' 'DefaultDependencies=no' 'Before=sysinit.target' '[Service]' 'Type=oneshot' 'ExecStart=/bin/sleep 20' > /etc/systemd/system/slow-start.service
       mkdir -p /etc/systemd/system/sysinit.target.wants; ln -sf ../slow-start.service /etc/systemd/system/sysinit.target.wants/`,
    );
    await reboot('razer');
    const { journal } = await watch('razer');
    expect(journal.slowBoot, JSON.stringify(journal)).toMatchObject({
      tookMs: expect.any(Number),
      usualMs: expect.any(Number),
    });
    expect(journal.slowBoot.tookMs).toBeGreaterThan(journal.slowBoot.usualMs + 15_000);
  });

  it('a journal that was vacuumed, is in memory, or may not be read says which', async () => {
    const why = async (): Promise<string> => (await watch('razer')).journal.why;
    await mustRunIn(
      'razer',
      'journalctl --rotate --quiet; sleep 1; journalctl --quiet --vacuum-time=1s',
    );
    expect(await why()).toMatch(/^it begins .* after the change, .*what is older was removed/);
    await mustRunIn(
      'razer',
      'mkdir -p /etc/systemd/journald.conf.d; printf "[Journal]\\nStorage=volatile\\n" > /etc/systemd/journald.conf.d/lab.conf; rm -rf /var/log/journal; systemctl restart systemd-journald',
    );
    expect(await why()).toMatch(
      /after the change, .*it is kept in memory, and a restart empties it/,
    );
    await mustRunIn('samsung', 'rm /etc/sudoers.d/deploy');
    const { journal } = await watch('samsung');
    expect(journal).toMatchObject({
      kind: 'unknown',
      why: expect.stringMatching(
        /journal may not be read: the login user is neither root nor in the group systemd-journal/,
      ),
    });
  });
});
