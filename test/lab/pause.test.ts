import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, fate, reset } from './lab.ts';
import { inFlake, nixup, type Running, start } from './program.ts';
import { keys, openScreen, type Screen } from './screen.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** Two waves of one host each; the first one lasts long enough for somebody to look. */
const waves = `[fleet]
waves = [["p620"], ["razer"]]
soak = "0s"
settle = "0s"
`;

const hosts = ['p620', 'razer'] as const;

describeInLab('a deploy that is paused between two hosts', () => {
  let old: readonly string[] = [];
  let screens: Screen[] = [];

  beforeEach(async () => {
    await reset(['p620', 'razer', 'workstation']);
    await inFlake(
      `printf '%s' '${waves}' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    old = await Promise.all(hosts.map(async (host) => (await truthOf(host)).current));
    await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
    await fate('p620', 'activation-slow', { seconds: 20 });
    expect((await nixup(['test', ...hosts])).exitCode).toBe(0);
  }, 300_000);

  afterEach(async () => {
    for (const screen of screens) screen.close();
    screens = [];
    await clearFates();
  });

  const opened = (): Screen => {
    const screen = openScreen();
    screens.push(screen);
    return screen;
  };

  const byName = (screen: Screen, action: string): void => screen.press(':', ...action, keys.enter);

  /** A deploy from a script, paused by a screen that was opened beside it, with the first host done. */
  const paused = async (): Promise<{ readonly run: Running; readonly screen: Screen }> => {
    const run = start(['deploy', ...hosts, '--yes', '--json'], { timeoutMs: 280_000 });
    await run.event((event) => event.type === 'intended' && event.deed === 'activate');
    const screen = opened();
    await screen.waitFor(/deploy \d+:\d\d by /);
    byName(screen, 'pause');
    await run.event((event) => event.type === 'pause-changed' && event.isPaused === true);
    await run.event(
      (event) =>
        event.type === 'host-worked' && event.host === 'p620' && event.work.kind === 'succeeded',
    );
    await screen.waitFor(/razer .*waits: paused/);
    return { run, screen };
  };

  const isNew = async (): Promise<readonly boolean[]> =>
    Promise.all(
      hosts.map(async (host, index) => {
        const { current, profile, bootDefault } = await truthOf(host);
        expect([profile, bootDefault], host).toEqual([current, current]);
        return current !== old[index];
      }),
    );

  it('stays so when the screen that paused it is killed, and another one lets it continue', async () => {
    const { run, screen } = await paused();
    screen.close();
    await screen.ended;
    const other = opened();
    await other.waitFor(/deploy \d+:\d\d by .*paused/);
    expect(await isNew()).toEqual([true, false]);
    byName(other, 'pause');
    const ended = await run.ended;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(await isNew()).toEqual([true, true]);
  });

  it('and killed then is told at the next start: which host is new, which was not begun', async () => {
    const { run } = await paused();
    run.kill();
    expect((await run.ended).exitCode).toBe(137);
    expect(await isNew()).toEqual([true, false]);
    const asked = await nixup(['resume']);
    expect(asked.stderr).toMatch(/p620 +the new system/);
    expect(asked.stderr).toMatch(/razer +the old system/);
    expect(asked.stderr).toContain('paused');
    const done = await nixup(['resume', 'finish', '--yes', '--json']);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(await isNew()).toEqual([true, true]);
  });

  it('from the screen that runs it, and killed then, is told at the next start of the screen', async () => {
    const screen = opened();
    await screen.waitFor(/razer .*not compared yet/);
    // A mark moves the cursor on.
    screen.press(keys.down, keys.space, keys.space);
    await screen.waitFor(/◆ *p620 [\s\S]*◆ *razer /);
    screen.press('d');
    await screen.waitForFocus('▶ No');
    screen.press('2', keys.enter);
    await screen.waitFor(/p620 .*activat/);
    byName(screen, 'pause');
    await screen.waitFor(/razer .*waits: paused/);
    await screen.waitFor(/p620 .*\bg4\b/);
    screen.close();
    await screen.ended;
    const next = opened();
    expect(await next.waitFor('A deploy was interrupted')).toContain(
      'It was paused when it was cut off',
    );
    expect(await isNew()).toEqual([true, false]);
  });
});
