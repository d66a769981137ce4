import { expect, test } from 'vitest';
import { calibrationText } from '../../source/commands/reports/calibration.ts';
import { watchVerdict } from '../../source/model/watch/report.ts';
import { calibrationTexts } from '../../source/screen/texts/metric.ts';
import { runLine } from '../support/documents.ts';
import { openStage, stillWorld } from '../support/play.ts';

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
  expect(result.summary).toMatch(/Worse: p510: CPU \d+ %, before \d+ % to \d+ %\./);
  expect(result.summary).toMatch(/Unknown for 5 of 8 hosts; each host says why\./);
  // Somebody took it back since it was deployed.
  expect(result.summary).toMatch(
    /^There is trouble: razer went backward: it runs an older system than nixup deployed last\./,
  );
  // Its own row has the rest.
  expect(result.hosts['razer']?.reason).toMatch(
    /^runs nixos-system-razer-26\.05\.4273\S* \(\S{7}\) .* and not what was deployed last; it went backward, to an older system/,
  );
  // No baseline says whether that is new.
  expect((await engine.health.watch(['p510'])).summary).toMatch(
    /p510 not known: whether this is new, because there is no baseline: nzbget.service failed/,
  );
  expect(state().stages.watch).toMatchObject({ kind: 'failed' });
});

test('the calibration is kept, and the watch says its rate beside its verdict', async () => {
  const { engine, state } = await openStage();
  const told: string[] = [];
  const calibrations = await engine.health.calibrate(['p620', 'samsung'], (words) =>
    told.push(words),
  );
  expect(told).toContain('CPU, 1 of 13 metrics');
  const [p620, samsung] = calibrations;
  expect(p620?.why).toBeNull();
  expect(p620?.metrics.cpu?.days).toBeGreaterThan(10);
  expect(samsung?.why).toMatch(/Prometheus has no metrics/);
  // Days are days of one metric of one host; of all together they are comparisons.
  for (const line of calibrationTexts(calibrations).map(({ text }) => text)) {
    const days = /of (\d+) days/.exec(line)?.[1];
    if (days !== undefined) expect(Number(days), line).toBeLessThanOrEqual(28);
  }
  const printed = calibrationText(calibrations).join('\n');
  expect(printed).toMatch(/^METRIC +COMPARED +WORSE/m);
  expect(printed).toMatch(/^p620 +CPU +\d\d? /m);
  await engine.health.watch(['p620']);
  const judged = state().hosts['p620']?.watch?.metrics.find(({ metric }) => metric === 'cpu');
  expect(judged?.cries).toEqual(p620?.metrics.cpu);
  expect(state().fleetWatch?.notes.join()).toMatch(
    /in the month before 2026-11-23 the rule said worse in \d+\.\d % of the comparisons/,
  );
});

test('a watch of hosts that do not answer is unknown, and no failure', async () => {
  const { engine } = await openStage();
  const result = await engine.health.watch(['samsung']);
  expect(result).toMatchObject({ ok: false, exitCode: 4 });
  expect(result.summary).toMatch(/^Nothing is known of the health: no host answered: samsung/);
});

test('a chart is as wide as the terminal, and 80 columns where there is none', async () => {
  const widthOfChart = async (columns: number | undefined, words = ''): Promise<number> => {
    const { answers } = await runLine(
      stillWorld(),
      `watch p620 --chart cpu${words}`,
      false,
      columns,
    );
    const drawn = answers
      .map(String)
      .join('\n')
      .split('\n')
      .filter((line) => /[\u2801-\u28ff]/.test(line));
    return Math.max(...drawn.map((line) => line.length));
  };
  expect(await widthOfChart(undefined)).toBe(80);
  expect(await widthOfChart(140)).toBe(140);
  expect(await widthOfChart(60)).toBe(60);
});
