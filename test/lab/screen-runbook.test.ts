import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hostNames } from './lab.ts';
import { inFlake } from './program.ts';
import { keys, openScreen, type Screen } from './screen.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const slow = 180_000;

/** No run goes on: keys that begin one are refused until then, although what it found is shown. */
const atRest = /^(?![\s\S]* (?:update|test|deploy|verify|commit|rollback) \d+:\d\d)/;

describeInLab('the runbook by keyboard', () => {
  let screen: Screen;
  let before: Awaited<ReturnType<typeof truths>>;
  let oldHead: string;

  beforeAll(async () => {
    before = await truths();
    oldHead = await inFlake('git rev-parse HEAD');
    screen = openScreen();
    await screen.waitFor('4 current', slow);
  });
  afterAll(() => screen.close());

  // Each step begins where the one before ended: after one that failed the others would only wait.
  let isBroken = false;
  beforeEach(({ skip, onTestFailed }) => {
    skip(isBroken, 'a step before it failed');
    onTestFailed(() => {
      isBroken = true;
    });
  });

  it('updates one marked input and shows it with its commit count', async () => {
    screen.press('2');
    await screen.waitFor('unchanged');
    // Down to nixpkgs, whatever its place, by the filter.
    screen.press('/', ...'nixpkgs', keys.enter, keys.space, 'u');
    const shown = await screen.waitFor(/nixpkgs .*[0-9a-f]{7} → [0-9a-f]{7}/, slow);
    expect(shown).toMatch(/1 input changed|1 changed/);
    const revisions = await inFlake(
      'for lock in "$(git show HEAD:flake.lock)" "$(cat flake.lock)"; do printf %s "$lock" | jq -r \'.nodes[.nodes.root.inputs.nixpkgs].locked.rev[:7]\'; done',
    );
    expect(shown).toContain(revisions.trim().split('\n').join(' → '));
    await screen.waitFor(/\b224\b/, slow);
    expect(await inFlake('git diff --stat -- flake.lock')).toContain('flake.lock');
  });

  it('builds every host, and touches none', async () => {
    await screen.waitFor(atRest, slow);
    screen.press(keys.escape, 'T');
    await screen.waitFor('✓ test ○', slow);
    const built = screen.text();
    for (const host of hostNames) expect(built).toMatch(new RegExp(`${host} .*built`));
    expect(await truths()).toEqual(before);
  });

  it('deploys all after the count was typed, and every host is on the new path', async () => {
    await screen.waitFor(atRest, slow);
    screen.press('1', 'D');
    const dialog = await screen.waitFor('type 4');
    expect(dialog).toContain('Deploy to 4 hosts');
    expect(dialog).toContain('▶ No');
    expect(dialog).toMatch(/[0-9]+ commands/);
    await screen.waitForFocus('▶ No');
    // They are folded where not all of them fit.
    screen.press('\u000f', keys.pageDown, keys.pageDown);
    // A path that is longer than a row goes on in the next one.
    await screen.waitFor(/switch-to-configurati[\s│]*on test/);
    screen.press('4', keys.enter);
    await screen.waitFor('✓ deploy ○', slow);
    const after = await truths();
    for (const host of hostNames) {
      expect(after[host].current).toContain(`nixos-system-${host}-26.05.20261122`);
      expect(after[host].profile).toBe(after[host].current);
      expect(after[host].bootDefault).toBe(after[host].current);
      expect(after[host].generation).toBe(4);
    }
  });

  it('verifies, and commits exactly the tested lock', async () => {
    await screen.waitFor(atRest, slow);
    screen.press('V');
    await screen.waitFor('✓ verify ○', slow);
    await screen.waitFor(atRest, slow);
    screen.press('c');
    const dialog = await screen.waitFor('Commit on main', slow);
    expect(dialog).toContain('chore(flake): update nixpkgs');
    await screen.waitForFocus('▶ No');
    screen.press(keys.right, keys.right, keys.right, keys.enter);
    await screen.waitFor('Committed as', slow);
    // It is not pushed.
    await screen.waitFor(/! commit\b/);
    expect(await inFlake('git rev-parse HEAD^')).toBe(oldHead);
    expect(await inFlake('git show --format= --name-only HEAD')).toBe('flake.lock');
    expect(await inFlake('git status --porcelain')).toBe('');
    expect((await inFlake('git log -1 --format=%B')).replaceAll(/\s+/g, ' ')).toContain(
      '224 commits',
    );
  });

  it('rolls one host back to the generation before, profile and boot entry too', async () => {
    await screen.waitFor(atRest, slow);
    screen.press('1', '/', ...'razer', keys.enter, 'r');
    await screen.waitForFocus('razer to the system before');
    screen.press(keys.enter);
    await screen.waitFor('Roll back razer');
    await screen.waitForFocus('▶ No');
    screen.press(keys.right, keys.enter);
    await screen.waitFor(/rolled back, as g\d+/, slow);
    const { current, profile, bootDefault } = await truthOf('razer');
    expect({ current, profile, bootDefault }).toEqual({
      current: before.razer.current,
      profile: before.razer.current,
      bootDefault: before.razer.current,
    });
    expect((await truthOf('p620')).current).toContain('26.05.20261122');
  });

  it('gives the terminal back when it is left', async () => {
    screen.press(keys.escape, 'q');
    expect((await screen.ended).exitCode).toBe(0);
  });
});
