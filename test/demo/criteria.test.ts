import { expect, test } from 'vitest';
import {
  criteriaDocument,
  criteriaMarkdown,
  criteriaText,
} from '../../source/commands/reports/criteria.ts';
import { guiltyInput } from '../../source/demo/world.ts';
import type { Criterion, CriterionProof } from '../../source/screen/rows/criterion.ts';
import { successCriteria } from '../../source/screen/rows/success-criteria.ts';
import { criteriaTexts } from '../../source/screen/texts/criteria.ts';
import { openOn, openStage, type Stage } from '../support/play.ts';

const criteriaOf = ({ state, world }: Stage): readonly Criterion[] =>
  successCriteria(state(), world.clock.now());

const stateOf = (criteria: readonly Criterion[], id: Criterion['id']): string =>
  criteria.find((one) => one.id === id)?.state ?? 'missing';

test('the checklist ticks itself as each line becomes true, and its evidence is there', async () => {
  const stage = await openStage();
  const { engine, deployables } = stage;
  const before = criteriaOf(stage);
  expect(before).toHaveLength(9);
  expect(before.every(({ evidence }) => evidence.length > 0)).toBe(true);
  expect(stateOf(before, 'updated')).toBe('open');
  expect(stateOf(before, 'dashboards')).toBe('open');

  await engine.check();
  expect(stateOf(criteriaOf(stage), 'dashboards')).toBe('met');
  await engine.lock.update('all');
  await engine.lock.revert([guiltyInput]);
  await engine.hosts.survey({ probe: false, evaluate: true });
  expect(stateOf(criteriaOf(stage), 'updated')).toBe('met');
  // What is held after the update is no changed input any more.
  const { lock } = stage.state();
  const changed = lock.kind === 'read' ? lock.changes.length : 0;
  expect(criteriaOf(stage).find(({ id }) => id === 'updated')?.evidence).toBe(
    `${changed} inputs changed since the commit`,
  );
  // Nothing failed: these steps were only not done yet.
  for (const id of ['built', 'deployed', 'committed', 'no-drift'])
    expect(criteriaOf(stage).find((one) => one.id === id)).toMatchObject({
      state: 'unmet',
      isNotYet: true,
    });
  engine.stages.passReview('person');
  await engine.build.test(deployables());
  expect(stateOf(criteriaOf(stage), 'built')).toBe('met');
  await engine.deploy.run(engine.deploy.plan(deployables(), 'switch'));
  await engine.health.verify(deployables());
  const deployed = criteriaOf(stage);
  // nas went back and samsung sleeps.
  expect(deployed.find(({ id }) => id === 'deployed')).toMatchObject({
    state: 'unmet',
    evidence: expect.stringContaining('nas'),
  });
  expect(deployed.find(({ id }) => id === 'deployed')).not.toHaveProperty('isNotYet');
  expect(deployed.find(({ id }) => id === 'no-drift')).toMatchObject({
    state: 'unmet',
    evidence: expect.stringContaining('not committed: flake.lock'),
  });
  expect(deployed.find(({ id }) => id === 'watched')).toMatchObject({
    state: 'open',
    evidence: expect.stringMatching(/the 24 hours end .*; not signed: /),
  });
  await engine.commit.run(await engine.commit.plan());
  expect(stateOf(criteriaOf(stage), 'committed')).toBe('met');

  // What was proven is known after nixup was closed, by what it left.
  const again = criteriaOf(await openOn(stage.world));
  expect(stateOf(again, 'committed')).toBe('met');
  expect(stateOf(again, 'built')).toBe('met');
  expect(stateOf(again, 'updated')).toBe('met');
});

const proofOf = (short: string, more: Partial<CriterionProof> = {}): CriterionProof => ({
  short,
  parts: [],
  ...more,
});

test('as Markdown it is a checklist, and foreign words make no markup of their own', () => {
  const evidence = '';
  const criteria: readonly Criterion[] = [
    {
      id: 'built',
      title: 'every host built',
      state: 'met',
      evidence,
      proof: proofOf('4 of 4 hosts', { by: 'test', at: Date.UTC(2026, 10, 23, 12) }),
    },
    {
      id: 'no-drift',
      title: 'no drift',
      state: 'unmet',
      evidence,
      proof: proofOf('1 file', { parts: [{ name: '*a*|b', state: 'unmet', words: '' }] }),
    },
    {
      id: 'watched',
      title: 'watched',
      state: 'open',
      evidence,
      proof: proofOf('1 of 4 hosts', {
        parts: [
          { name: 'db', state: 'met', words: '' },
          { name: 'web', state: 'open', words: 'not signed' },
          { name: 'nas', state: 'unmet', words: 'worse' },
          { name: 'mail', state: 'open', words: 'not signed' },
        ],
      }),
    },
    {
      id: 'deployed',
      title: 'deployed',
      state: 'unmet',
      isNotYet: true,
      evidence,
      proof: proofOf('0 of 1 host', { parts: [{ name: 'web', state: 'unmet', words: '' }] }),
    },
  ];
  expect(criteriaMarkdown(criteria).split('\n')).toEqual([
    '- [x] every host built: 4 of 4 hosts; test 2026-11-23 12:00 UTC',
    '- [ ] no drift (not met): 1 file',
    '  - [ ] \\*a\\*\\|b',
    '- [ ] watched: 1 of 4 hosts',
    '  - [ ] nas: worse',
    '  - [ ] web, mail: not signed',
    '  - [x] db',
    '- [ ] deployed (not yet): 0 of 1 host',
    '  - [ ] web',
  ]);
  expect(criteriaText(criteria).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'CRITERION STATE EVIDENCE',
    'every host built met 4 of 4 hosts; test 11-23 12:00 UTC',
    'no drift not met 1 file',
    ' not met *a*|b',
    'watched open 1 of 4 hosts',
    ' not met nas: worse',
    ' open web, mail: not signed',
    ' met db',
    'deployed not yet 0 of 1 host',
    ' not yet web',
  ]);
  expect(criteriaTexts(criteria).map(({ text }) => text.replaceAll(/(?<=\S) +/g, ' '))).toEqual([
    '✓ every host built 4 of 4 hosts; test 11-23 12:00 UTC',
    '✗ no drift not met: 1 file',
    '    ✗ *a*|b',
    '○ watched open: 1 of 4 hosts',
    '    ✗ nas: worse',
    '    ○ web, mail: not signed',
    '    ✓ db',
    '○ deployed not yet: 0 of 1 host',
    '    ○ web',
  ]);
  expect(criteriaDocument(criteria).criteria[2]).toMatchObject({
    short: '1 of 4 hosts',
    parts: [{ name: 'db' }, { name: 'web' }, { name: 'nas' }, { name: 'mail' }],
  });
});
