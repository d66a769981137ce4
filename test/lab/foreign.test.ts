import { beforeAll, expect, it } from 'vitest';
import { hostNames, mustRunIn } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const run = (...more: readonly string[]) =>
  nixup(['run', '--yes', '--json', '--inputs', 'impermanence', ...more], { timeoutMs: 200_000 });

const picture = (): Promise<string> =>
  inFlake(
    'git status --porcelain; git ls-files --stage | grep -v flake.lock; sha256sum README.md notes.md',
  );

describeInLab('what nixup leaves in git', () => {
  beforeAll(async () => {
    await inFlake(
      'echo one > notes.md; git add notes.md; git commit -qm notes; git push -q; echo two > notes.md; git add notes.md; echo three > notes.md; echo "- a note" >> README.md',
    );
  });

  it('a run with foreign changes is refused before anything is done, with its ways on', async () => {
    const before = [await truths(), await picture(), await inFlake('git rev-parse HEAD')];
    const refused = await run();
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(
      /other tracked files changed: README\.md, notes\.md.*--with README\.md,notes\.md.*--leave-rest/s,
    );
    expect([await truths(), await picture(), await inFlake('git rev-parse HEAD')]).toEqual(before);
  });

  it('leaves them as they are when it is told to, and owes the push that the server refused', async () => {
    await mustRunIn(
      'workstation',
      'printf "#!/bin/sh\\nexit 1\\n" > /srv/git/fleet.git/hooks/pre-receive; chmod +x /srv/git/fleet.git/hooks/pre-receive',
    );
    const before = await picture();
    const done = await run('--leave-rest', '--push');
    expect(done.exitCode).toBe(1);
    expect(done.stderr).toMatch(/Committed as \w+, but not pushed/);
    expect(await inFlake('git show --format= --name-only HEAD')).toBe('flake.lock');
    expect(await picture()).toBe(before);
  });

  it('is not well before the next run has pushed it', async () => {
    const still = await run('--leave-rest');
    expect(still.exitCode).toBe(1);
    expect(still.stderr).toMatch(/is still not pushed/);
    await mustRunIn('workstation', 'rm /srv/git/fleet.git/hooks/pre-receive');
    const done = await run('--leave-rest');
    expect([done.exitCode, done.stderr]).toEqual([0, expect.any(String)]);
    expect(await inFlake('git rev-parse origin/main')).toBe(await inFlake('git rev-parse HEAD'));
  });

  it('asks the hook before it takes a host back, and takes back the lock alone', async () => {
    const before = await truths();
    const foreign = await picture();
    await inFlake(
      'printf "#!/bin/sh\\necho no >&2; exit 1\\n" > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit',
    );
    const refused = await nixup([
      'rollback',
      ...hostNames,
      '--lock',
      '--commit',
      '--yes',
      '--json',
    ]);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(/No host was touched/);
    expect(await truths()).toEqual(before);
    await inFlake('rm .git/hooks/pre-commit');
    const back = await nixup(['rollback', ...hostNames, '--lock', '--commit', '--yes', '--json']);
    expect([back.exitCode, back.stderr]).toEqual([0, expect.any(String)]);
    expect(await inFlake('git show --format= --name-only HEAD')).toBe('flake.lock');
    expect(await picture()).toBe(foreign);
  });
});
