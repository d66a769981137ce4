import { expect, test } from 'vitest';
import { stagesLine, stateCounts } from '../../source/components/frame/header-lines.ts';
import { guiltyInputs } from '../../source/model/causes/bisect.ts';
import { success } from '../../source/model/result.ts';
import { endOf } from '../../source/model/watch/run-watch.ts';
import { type Line, lineWidth } from '../../source/model/words/line.ts';
import { leftMenu } from '../../source/screen/dialogs/menu-left.ts';
import { toAscii } from '../../source/screen/glyphs.ts';
import { selectedId } from '../../source/screen/rows/lists.ts';
import { hostOfScreen } from '../../source/screen/rows/targets.ts';
import { closedCommit } from '../../source/state/closed-commit.ts';
import { leftOvers, leftWords } from '../../source/state/left-over.ts';
import { nextStage, type StageName } from '../../source/state/stage.ts';
import { type Keys, openKeys } from '../support/keys.ts';
import { openStage } from '../support/play.ts';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');

/** The bar of steps as the screen draws it. */
const barOf = ({ app }: Keys, columns = 120): string => {
  const next = nextStage(app());
  return textOf(
    stagesLine(
      app(),
      next,
      0,
      columns,
      next === undefined ? leftOvers(app()) : [],
      closedCommit(app()),
    ),
  );
};

const kindOf = ({ app }: Keys, stage: StageName): string => app().stages[stage].kind;

/** Updated, looked at, and the input put back that breaks studio. */
const updated = async (): Promise<Keys> => {
  const keys = await openKeys();
  await keys.press('C', 'u');
  await keys.press('m', 'm');
  expect(keys.toast()).toMatch(/^reviewed/);
  return keys;
};

const seven = 'nas, p510, razer, router, samsung, studio, vault';

test('one tested host of eight is a part of the step, and m offers the other seven', async () => {
  const keys = await updated();
  await keys.press('1', '/', 'p', '6', '2', '0', 'enter', 't');
  expect(keys.app().stages.test).toMatchObject({
    kind: 'begun',
    hosts: ['p620'],
    left: seven.split(', '),
    evidence: `1 of 8 hosts built and tested; not yet: ${seven}`,
  });
  expect(keys.toast()).toContain('1 of 8 hosts built and tested.');
  expect(keys.toast()).not.toContain('Every host');
  expect(barOf(keys)).toContain('◐ test 1 of 8');
  await keys.press('m');
  expect(keys.toast()).toContain(
    `The filter of the fleet (p620) shows none of the hosts that are left: ${seven}.`,
  );
  await keys.press('1', 'escape', 'm');
  expect(keys.toast()).toContain(`m again builds and tests the other 7: ${seven}`);
  await keys.press('m');
  // Studio fails with the update of musnix: the others are built.
  expect(kindOf(keys, 'test')).toBe('failed');
  expect(keys.toast()).toMatch(
    /^studio failed; 7 of 8 hosts are built\. m shows what can be done$/,
  );
  expect(
    Object.values(keys.app().hosts).filter(
      ({ expectation }) => expectation.kind === 'known' && expectation.builtAt !== null,
    ),
  ).toHaveLength(7);
});

test('hosts that are tested one after the other make the whole at last', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update(['nixpkgs']);
  const hosts = deployables();
  for (const [index, host] of hosts.entries()) {
    await engine.build.test([host]);
    const { test } = state().stages;
    expect(test.kind).toBe(index === hosts.length - 1 ? 'passed' : 'begun');
  }
});

test('after the test of one host deploy and commit say exactly what is missing, and the way', async () => {
  const { engine, deployables } = await openStage();
  await engine.lock.update('all');
  const tested = await engine.build.test(['p620']);
  expect(tested.summary).toBe(`1 of 8 hosts built and tested. Not yet: ${seven}.`);
  expect(tested.next).toBe(
    'Next: test them (nixup test), or deploy what is tested: nixup deploy p620',
  );
  const plan = engine.deploy.plan(deployables(), 'switch');
  expect(plan.targets.map(({ host }) => host)).toEqual(['p620']);
  const commit = await engine.commit.plan();
  expect(commit.obstacle).toBe(
    `7 of 8 hosts of this tree are not tested: ${seven}. Test those first: nixup test nas p510 razer router samsung studio vault`,
  );
});

test('one deployed host of eight is a part of the step; the dialog of m has the rest and a way on', async () => {
  const keys = await updated();
  const { press, choose } = keys;
  await press('2');
  await press('/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'x');
  await press('m', 'm', 'T');
  expect(kindOf(keys, 'test')).toBe('passed');
  await press('1', '/', 'r', 'a', 'z', 'e', 'r', 'enter', 'd');
  await choose('Deploy razer');
  expect(keys.toast()).toContain('razer deployed, as g189');
  expect(keys.toast()).toContain(
    'not deployed yet: nas, p510, p620, studio, vault · asleep: samsung',
  );
  expect(keys.app().stages.deploy).toMatchObject({ kind: 'begun', hosts: ['razer', 'router'] });
  expect(barOf(keys)).toContain('◐ deploy 2 of 8');
  await press('escape', 'm');
  expect(keys.toast()).toMatch(/m again asks before it deploys to the other 5: nas, p510/);
  await press('m');
  expect(keys.offers()).toEqual([
    'No',
    'Deploy 5 hosts',
    'deploy all, reboot 2 hosts',
    'continue to verify without them',
  ]);
  await choose('continue');
  expect(keys.toast()).toContain('deploy step closed: 2 of 8 hosts run what the flake says');
  expect(keys.toast()).toContain('m shows the next step: verify');
});

/** Everything that can be deployed is: razer to reboot, nas and p620 not well, samsung asleep. */
const deployed = async (): Promise<Keys> => {
  const keys = await updated();
  await keys.press('2', '/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'x');
  await keys.press('m', 'm', 'T', 'D');
  await keys.choose('Deploy 6 hosts');
  return keys;
};

test('a runbook whose steps are closed is not done while something is left, and m leads to each', async () => {
  const keys = await deployed();
  expect(keys.app().stages.deploy.kind).toBe('failed');
  await keys.press('m', 'm');
  expect(keys.menu().note.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['still to deploy: nas', 'asleep: samsung']),
  );
  await keys.choose('continue');
  expect(keys.toast()).toMatch(/^deploy step closed: \d deployed · /);
  expect(keys.toast()).not.toContain('went on without');
  await keys.press('m', 'm');
  if (kindOf(keys, 'verify') === 'failed') {
    await keys.press('m', 'm');
    await keys.choose('continue');
  }
  await keys.press('c');
  await keys.choose('Commit');
  expect(kindOf(keys, 'commit')).toBe('passed');
  await keys.press('m', 'm');
  // Its 24 hours are not over.
  if (kindOf(keys, 'watch') !== 'passed') {
    await keys.press('m', 'm');
    await keys.choose('continue');
  }
  expect(nextStage(keys.app())).toBeUndefined();
  const left = leftOvers(keys.app()).map(leftWords);
  expect(left).toEqual(
    expect.arrayContaining([
      'nas rolled back',
      expect.stringContaining('samsung asleep'),
      'razer, studio, vault to reboot',
      'known trouble on p510: nzbget.service',
      '1 commit not pushed',
    ]),
  );
  expect(barOf(keys, 160)).not.toContain('done');
  expect(barOf(keys, 240)).toMatch(/m left: .*watch closed · 1 to push/);
  expect(barOf(keys, 80)).toMatch(/m \d+ left $/);
  await keys.press('m');
  expect(keys.toast()).toMatch(/^left: .*nas rolled back.*m again shows what to do about it/);
  await keys.press('m');
  expect(keys.menu().title).toBe('What is left');
  // What failed before the deploy too is left until somebody accepts it.
  await keys.choose('accept the health of p510');
  await keys.choose('Accept p510');
  expect(keys.toast()).toMatch(/^p510: accepted: nzbget\.service failed, as before\. Later runs/);
  expect(leftOvers(keys.app()).map(leftWords).join()).not.toContain('known trouble');
  await keys.press('m', 'm');
  await keys.choose('push');
  expect(keys.offers()).toContain('Push');
});

test('the commit names every host that got this lock, whichever of several deploys did it', async () => {
  const keys = await updated();
  // Studio fails its test; the others get the lock.
  await keys.press('T', '1', 'D');
  await keys.choose('deploy the others');
  await keys.choose('Deploy');
  expect(keys.app().hosts['razer']?.work.kind).toBe('succeeded');
  await keys.press('2', '/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'x');
  await keys.press('m', 'm', 'T', 'm', 'm');
  await keys.choose('Deploy');
  await keys.press('c');
  const open = keys.ui().overlay;
  const text = open?.kind === 'confirm' ? open.body.map((line) => line.text).join('\n') : '';
  expect(text.replaceAll(/\n {2}/g, ' ')).toContain(
    'Deployed: p510 (generation 98), p620 (generation 242), razer (generation 189), studio (generation 62), vault (generation 46)',
  );
  expect(text).toMatch(/^Unchanged: router$/m);
});

test('m at a commit that a failed test closes leads to what mends that test', async () => {
  const keys = await updated();
  await keys.press('T', 'm', 'm');
  await keys.choose('continue');
  await keys.press('m', 'm');
  await keys.choose('Deploy');
  for (const stage of ['deploy', 'verify'] as const)
    if (kindOf(keys, stage) === 'failed' || kindOf(keys, stage) === 'begun') {
      await keys.press('m', 'm');
      await keys.choose('continue');
    } else await keys.press('m', 'm');
  expect(nextStage(keys.app())).toBe('commit');
  expect(barOf(keys)).not.toContain('m commit');
  expect(barOf(keys)).toContain('m test studio');
  await keys.press('m');
  expect(keys.toast()).toBe(
    'the commit is closed until studio passes its test. m again shows what can be done',
  );
  await keys.press('m');
  expect(keys.menu().title).toBe('test: what next?');
  expect(keys.menu().items.map(({ id }) => id)).toContain('test-all');
  await keys.press('escape', 'c');
  expect(keys.toast()).not.toContain('nixup test');
});

test('a hold that is not committed is left, and the menu commits it alone', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update('all');
  engine.stages.passReview('person');
  await engine.lock.hold(['musnix'], { reason: 'does not build', until: null });
  // One of the changes that were looked at went back: nothing new came in.
  expect(state().stages.review).toMatchObject({ kind: 'passed' });
  await engine.build.test(deployables());
  const made = await engine.commit.run(await engine.commit.plan({ also: [], rest: 'left' }));
  expect(made).toMatchObject({ ok: true });
  const left = leftOvers(state());
  expect(left.map(leftWords)).toContain('nixup.toml not committed');
  const menu = leftMenu(state(), left, 0);
  const wish = menu.items.find(({ id }) => id === 'settings')?.wish;
  if (wish?.kind !== 'plan-commit') throw new Error('the menu commits it');
  const plan = await engine.commit.plan(wish.choice);
  expect(plan).toMatchObject({ obstacle: null, paths: ['nixup.toml'] });
  expect(await engine.commit.run(plan)).toMatchObject({ ok: true });
  expect(leftOvers(state()).map(leftWords)).not.toContain('nixup.toml not committed');
});

test('an unhealthy host is left with the ways that lead there', async () => {
  const keys = await openKeys();
  const { items } = leftMenu(keys.app(), [{ kind: 'unhealthy', hosts: ['p510'] }], 0);
  expect(items.map(({ id }) => id)).toEqual(['unhealthy', 'accept', 'take-back']);
  expect(items[1]).toMatchObject({
    label: 'accept the health of p510',
    wish: { kind: 'plan-accept', hosts: ['p510'] },
  });
});

test('x on an alarm that only its parent brings offers to put the parent back', async () => {
  const keys = await updated();
  await keys.press('2', '/', 's', 't', 'a', 't', 'u', 's', '-', 'p', 'enter', 'x');
  expect(keys.offers()).toEqual(['No', 'Put fleet-modules back']);
  await keys.choose('Put fleet-modules back');
  const { lock } = keys.app();
  const paths = lock.kind === 'read' ? lock.changes.map(({ path }) => path) : [];
  expect(paths).not.toEqual([]);
  expect(paths.filter((path) => path.startsWith('fleet-modules'))).toEqual([]);
});

test('a deploy of one host that went back from this system offers nobody else', async () => {
  const keys = await deployed();
  expect(keys.app().hosts['nas']?.work.kind).toBe('rolledBack');
  await keys.press('1', '/', 'n', 'a', 's', 'enter', 'd');
  // Alone there is nobody else to deploy to.
  expect(keys.offers().join()).not.toContain('without nas');
});

test('a rollback that reaches nobody and a clean that reaches nobody have failed, and say so', async () => {
  const { engine } = await openStage();
  const back = await engine.rollback.run(engine.rollback.plan(['samsung'], { kind: 'recorded' }));
  expect(back).toMatchObject({ ok: false, exitCode: 1 });
  expect(back.summary).toMatch(
    /^No host was rolled back: samsung: asleep\. A rollback does not wait for hosts: repeat it/,
  );
  const clean = await engine.clean.run(engine.clean.plan(['samsung']));
  // Nothing waits for it: the next clean has to be asked for.
  expect(clean).toMatchObject({
    ok: false,
    exitCode: 1,
    hosts: { samsung: { status: 'skipped', reason: 'did not answer' } },
  });
  expect(clean.summary).toMatch(
    /^Nothing was removed\. It is not known what can be removed, as these hosts did not answer: samsung/,
  );
});

test('a run that reached nobody offers only what can be done then', async () => {
  const { engine } = await openStage();
  const result = await engine.runs.all({
    inputs: ['nixpkgs'],
    exclude: [],
    hosts: ['samsung'],
    deploy: true,
    commit: false,
    push: false,
    approve: async (plan) => success(plan),
    test: {},
  });
  expect(result).toMatchObject({ ok: false, exitCode: 1 });
  expect(result.summary).toContain('nixup revert --all (the old lock), nixup commit (keep it)');
  // No host was changed: there is none to take back, and no health to accept.
  expect(result.summary).not.toMatch(/rollback|--accept|git restore/);
});

test('the step stays announced only as long as its message is on the screen', async () => {
  const keys = await openKeys();
  await keys.press('m');
  expect(keys.toast()).toMatch(/^next: check\. m again runs all checks/);
  keys.pass(60_000);
  await keys.press('m');
  expect(kindOf(keys, 'check')).toBe('todo');
  expect(keys.toast()).toMatch(/^next: check\. m again runs all checks/);
  await keys.press('m');
  expect(kindOf(keys, 'check')).not.toBe('todo');
});

test('a comparison of one host of eight is a part of verify', async () => {
  const { engine, state } = await openStage();
  const verified = await engine.health.verify(['p620']);
  expect(verified.summary).toBe(
    'No new trouble. Not compared yet: nas, p510, razer, router, studio, vault.',
  );
  expect(state().stages.verify).toMatchObject({ kind: 'begun', hosts: ['p620'], of: 8 });
});

test('nothing asked is nothing proven', async () => {
  const { engine, state } = await openStage();
  for (const hosts of [[], ['samsung']]) {
    const verified = await engine.health.verify(hosts);
    expect(verified).toMatchObject({ ok: false, exitCode: 1 });
    expect(verified.summary).toMatch(/^Nothing is known of the health: no host/);
    expect(state().stages.verify.kind).toBe('failed');
  }
});

test('a deploy that reaches nobody has failed and says why', async () => {
  const { engine, state } = await openStage();
  await engine.lock.update(['nixpkgs']);
  await engine.build.test(['samsung']);
  const result = await engine.deploy.run(engine.deploy.plan(['samsung'], 'switch'));
  expect(result).toMatchObject({ ok: false, exitCode: 1 });
  expect(result.summary).toBe('no host was reached: samsung pending, asleep');
  expect(state().stages.deploy.kind).toBe('failed');
  // What was tested waits for it all the same.
  expect(state().pending.map(({ host }) => host)).toEqual(['samsung']);
});

test('a host that is taken back takes the tick of deploy and verify with it', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update(['nixpkgs']);
  await engine.build.test(deployables());
  const others = deployables().filter((host) => host !== 'nas' && host !== 'p620');
  await engine.deploy.run(engine.deploy.plan(others, 'switch'));
  await engine.health.verify(others);
  const { verify } = state().stages;
  expect(verify).toMatchObject({ kind: 'begun', hosts: expect.arrayContaining(['vault']) });
  await engine.rollback.run(engine.rollback.plan(['vault'], { kind: 'recorded' }));
  expect(state().stages.verify).toMatchObject({
    kind: 'begun',
    left: expect.arrayContaining(['vault']),
  });
  expect(state().stages.deploy).toMatchObject({ left: expect.arrayContaining(['vault']) });
});

test('the sign of a part is one cell wide, and has a sign of its own in ASCII', () => {
  expect(lineWidth([{ text: '◐' }])).toBe(1);
  expect(toAscii('◐✓!·')).toBe('%+!.');
});

test('what a result says comes next is what the header says', async () => {
  const keys = await openKeys();
  await keys.press('u');
  expect(nextStage(keys.app())).toBe('check');
  expect(keys.toast()).toMatch(/Next: check \(m\)$/);
  await keys.press('C', '2', '/', 'm', 'u', 's', 'n', 'i', 'x', 'enter', 'H');
  await keys.choose('for a week');
  expect(nextStage(keys.app())).toBe('review');
  expect(keys.toast()).toMatch(/The rest stays updated\. Next: review \(m\)$/);
});

test('the key that a text names works in it: r on a generation goes back to it', async () => {
  const keys = await openKeys();
  await keys.press('/', 'r', 'a', 'z', 'e', 'r', 'enter', 'enter', ']');
  const { screen } = keys.ui();
  expect(screen).toMatchObject({ kind: 'host', host: 'razer', tab: 'generations' });
  const textShown = (): string => {
    const { overlay } = keys.ui();
    return overlay?.kind === 'text' ? overlay.lines.map(({ text }) => text).join('\n') : '';
  };
  // The newest is the one that it runs.
  await keys.press('g', 'enter');
  const first = textShown();
  await keys.press('escape', 'down', 'enter');
  const second = textShown();
  const [running, older] = first.includes('The host runs it.') ? [first, second] : [second, first];
  expect(running).not.toContain('takes the host to this generation');
  expect(older).toContain('r takes the host to this generation, after a confirmation.');
  if (older === first) await keys.press('escape', 'up', 'enter');
  await keys.press('r');
  expect(keys.ui().overlay).toMatchObject({ kind: 'confirm', title: 'Roll back razer' });
});

test('the menu after a failed test names the input that it would hold', async () => {
  const keys = await updated();
  await keys.press('T', 'm', 'm');
  await keys.choose('bisect');
  await keys.press('m', 'm');
  expect(keys.menu().items.find(({ id }) => id === 'hold-guilty')).toMatchObject({
    detail: 'holds musnix, keeps the other updates',
    refused: null,
  });
});

test('a commit without a look says so, and its alarms are left', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update('all');
  await engine.lock.revert(['musnix']);
  await engine.build.test(deployables());
  expect(await engine.commit.run(await engine.commit.plan())).toMatchObject({ ok: true });
  const { review } = state().stages;
  expect(review).toMatchObject({
    kind: 'skipped',
    reason: expect.stringMatching(
      /^not looked at before the commit: \d+ changed inputs · \d+ alarm/,
    ),
  });
  expect(leftOvers(state()).map(leftWords)).toEqual(
    expect.arrayContaining([expect.stringMatching(/with alarms? that nobody looked at: /)]),
  );
});

test('a whole run names what it leaves', async () => {
  const { engine, deployables } = await openStage();
  const result = await engine.runs.all({
    inputs: ['nixpkgs'],
    exclude: [],
    hosts: deployables(),
    deploy: true,
    commit: true,
    push: false,
    // Nobody agrees to nas, which would be taken back.
    approve: async (plan) =>
      success({
        ...plan,
        targets: plan.targets.filter(({ host }) => host !== 'nas'),
        leftOut: [...plan.leftOut, { host: 'nas', kind: 'protected', reason: 'not agreed to' }],
      }),
  });
  expect(result.summary).toMatch(
    /^Updated, deployed, verified and committed as [0-9a-f]{12}\. Left: /,
  );
  expect(result.summary).toContain('samsung asleep');
  expect(result.summary).toContain('nas not deployed');
  expect(result.summary).toContain('1 commit not pushed');
});

test('a whole run names a file that it left uncommitted once, whether it commits or not', async () => {
  const { engine, deployables } = await openStage();
  await engine.lock.hold(['musnix'], { reason: 'does not build', until: null });
  const run = () =>
    engine.runs.all({
      inputs: ['nixpkgs'],
      exclude: [],
      hosts: deployables(),
      deploy: true,
      commit: true,
      push: false,
      choice: { also: [], rest: 'left' },
      // Nobody agrees to nas, which would be taken back.
      approve: async (plan) =>
        success({
          ...plan,
          targets: plan.targets.filter(({ host }) => host !== 'nas'),
          leftOut: [...plan.leftOut, { host: 'nas', kind: 'protected', reason: 'not agreed to' }],
        }),
    });
  const committed = await run();
  expect(committed.summary).toMatch(/committed as .*Left uncommitted: nixup\.toml\. Left: /);
  expect(committed.summary.split('nixup.toml')).toHaveLength(2);
  const again = await run();
  expect(again.commit).toBeNull();
  expect(again.summary).toMatch(/; left uncommitted: nixup\.toml\. Left: .*1 commit not pushed/);
  expect(again.summary.split('nixup.toml')).toHaveLength(2);
});

test('a run that is canceled after its commit names only the steps that it did', async () => {
  let cancel = (): void => undefined;
  const { engine, deployables } = await openStage({}, (event) => {
    if (event.type === 'achieved' && event.deed === 'commit') cancel();
  });
  const run = (inputs: readonly string[], commit: boolean) =>
    engine.runs.all({
      inputs,
      exclude: [],
      hosts: deployables(),
      deploy: true,
      commit,
      push: false,
      // Nobody agrees to nas, which would be taken back.
      approve: async (plan) =>
        success({
          ...plan,
          targets: plan.targets.filter(({ host }) => host !== 'nas'),
          leftOut: [...plan.leftOut, { host: 'nas', kind: 'protected', reason: 'not agreed to' }],
        }),
    });
  await run(['nixpkgs'], false);
  cancel = () => engine.runs.cancel();
  const result = await run(['nixpkgs'], true);
  expect(result.summary).toMatch(/^Verified and committed as [0-9a-f]{12}\./);
  expect(result.exitCode).toBe(130);
});

test('a whole run names only the steps that it did', async () => {
  const { engine, deployables } = await openStage();
  const run = (inputs: readonly string[], commit: boolean) =>
    engine.runs.all({
      inputs,
      exclude: [],
      hosts: deployables().filter((name) => name === 'p510'),
      deploy: true,
      commit,
      push: false,
      approve: async (plan) => success(plan),
    });
  expect((await run(['nixpkgs'], false)).summary).toBe(
    'Updated, deployed and verified; not committed, as asked.',
  );
  // The same again: the lock moved before, and the host runs what it says.
  expect((await run(['nixpkgs'], false)).summary).toBe('Verified; not committed, as asked.');
});

/** Everything was tested, studio failed, and what passed was deployed. */
const deployedWithoutStudio = async (): Promise<Keys> => {
  const keys = await updated();
  await keys.press('T', 'm', 'm');
  await keys.choose('continue');
  await keys.press('m', 'm');
  await keys.choose('Deploy 5 hosts');
  return keys;
};

test('a test of one host that fails says how far the whole fleet is', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(deployables());
  expect(state().stages.test).toMatchObject({
    kind: 'failed',
    reason: 'studio failed; 7 of 8 hosts are built',
  });
  const again = await engine.build.test(['studio']);
  expect(again.summary).toBe('studio failed; 7 of 8 hosts are built.');
  // One that passes does not make the other one merely untested.
  const other = await engine.build.test(['nas']);
  expect(other.summary).toBe(
    '1 host built and tested. Of the whole fleet: studio failed; 7 of 8 hosts are built.',
  );
  expect(state().stages.test).toMatchObject({
    kind: 'failed',
    reason: 'studio failed; 7 of 8 hosts are built',
  });
});

test('a host that failed its test is named by deploy and commit as what it is', async () => {
  const { engine, deployables } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(deployables());
  const commit = await engine.commit.plan();
  expect(commit.obstacle).toMatch(
    /^studio failed; 7 of 8 hosts are built\. A commit needs every host: correct it, put the/,
  );
  expect(engine.deploy.plan(['studio'], 'switch').leftOut).toEqual([
    expect.objectContaining({ host: 'studio', reason: expect.stringMatching(/^its test failed/) }),
  ]);
  const plan = engine.deploy.plan(['razer', 'p510'], 'switch');
  const deployed = await engine.deploy.run(plan);
  expect(deployed.summary).toContain('not deployed, because the test failed: studio');
  expect(deployed.next).not.toContain('studio');
});

test('a decision to go on without a host stays when another one is tested again', async () => {
  const keys = await deployedWithoutStudio();
  expect(keys.toast()).toContain('not deployed, because the test failed: studio');
  await keys.press('1', '/', 'r', 'a', 'z', 'e', 'r', 'enter', 't');
  expect(kindOf(keys, 'test')).toBe('skipped');
  // The commit cannot be chosen before studio passes: the row says so.
  await keys.press('m', 'm');
  expect(keys.menu().title).toBe('deploy failed: what next?');
  expect(keys.menu().items.find(({ id }) => id === 'commit')?.refused).toBe(
    'closed until studio passes its test',
  );
});

test('with nothing to commit the runbook goes on to what comes after the commit', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.check();
  for (const stage of ['update', 'review', 'test', 'deploy'] as const) engine.stages.skip(stage);
  expect(state().stages.commit.kind).toBe('todo');
  await engine.health.verify(deployables());
  if (state().stages.verify.kind === 'failed') engine.stages.skip('verify');
  expect(state().stages.commit).toEqual({
    kind: 'skipped',
    reason: 'nothing to commit: the tree is clean',
  });
  expect(nextStage(state())).toBe('watch');
  // A lock that moves opens it again.
  await engine.lock.update(['nixpkgs']);
  expect(state().stages.commit.kind).toBe('outdated');
});

test('alarms that a person looked at are red no more on the board, nor in the step check', async () => {
  const { engine, state } = await openStage();
  await engine.lock.update('all');
  await engine.check();
  const alarms = () => state().board.find(({ id }) => id === 'lock.alarms');
  expect(alarms()).toMatchObject({ state: 'red' });
  expect(state().stages.check.kind).toBe('partly');
  engine.stages.passReview('person');
  expect(alarms()).toMatchObject({
    state: 'green',
    evidence: expect.stringContaining('looked at'),
  });
  expect(state().stages.check.kind).toBe('passed');
  // Asked again it stays so.
  await engine.check();
  expect(alarms()).toMatchObject({ state: 'green' });
});

test('what somebody writes in nixup.toml counts after the next look, broken or not', async () => {
  const { engine, state, world } = await openStage();
  const path = `${world.workingFolder}/nixup.toml`;
  const before = await world.files.read(path);
  const text = before.ok ? (before.value ?? '') : '';
  const configRow = () => state().board.find(({ id }) => id === 'config.file');
  await engine.check();
  expect(configRow()).toMatchObject({ state: 'green' });
  await world.files.write(path, `${text}\nnonsense = 1\n`);
  await engine.check();
  expect(configRow()).toMatchObject({ state: 'red' });
  const refused = await engine.build.test(['nas']);
  expect(refused).toMatchObject({ ok: false, exitCode: 2 });
  await world.files.write(path, `[hosts.nas]\ntags = ["corrected"]\n`);
  await engine.refresh();
  expect(state().hosts['nas']?.entry.tags).toEqual(['corrected']);
  expect(state().notices.at(-1)?.text).toMatch(/^nixup\.toml changed and was read again\./);
});

test('what was built for one lock is not told of another one', async () => {
  const { engine, state } = await openStage();
  await engine.lock.update(['nixpkgs']);
  await engine.build.test(['nas']);
  expect(state().hosts['nas']?.work.kind).toBe('built');
  await engine.lock.restore('undo');
  await engine.hosts.survey({ probe: false, evaluate: true });
  expect(state().hosts['nas']?.work.kind).toBe('idle');
});

test('a key that changes the view leaves the cursor on its host', async () => {
  const keys = await openKeys();
  await keys.press('/', 'v', 'a', 'u', 'l', 't', 'enter', 't');
  expect(keys.ui().screen).toEqual({ kind: 'view', view: 'build' });
  expect(keys.app().stages.test).toMatchObject({ kind: 'begun', hosts: ['vault'] });
  expect(hostOfScreen(keys.app(), keys.ui())).toBe('vault');
  await keys.press('V');
  expect(hostOfScreen(keys.app(), keys.ui())).toBe('vault');
});

test('accepted trouble is told neither as failed before nor as waiting to be made permanent', async () => {
  const { engine } = await openStage();
  const before = await engine.health.verify(['p510']);
  expect(before.summary).toContain('p510: nzbget.service failed');
  const accepted = await engine.health.accept(['p510']);
  expect(accepted.summary).toMatch(/Later runs compare with this\.$/);
  const after = await engine.health.verify(['p510']);
  expect(after.summary).toMatch(/^No new trouble\./);
  expect(after.summary).not.toContain('Failed before too');
});

test('an update that moves nothing leaves nothing to review', async () => {
  const keys = await openKeys();
  await keys.press('C');
  await keys.press('u');
  const { lock } = keys.app();
  const names = lock.kind === 'read' ? lock.changes.map(({ path }) => path) : [];
  expect(names).not.toEqual([]);
  await keys.press('2', 'U', 'C');
  expect(keys.app().lock).toMatchObject({ changes: [] });
  expect(keys.app().stages.review.kind).not.toBe('outdated');
});

test('a culprit that was found stays known until its host is built or the lock moves', async () => {
  const { engine, state, deployables } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(deployables());
  await engine.build.bisect();
  expect(guiltyInputs(state().searches)).toEqual(['musnix']);
  await engine.build.test(['nas']);
  await engine.build.test(['studio']);
  expect(guiltyInputs(state().searches)).toEqual(['musnix']);
  await engine.lock.revert(['musnix']);
  expect(state().searches).toEqual([]);
});

test('putting back an input that did not move says that nothing moved', async () => {
  const { engine } = await openStage();
  expect((await engine.lock.revert(['nixpkgs'])).summary).toBe(
    'nixpkgs: nothing to put back, flake.lock is as it was.',
  );
  await engine.lock.update(['nixpkgs']);
  expect((await engine.lock.revert(['nixpkgs'])).summary).toBe(
    'nixpkgs: back to the committed lock.',
  );
});

test('the watch stands in the header after a deploy, and O shows its report with a line a host to sign', async () => {
  const keys = await deployed();
  const watch = keys.app().watches[0];
  const now = watch === undefined ? 0 : endOf(watch) - 1;
  expect(textOf(stateCounts(keys.app(), now, 200))).toMatch(
    /watch until 2026-11-\d\d \d\d:\d\d UTC/,
  );
  await keys.press('O');
  expect(keys.menu().title).toMatch(/^Watch report, until 2026-11-\d\d \d\d:\d\d UTC$/);
  expect(
    keys
      .menu()
      .note.map(({ text }) => text)
      .join('\n'),
  ).toContain('p620: not asked yet');
  await keys.choose('○ p620');
  expect(keys.menu().title).toBe('Sign p620');
  await keys.choose('fine');
  // The 24 hours are not over: it is asked once more.
  expect(keys.offers()).toEqual(['Wait', 'Sign now']);
  expect(keys.app().watches[0]?.signOffs).toEqual([]);
  await keys.choose('Sign now');
  expect(keys.menu().items.map(({ label }) => label)).toContain('✓ p620');
  expect(keys.app().watches[0]?.signOffs).toMatchObject([{ host: 'p620', trouble: [] }]);
});

test('m on a step that failed leads to what failed in it, and its log is that of the menu', async () => {
  const keys = await updated();
  await keys.press('T', '1');
  await keys.press('/', ...'p620', 'enter', 'escape', 'm');
  expect(selectedId(keys.app(), keys.ui())).toBe(`!${keys.app().causes[0]?.id}`);
  await keys.press('1', 'D');
  await keys.choose('deploy the others');
  await keys.choose('Deploy 5 hosts');
  await keys.press('m', 'm');
  await keys.choose('continue');
  await keys.press('1', 'g', 'j', 'j');
  expect(hostOfScreen(keys.app(), keys.ui())).toBe('p620');
  await keys.press('m');
  // Studio failed too, but in the test.
  expect(hostOfScreen(keys.app(), keys.ui())).toBe('nas');
  await keys.press('m');
  await keys.choose('log');
  expect(keys.ui().log.host).toBe('nas');
});

test('m before the review counts the alarms and puts the cursor on one', async () => {
  const keys = await openKeys();
  await keys.press('C', 'u', '2', 'G', 'm');
  expect(keys.toast()).toMatch(/looked at these changes, 1 alarm among them/);
  expect(selectedId(keys.app(), keys.ui())).toBe('fleet-modules/status-page');
  await keys.press('m');
  expect(keys.toast()).toMatch(/^reviewed/);
});
