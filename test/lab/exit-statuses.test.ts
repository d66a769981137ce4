import { afterEach, beforeAll, expect, it } from 'vitest';
import { clearFates, type FateName, type FateOptions, fate, type HostName, run } from './lab.ts';
import { nixup } from './program.ts';
import { type Truth, truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

describeInLab('an activation that does not end with 0', () => {
  let before: Truth;
  beforeAll(async () => {
    before = await truthOf(host);
  });
  afterEach(() => clearFates());

  const cases: readonly (readonly [
    name: FateName,
    options: FateOptions,
    status: 'failed' | 'rolledBack',
    words: RegExp,
  ])[] = [
    ['inhibitor', {}, 'failed', /dbus-implementation.*must be booted.*nothing was activated/is],
    ['stc-exit', { status: 1 }, 'failed', /check before switching lab failed/],
    ['stc-exit', { status: 100 }, 'failed', /init interface changed: nothing was activated/],
    ['stc-exit', { status: 2 }, 'rolledBack', /activation script failed/],
    ['stc-exit', { status: 3 }, 'rolledBack', /could not reload its units/],
    ['stc-exit', { status: 101 }, 'rolledBack', /itself crashed/],
  ];

  it.each(
    cases,
  )('%s %j is %s in words of its own, and leaves the old system whole', async (name, options, status, words) => {
    await fate(host, name, options);
    expect((await nixup(['test', host])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', host, '--yes', '--json']);
    expect(deploy.exitCode).toBe(1);
    expect(deploy.result.hosts[host]).toMatchObject({
      status,
      reason: expect.stringMatching(words),
    });
    expect(await truthOf(host)).toEqual(before);
    expect((await run(host, "systemctl list-units --all --no-legend 'nixup-*'")).stdout).toBe('');
  });
});
