import { expect, test } from 'vitest';
import { runLine } from '../support/documents.ts';
import { stillWorld } from '../support/play.ts';

test('an activation of the demo that takes long names the service that it waits for', async () => {
  const world = stillWorld();
  for (const line of ['update nixpkgs', 'test p620'])
    expect((await runLine(world, line)).status, line).toBe(0);
  const deployed = await runLine(world, 'deploy p620 --yes');
  expect(deployed.status).toBe(0);
  expect(`${deployed.messages}\n${deployed.answers.join('\n')}`).toMatch(
    /activating, waits for ollama to stop \(since 4 s\)/,
  );
});
