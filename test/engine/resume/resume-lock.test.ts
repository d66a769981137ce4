import { expect, test } from 'vitest';
import { restoreLockGoal } from '../../../source/engine/lock/restore.ts';
import { runUpdate } from '../../../source/engine/lock/update.ts';
import { resumeLock } from '../../../source/engine/resume/resume-lock.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { failed, success } from '../../../source/model/result.ts';
import type { InterruptedRun, ResumeChoice } from '../../../source/state/run.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const textAt = (revision: string): string => writeFlakeLock(lockOf({ a: github('o/a', revision) }));
const file = '/flake/flake.lock';

const run = (id: string, over: Partial<InterruptedRun> = {}): InterruptedRun => ({
  id,
  goal: 'update',
  startedAt: 0,
  lastEventAt: 0,
  hosts: [],
  mode: 'switch',
  targets: {},
  origins: {},
  restarts: [],
  openDeeds: [{ host: null, deed: 'update all inputs', from: null, to: null, at: 0 }],
  finishedHosts: [],
  ...over,
});

/** An update that Nix had written when its process was killed. */
const killedUpdate = async () => {
  const fleet = await fakeFleet([], { files: { [file]: textAt('1') } });
  const { world } = fleet.context;
  const context = {
    ...fleet.context,
    world: {
      ...world,
      exec: async () => failed({ code: 'program-missing', program: 'git' } as const),
    },
    git: { ...fleet.context.git, show: async () => success(textAt('1')) },
    nix: {
      ...fleet.context.nix,
      updateInputs: async () => {
        await world.files.write(file, textAt('2'));
        throw new Error('killed');
      },
    },
  };
  const session = (id: string) =>
    createRunSession(context, id, 'update', new AbortController().signal);
  await expect(runUpdate(context, session('run-1'), 'all')).rejects.toThrow('killed');
  const resume = (choice: ResumeChoice, id = 'run-1', over: Partial<InterruptedRun> = {}) =>
    resumeLock(context, session('run-2'), run(id, over), choice);
  /** The same run found at a start, then the lock is put back by its own command. */
  const undo = async () => {
    fleet.context.emitter.emit({ type: 'interruption-found', run: run('run-1') });
    const ending = await restoreLockGoal(context, 'undo')(session('run-3'));
    return { ending, interrupted: fleet.state().interrupted };
  };
  const lock = async () => {
    const read = await world.files.read(file);
    return read.ok ? read.value : undefined;
  };
  return { resume, undo, lock };
};

test.each([
  ['leave', '2'],
  ['finish', '2'],
  ['rollback', '1'],
] as const)('an update that was cut off is closed without any host: %s', async (choice, left) => {
  const { resume, lock } = await killedUpdate();
  const ending = await resume(choice);
  expect(ending).toEqual({
    isOver: true,
    ending: { summary: expect.stringContaining('closed') },
  });
  expect(await lock()).toBe(textAt(left));
});

test('what somebody changed after it is not taken back with it', async () => {
  const { resume, lock } = await killedUpdate();
  expect((await resume('rollback', 'run-0')).ending.summary).toContain(
    'had not changed flake.lock',
  );
  expect(await lock()).toBe(textAt('2'));
});

test('an undo of what it did closes the run that was cut off as well', async () => {
  const { undo, lock } = await killedUpdate();
  expect(await undo()).toMatchObject({ interrupted: null });
  expect(await lock()).toBe(textAt('1'));
});

test('a rollback whose hosts were back already is not to be done again for every host', async () => {
  const { resume } = await killedUpdate();
  const alsoBack = { hosts: ['p620'], lock: true, commit: true, push: false };
  const { ending } = await resume('finish', 'run-1', { goal: 'rollback', alsoBack });
  expect(ending.summary).not.toContain('To do it again');
});
