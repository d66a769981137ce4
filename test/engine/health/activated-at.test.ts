import { expect, test } from 'vitest';
import { openStage } from '../../support/play.ts';

test('a chart has the deploy that was taken back beside the sign of its rollback', async () => {
  const { engine, deployables, state } = await openStage();
  await engine.lock.update('all');
  engine.stages.passReview('person');
  await engine.build.test(['nas', 'p620']);
  await engine.deploy.run(engine.deploy.plan(['nas', 'p620'], 'switch'));
  expect(deployables()).toContain('nas');
  expect(state().hosts['nas']?.work.kind).toBe('rolledBack');
  const marksOf = async (host: string) => {
    const answer = await engine.health.chart(host, { metric: 'cpu', window: '1h' }, 60);
    return answer?.kind === 'read'
      ? answer.chart.marks.filter(({ kind }) => kind === 'deploy')
      : [];
  };
  const [deployed, back, ...more] = await marksOf('nas');
  expect(more).toEqual([]);
  expect(deployed).toEqual({ at: expect.any(Number), kind: 'deploy' });
  expect(back).toEqual({ at: expect.any(Number), kind: 'deploy', isRollback: true });
  expect((back?.at ?? 0) - (deployed?.at ?? 0)).toBeGreaterThan(0);
  // A host that stays has its deploy alone.
  expect(await marksOf('p620')).toEqual([{ at: expect.any(Number), kind: 'deploy' }]);
});
