import { beforeAll, describe } from 'vitest';
import { bringUp, labObstacle, reset } from './lab.ts';

const obstacle = await labObstacle();
if (obstacle !== undefined) process.stderr.write(`lab tests are skipped: ${obstacle}\n`);

/** Tests on the lab in its first state; skipped, with one line that says why, where the lab cannot run. */
export const describeInLab = (title: string, body: () => void): void => {
  describe.skipIf(obstacle !== undefined)(title, { timeout: 300_000 }, () => {
    beforeAll(async () => {
      await bringUp((line) => process.stderr.write(`${line}\n`));
      await reset();
    }, 900_000);
    body();
  });
};
