import { expect, test } from 'vitest';
import { guiltyInput } from '../../source/demo/world.ts';
import { showShortCommand } from '../../source/model/command.ts';
import { previewLines } from '../../source/model/deploy/preview-lines.ts';
import { lastActivation } from '../../source/model/host/last-activations.ts';
import { confirmRollback } from '../../source/screen/dialogs/confirm-back.ts';
import { confirmDeploy } from '../../source/screen/dialogs/confirm-deploy.ts';
import { troubleCounts } from '../../source/screen/rows/fleet.ts';
import { positionWords } from '../../source/screen/texts/host.ts';
import { positionOf, runningRevision } from '../../source/state/hosts.ts';
import { type LastCommit, lastCommitOf, type MadeCommit } from '../../source/state/last-commit.ts';
import type { Goal, RunSummary } from '../../source/state/run.ts';
import { nextStage } from '../../source/state/stage.ts';
import { noon } from '../fixtures/states.ts';
import { openStage, type Stage } from '../support/play.ts';

/** vault, razer and studio run an update that was committed and pushed. */
const committed = async (): Promise<Stage> => {
  const stage = await openStage();
  const { engine, deployables } = stage;
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.build.test(deployables());
  await engine.deploy.run(engine.deploy.plan(['vault', 'razer', 'studio'], 'switch'));
  const plan = await engine.commit.plan();
  expect(await engine.commit.run(plan)).toMatchObject({ ok: true });
  expect(await engine.commit.push()).toMatchObject({ ok: true });
  return stage;
};

const positionsOf = ({ state }: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(state().hosts).map(([name, host]) => [name, positionOf(host).kind]),
  );

const also = { lock: false, commit: true, push: true };

test('the dialog of going back with the commit lists the revert and its push, and who stands on that lock', async () => {
  const stage = await committed();
  const { engine, state } = stage;
  const revision = state().git?.head ?? '';
  const bare = engine.rollback.plan(['vault'], { kind: 'recorded' });
  const plan = await engine.rollback.preview(bare, also);
  const { body, commands, choices } = confirmRollback(plan, noon, also);
  const text = body.map((line) => line.text).join('\n');
  expect(text).toContain(
    `then commit ${revision.slice(0, 12)} is reverted: a new commit of its lock alone`,
  );
  expect(text).toContain('then that is pushed to origin/main');
  expect(text).toContain(
    // Router's system is the same with both locks.
    'razer, studio run what the lock says now too, and are not rolled back',
  );
  expect(plan.files?.commands).toHaveLength(2);
  expect(commands.slice(-2)).toEqual(plan.files?.commands.map(showShortCommand));
  expect(choices.map(({ label }) => label)).toEqual([
    'No',
    'Roll back vault, the commit, and push',
    'the same without the push',
  ]);
});

test('after going back with the commit every position is right at once', async () => {
  const stage = await committed();
  const { engine, state } = stage;
  expect(positionsOf(stage)).toMatchObject({ nas: 'stale', p620: 'stale' });
  const plan = engine.rollback.plan(['vault'], { kind: 'recorded' });
  const result = await engine.rollback.run(plan, also);
  expect(result).toMatchObject({ ok: true });
  expect(state().git).toMatchObject({ dirty: [], ahead: 0 });
  const positions = positionsOf(stage);
  // What never was deployed runs what the branch says again, and so does vault, which was booted
  // into an older kernel long ago; razer and studio run more than that.
  expect(positions).toMatchObject({ vault: 'rebootNeeded', nas: 'current', p620: 'current' });
  expect(positions['razer']).not.toMatch(/current|rebootNeeded/);
  expect(positions['studio']).not.toMatch(/current|rebootNeeded/);
  for (const host of stage.deployables())
    if (host !== 'samsung') expect(positions[host], host).not.toBe('unknown');
});

test('going back with the commit a second time changes nothing, and says that it was done', async () => {
  const stage = await committed();
  const { engine, state } = stage;
  const update = state().git?.head ?? '';
  const back = () => engine.rollback.plan(['vault'], { kind: 'recorded' });
  const first = await engine.rollback.run(back(), also);
  expect(first).toMatchObject({ ok: true });
  const revert = state().git?.head ?? '';
  const plan = await engine.rollback.preview(back(), also);
  expect(confirmRollback(plan, noon, also).body.map(({ text }) => text)).toContain(
    `no commit is reverted: commit ${update.slice(0, 12)} was reverted already, by ${revert.slice(0, 12)}`,
  );
  const second = await engine.rollback.run(plan, also);
  expect(second).toMatchObject({ ok: true, exitCode: 0, commit: null });
  expect(second.summary).toBe(
    `1 unchanged. No commit is reverted: commit ${update.slice(0, 12)} was reverted already, by ${revert.slice(0, 12)}. The branch is pushed.`,
  );
  expect(state().git?.head).toBe(revert);
});

test('after going back with the commit the holds stay, and the next steps are those of the old lock', async () => {
  const stage = await openStage();
  const { engine, state, deployables } = stage;
  await engine.lock.update('all');
  await engine.lock.hold([guiltyInput], { reason: 'does not build', until: null });
  await engine.build.test(deployables());
  await engine.deploy.run(engine.deploy.plan(['p620', 'razer', 'studio'], 'switch'));
  engine.stages.skip('deploy');
  expect(state().stages.deploy.kind).toBe('skipped');
  expect(
    await engine.commit.run(await engine.commit.plan({ also: [], rest: 'left' })),
  ).toMatchObject({
    ok: true,
  });
  const held = Object.entries(state().standings).flatMap(([name, { kind }]) =>
    kind === 'held' ? [name] : [],
  );
  expect(held).toContain(guiltyInput);
  const plan = engine.rollback.plan(['p620'], { kind: 'recorded' });
  const result = await engine.rollback.run(plan, { lock: false, commit: true, push: false });
  expect(result.summary).toMatch(/^p620 rolled back, as g\d+\. Commit [0-9a-f]{12} is reverted: /);
  for (const name of held) expect(state().standings[name], name).toMatchObject({ kind: 'held' });
  expect(state().putBack).toEqual([]);
  // There is nothing to review, and what was decided about the other lock does not count.
  expect(state().stages).toMatchObject({
    update: { kind: 'passed' },
    review: { kind: 'passed' },
    test: { kind: 'outdated' },
    deploy: { kind: 'outdated' },
  });
  expect(positionsOf(stage)).toMatchObject({ razer: 'ahead', studio: 'ahead' });
  await engine.build.test(deployables());
  expect(
    nextStage({
      ...state(),
      stages: { ...state().stages, check: { kind: 'passed', evidence: '', at: noon } },
    }),
  ).toBe('deploy');
  await engine.hosts.survey({ probe: true, evaluate: true });
  expect(positionsOf(stage)).toMatchObject({ razer: 'ahead', studio: 'ahead' });
  // They run something newer than the flake: row, dialog and preview say that a deploy takes them back.
  const razer = state().hosts['razer'];
  if (razer === undefined) throw new Error('no razer');
  expect(positionWords(razer, noon).words).toBe('newer than flake');
  expect(troubleCounts(state().hosts)['newer than the flake']).toBe(2);
  const again = engine.deploy.plan(['razer', 'studio', 'p620'], 'switch');
  const back = 'goes back to an older system (NixOS 26.05.6390 → 26.05.5186)';
  expect(again.targets.map(({ host, goesBack }) => [host, goesBack])).toEqual([
    ['razer', back],
    ['studio', back],
  ]);
  const dialog = confirmDeploy(again, state(), noon);
  expect(dialog.body.map(({ text }) => text.trim())).toContain(`razer ${back}`);
});

const ran = (goal: Goal, commit: string | null): RunSummary => ({
  id: `${goal}-${commit ?? ''}`,
  goal,
  startedAt: noon,
  hosts: [],
  ending: {
    at: noon,
    result: { ok: true, exitCode: 0, hosts: {}, commit, build: null, summary: '' },
  },
});

const made = (revision: string): LastCommit => ({ kind: 'made', revision });
const takenBack = (revision: string, by: string): LastCommit => ({
  kind: 'taken-back',
  revision,
  by,
});

test.each<[readonly RunSummary[], LastCommit]>([
  [[], { kind: 'none' }],
  [[ran('deploy', null), ran('commit', 'a')], made('a')],
  [[ran('run', 'b'), ran('commit', 'a')], made('b')],
  // The revert of b is no commit to revert, and a is what the hosts went back to.
  [[ran('rollback', 'r'), ran('commit', 'b'), ran('commit', 'a')], takenBack('b', 'r')],
  [[ran('rollback', null), ran('rollback', 'r'), ran('commit', 'b')], takenBack('b', 'r')],
  [[ran('rollback', 's'), ran('rollback', 'r'), ran('commit', 'b')], takenBack('b', 'r')],
  [[ran('commit', 'c'), ran('rollback', 'r'), ran('commit', 'b')], made('c')],
])('the commit that goes back is the newest one, once', (history, commit) => {
  expect(lastCommitOf({ history, madeCommits: [] })).toEqual(commit);
});

const shared = (revision: string, deed: MadeCommit['deed'], at: number): MadeCommit => ({
  revision,
  deed,
  at,
});

test.each<[string, readonly RunSummary[], readonly MadeCommit[], LastCommit]>([
  ['the timer of root made one', [], [shared('t', 'commit', 1)], made('t')],
  ['both know it', [ran('run', 't')], [shared('t', 'commit', 1)], made('t')],
  [
    'another took it back',
    [ran('run', 't')],
    [shared('t', 'commit', 1), shared('r', 'revert', 2)],
    takenBack('t', 'r'),
  ],
  [
    'a newer one of another user',
    [ran('run', 'own')],
    [shared('t', 'commit', noon + 1)],
    made('t'),
  ],
  ['an older one of another user', [ran('run', 'own')], [shared('t', 'commit', 1)], made('own')],
])('of commits that several users made, the newest goes back: %s', (_, history, madeCommits, commit) => {
  expect(lastCommitOf({ history, madeCommits })).toEqual(commit);
});

test('the board keeps no old answer about git and the lock after an update and a commit', async () => {
  const { engine, state, deployables } = await openStage();
  const evidence = (id: string): string =>
    state().board.find((row) => row.id === id)?.evidence ?? 'no such row';
  await engine.check();
  await engine.lock.update('all');
  expect(evidence('lock.file')).toMatch(/\d changes against HEAD$/);
  await engine.lock.revert([guiltyInput]);
  await engine.build.test(deployables());
  expect(await engine.commit.run(await engine.commit.plan())).toMatchObject({ ok: true });
  expect(evidence('lock.file')).toMatch(/same as in HEAD$/);
  expect(evidence('git.branch')).toContain(`main at ${state().git?.head?.slice(0, 7)}`);
  expect(evidence('git.upstream')).toBe('1 commit not on origin/main');
});

test('the preview of a deploy names a host that somebody took back since nixup deployed it', async () => {
  const { engine } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(['razer', 'p620']);
  const { targets } = await engine.deploy.preview(engine.deploy.plan(['razer', 'p620'], 'switch'));
  const telling = targets.flatMap(({ host, preview }) =>
    preview === undefined
      ? []
      : previewLines(preview, false)
          .filter(({ text }) => text.includes('than nixup deployed last'))
          .map((line) => ({ host, ...line })),
  );
  expect(telling).toEqual([
    {
      host: 'razer',
      text: 'went backward: it runs an older system than nixup deployed last',
      tone: 'warn',
    },
  ]);
});

test('a new system for the next boot warns of data that cannot go back, as a switch to it does', async () => {
  const { engine } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(['p620']);
  for (const mode of ['switch', 'boot'] as const) {
    const { targets } = await engine.deploy.preview(engine.deploy.plan(['p620'], mode));
    const texts = targets.flatMap(({ preview }) =>
      preview === undefined ? [] : previewLines(preview, false).map(({ text }) => text),
    );
    expect(texts, mode).toContain('grafana 13.0.2 → 14.0.0: data not reversible');
  }
});

test('the dialog of a rollback warns of data that the older version may not read', async () => {
  const { engine } = await openStage();
  await engine.lock.update('all');
  await engine.build.test(['p620']);
  await engine.deploy.run(engine.deploy.plan(['p620'], 'switch'));
  const plan = await engine.rollback.preview(engine.rollback.plan(['p620'], { kind: 'recorded' }));
  const { body } = confirmRollback(plan, noon);
  expect(body).toContainEqual(
    expect.objectContaining({
      text: '   grafana 14.0.0 → 13.0.2: may not read the data of 14.0.0',
      tone: 'warn',
    }),
  );
});

test('a host of the demo keeps what nixup did to it, a rollback too', async () => {
  const stage = await committed();
  const { engine, state } = stage;
  const kept = () => state().hosts['razer']?.facts?.activations ?? [];
  const current = () => state().hosts['razer']?.facts?.current;
  expect(kept()).toHaveLength(1);
  expect(lastActivation(state().hosts['razer']?.facts ?? null)).toMatchObject({
    to: current(),
    result: 'committed',
  });
  const back = engine.rollback.plan(['razer'], { kind: 'recorded' });
  expect(
    await engine.rollback.run(back, { lock: false, commit: false, push: false }),
  ).toMatchObject({
    ok: true,
  });
  expect(kept().map(({ to }) => to)).toEqual([kept()[1]?.from, current()]);
});

test('a host that was deployed before the commit names the commit that holds exactly the tested tree', async () => {
  const { state } = await committed();
  const head = state().git?.head;
  for (const name of ['razer', 'studio']) {
    const host = state().hosts[name];
    expect(host?.facts?.revision, name).not.toBe(head);
    expect(host === undefined ? null : runningRevision(host), name).toBe(head);
  }
});
