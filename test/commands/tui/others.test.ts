import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { followOthers } from '../../../source/commands/tui/followers.ts';
import type { Engine } from '../../../source/engine/contract.ts';
import { createAppStore } from '../../../source/store.ts';
import { noon } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';

const follow = async (files: readonly string[]) => {
  const store = createAppStore((tell) => tell());
  store.dispatchUi({ type: 'ticked', at: noon });
  const engine = createFixture().context.engine();
  if (engine === undefined) throw new Error('the engine is open');
  const looks = { count: 0 };
  const looking: Engine = {
    ...engine,
    runs: {
      ...engine.runs,
      filesOfOthers: async () => files,
      lookForOthers: async () => {
        looks.count += 1;
      },
    },
  };
  const works: Promise<void>[] = [];
  const stop = followOthers(store, looking, (work) => works.push(work()));
  onTestFinished(stop);
  await Promise.all(works);
  return { store, looks, stop };
};

const folderOfTest = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-others-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('a lock that comes and goes is looked at, and another file is not', async () => {
  const folder = await folderOfTest();
  const lock = path.join(folder, 'run.lock');
  const { looks } = await follow([path.join(folder, 'missing/run.lock'), lock]);
  await writeFile(path.join(folder, 'other'), '');
  await writeFile(lock, '{}');
  await vi.waitUntil(() => looks.count > 0, { timeout: 30_000 });
  const seen = looks.count;
  await rm(lock);
  await vi.waitUntil(() => looks.count > seen, { timeout: 30_000 });
});

test('where nothing can be watched it is looked at as the time goes on', async () => {
  const { store, looks, stop } = await follow(['/nowhere/run.lock']);
  store.dispatchUi({ type: 'ticked', at: noon + 1_000 });
  expect(looks.count).toBe(0);
  store.dispatchUi({ type: 'ticked', at: noon + 3_000 });
  expect(looks.count).toBe(1);
  await vi.waitUntil(async () => {
    store.dispatchUi({ type: 'ticked', at: store.getState().ui.now + 3_000 });
    return looks.count > 1;
  });
  stop();
  const seen = looks.count;
  store.dispatchUi({ type: 'ticked', at: noon + 9_000_000 });
  expect(looks.count).toBe(seen);
});
