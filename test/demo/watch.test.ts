import { expect, test } from 'vitest';
import { watchVerdict } from '../../source/model/watch/report.ts';
import { openStage } from '../support/play.ts';

test('the watch tells which host became worse, with the numbers, and what is not known', async () => {
  const { engine, state, deployables } = await openStage();
  const result = await engine.health.watch(deployables());
  const verdicts = Object.fromEntries(
    Object.entries(state().hosts).flatMap(([host, { watch }]) =>
      watch === undefined ? [] : [[host, watchVerdict(watch)]],
    ),
  );
  expect(verdicts).toMatchObject({ p620: 'as-before', p510: 'worse', samsung: 'unknown' });
  expect(result.exitCode).toBe(5);
  expect(result.summary).toMatch(
    /Worse: p510: CPU is above every one of the last 7 days at these hours: \d+ % against \d+ %/,
  );
  expect(result.summary).toContain('Unknown: samsung: metrics: ');
  expect(result.summary).toMatch(/Unknown: razer, [^:]+: Prometheus has no metrics\./);
  expect(state().stages.watch).toMatchObject({ kind: 'failed' });
});
