import { expect, it } from 'vitest';
import { hostNames, mustRunIn } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

describeInLab('the way back from everything', () => {
  it('takes hosts, lock and commit back in one action, proven by comparison', async () => {
    const before = await truths();
    const lock = await inFlake('cat flake.lock');
    const head = await inFlake('git rev-parse HEAD');
    const run = await nixup(['run', '--yes', '--json', '--inputs', 'impermanence'], {
      timeoutMs: 280_000,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await inFlake('git rev-parse HEAD')).not.toBe(head);
    expect(await inFlake('cat flake.lock')).not.toBe(lock);

    const back = await nixup(['rollback', '--yes', '--lock', '--commit', '--json'], {
      timeoutMs: 280_000,
    });
    expect(back.exitCode, back.stderr).toBe(0);
    const now = await truths();
    for (const host of hostNames) {
      const { current } = before[host];
      expect(now[host], host).toMatchObject({ current, profile: current, bootDefault: current });
      // The newest number: loaders prefer the newest entry.
      expect(now[host].generation, host).toBe(before[host].generation + 2);
      expect(now[host].failedUnits).toEqual([]);
      // One system is known good, and the one before it is not kept for ever.
      const links = await mustRunIn(
        host,
        'ls -d /nix/var/nix/profiles/system-profiles/nixup_known_good-*-link | wc -l',
      );
      expect(Number(links), host).toBe(1);
    }
    expect(await inFlake('cat flake.lock')).toBe(lock);
    expect(await inFlake('git status --porcelain --untracked-files=no')).toBe('');
    expect(await inFlake(`git diff ${head} HEAD`)).toBe('');
  });
});
