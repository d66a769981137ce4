import { expect, test } from 'vitest';
import { parseGithubCompare } from '../../../source/parsers/inputs/compare.ts';
import { breakingText } from '../../../source/screen/texts/lock-lists.ts';
import { createMonitoring } from '../../../source/services/board/monitoring.ts';
import { loadConfig } from '../../../source/services/config/config.ts';
import { openStage, stillWorld, today } from '../../support/play.ts';

test('the embedded config is valid, and its Prometheus and Grafana answer', async () => {
  const world = stillWorld();
  const config = await loadConfig(world, { flake: world.workingFolder });
  if (!config.ok) throw new Error(JSON.stringify(config.failure));
  const { prometheus, grafana } = createMonitoring(world, config.value.monitoring);
  const targets = await prometheus?.targets();
  expect(targets).toMatchObject({ ok: true });
  expect(await prometheus?.alerts()).toMatchObject({
    value: [{ state: 'firing' }],
  });
  const series = await prometheus?.queryRange('node_load1', {
    from: today - 3_600_000,
    to: today,
    stepSeconds: 60,
  });
  expect(series).toMatchObject({ ok: true });
  expect(await grafana?.health()).toMatchObject({ value: { database: 'ok' } });
  expect(await grafana?.dataSources()).toMatchObject({ value: [{ health: { kind: 'healthy' } }] });
});

test('every moved input has a commit count and subjects', async () => {
  const { engine, state } = await openStage();
  await engine.lock.update('all');
  const { lock } = state();
  const changes = lock.kind === 'read' ? lock.changes : [];
  for (const { path } of changes) await engine.inputs.loadCommits(path);
  const counts = Object.fromEntries(
    changes.map(({ path }) => [path, state().commits[path]?.count?.count ?? null]),
  );
  expect(counts).toMatchObject({ nixpkgs: 1204, 'home-manager': 18, musnix: 3, secrets: 3 });
  expect(counts['stylix/nixpkgs']).toBe(2381);
  expect(state().commits['nixpkgs']?.subjects?.[0]?.subject).toBe('linux_6_18: 6.18.19 -> 6.18.24');
  expect(state().commits['nixpkgs']?.subjects).toHaveLength(1_204);
  expect(breakingText(state()).map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^ {2}commit \w{7}: hyprland: BREAKING rename the option of the border$/),
  );
});

test('a server that the demo does not have is said so', async () => {
  const world = stillWorld();
  expect(await world.http({ url: 'https://example.org/' })).toMatchObject({
    failure: { code: 'http-failed', detail: 'the demo has no such server' },
  });
  const unknown = await world.http({
    url: 'https://api.github.com/repos/a/b/compare/1111...2222?page=1',
  });
  expect(unknown).toMatchObject({ value: { status: 404 } });
  expect(parseGithubCompare('{}')).toBeNull();
});
