import { describe, expect, test } from 'vitest';
import { observeGit, observeLock } from '../../../source/engine/lock/observe.ts';
import { readPutBack } from '../../../source/engine/lock/put-back.ts';
import {
  type LockWish,
  restoredWords,
  runRestoreLock,
} from '../../../source/engine/lock/restore.ts';
import { runRevert } from '../../../source/engine/lock/revert.ts';
import { runUpdate } from '../../../source/engine/lock/update.ts';
import type { Withholding } from '../../../source/engine/lock/withhold.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { lockedNow } from '../../../source/engine/run/making.ts';
import { rememberWithdrawn } from '../../../source/engine/run/memory.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { LockFacts } from '../../../source/model/lock/facts.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { failed, type Result, success } from '../../../source/model/result.ts';
import type { MetadataAnswer } from '../../../source/services/nix/nix-metadata.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const textWith = (a: string, b: string): string =>
  writeFlakeLock(lockOf({ a: github('o/a', a), b: github('o/b', b) }));
const committed = textWith('1', '1');
const updated = textWith('2', '2');
const file = '/flake/flake.lock';

test('of a lock that HEAD does not have every input is new', async () => {
  const fleet = await fakeFleet([], { files: { [file]: committed } });
  const headWith = (answer: Result<string | null, Failure>) =>
    observeLock({ ...fleet.context, git: { ...fleet.context.git, show: async () => answer } });
  const changesOf = (lock: LockFacts) => (lock.kind === 'read' ? lock.changes : []);
  const absent = await headWith(success(null));
  expect(absent.ok && changesOf(absent.value)).toMatchObject([
    { path: 'a', kind: 'added' },
    { path: 'b', kind: 'added' },
  ]);
  const unknown = await headWith(failed({ code: 'program-missing', program: 'git' }));
  expect(unknown.ok && changesOf(unknown.value)).toEqual([]);
});

const marked = committed.replace('  "nodes"', '<<<<<<< HEAD\n  "nodes"');

test('a lock is not said to be that of HEAD where that one cannot be read', async () => {
  const fleet = await fakeFleet([], { files: { [file]: committed } });
  const { git } = fleet.context;
  const seen = await observeLock({
    ...fleet.context,
    git: { ...git, show: async () => success(marked) },
  });
  expect(seen).toMatchObject({
    value: { kind: 'read', uncompared: expect.stringContaining('conflict markers') },
  });
});

test('a good lock is never put back to a broken one of HEAD', async () => {
  const flake = await flakeAt(updated);
  const context: EngineContext = {
    ...flake.context,
    git: { ...flake.context.git, show: async () => success(marked) },
  };
  const session = createRunSession(context, 'run-x', 'revert', new AbortController().signal);
  for (const answer of [
    await runRestoreLock(context, session, 'committed'),
    await runRevert(context, session, ['a']),
  ])
    expect(answer).toMatchObject({ ok: false, failure: { code: 'lock-invalid', line: 2 } });
  expect(await flake.lock()).toEqual(holds(updated));
});

/** A flake at a lock, with a Nix that updates everything. */
const flakeAt = async (
  text: string,
  accepts: Result<MetadataAnswer, Failure> = success({
    kind: 'accepted',
    description: null,
    revision: null,
    lastModified: null,
  }),
  isInGit = true,
) => {
  const fleet = await fakeFleet([], { files: { [file]: text } });
  const { world } = fleet;
  const context: EngineContext = {
    ...fleet.context,
    world: { ...world, exec: async () => failed({ code: 'program-missing', program: 'git' }) },
    git: {
      ...fleet.context.git,
      show: async () => success(committed),
      ...(isInGit
        ? {}
        : {
            observe: async () => failed({ code: 'program-missing', program: 'git' }),
            show: async () => failed({ code: 'program-missing', program: 'git' }),
          }),
    },
    nix: {
      ...fleet.context.nix,
      metadataAccepts: async () => accepts,
      updateInputs: async () => {
        await world.files.write(file, updated);
        return success({ commands: [], warnings: [] });
      },
    },
  };
  await observeGit(context);
  let runs = 0;
  const session = () => {
    runs += 1;
    return createRunSession(context, `run-${runs}`, 'revert', new AbortController().signal);
  };
  return {
    context,
    events: fleet.events,
    lock: async () => (await world.files.read(file)).ok && (await world.files.read(file)),
    write: (now: string) => world.files.write(file, now),
    update: (inputs: readonly string[] | 'all' = 'all', withholding: Withholding = 'taken-back') =>
      runUpdate(context, session(), inputs, [], withholding),
    revert: (...inputs: string[]) => runRevert(context, session(), inputs),
    keep: (...inputs: string[]) => runRevert(context, session(), inputs, 'updated'),
    putBack: async () => (await readPutBack(context))?.names ?? [],
    restore: (wish: LockWish) => runRestoreLock(context, session(), wish),
  };
};

const holds = (text: string) => expect.objectContaining({ value: text });

test('an update is undone byte for byte, and the undoing too', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  expect(await flake.lock()).toEqual(holds(updated));
  expect(await flake.restore('undo')).toMatchObject(success({ deed: 'undo update all inputs' }));
  expect(await flake.lock()).toEqual(holds(committed));
  expect(await flake.restore('undo')).toMatchObject(success({ deed: 'redo update all inputs' }));
  expect(await flake.lock()).toEqual(holds(updated));
  expect(await flake.restore('undo')).toMatchObject(success({ deed: 'undo update all inputs' }));
});

test('an update that moved nothing is passed over by an undo', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  await flake.update();
  expect(await flake.restore('undo')).toMatchObject(success({ deed: 'undo update all inputs' }));
  expect(await flake.lock()).toEqual(holds(committed));
});

test('an undo names the inputs that it moved, not those that were asked for', async () => {
  const flake = await flakeAt(committed);
  await flake.update('all');
  const undone = await flake.restore('undo');
  expect(undone).toMatchObject(success({ inputs: expect.any(Array) }));
  const moved = undone.ok ? (undone.value?.inputs ?? []) : [];
  const told = restoredWords({ deed: 'undo update a, b, c, d, e', inputs: moved });
  expect(told).toBe(`Undone: update ${moved.join(', ')}.`);
  expect(restoredWords({ deed: 'redo revert musnix', inputs: ['musnix'] })).toBe(
    'Done again: revert musnix.',
  );
  expect(restoredWords({ deed: 'undo update all inputs', inputs: ['a', 'b', 'c', 'd'] })).toBe(
    'Undone: update 4 inputs (a, b, c …).',
  );
});

test('a reverted input is taken again by undoing', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  await flake.revert('a');
  expect(await flake.lock()).toEqual(holds(textWith('1', '2')));
  await flake.restore('undo');
  expect(await flake.lock()).toEqual(holds(updated));
});

test('putting back what did not move is nothing that could be undone', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  await flake.revert('a');
  expect(await flake.revert('a')).toEqual(success(undefined));
  await flake.restore('undo');
  expect(await flake.lock()).toEqual(holds(updated));
});

test('reverting input after input gives the committed bytes', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  await flake.revert('b');
  await flake.revert('a');
  expect(await flake.lock()).toEqual(holds(committed));
});

test('what was put back is kept again, each input by itself, whatever was put back meanwhile', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  expect(await flake.putBack()).toEqual([]);
  await flake.revert('a');
  await flake.revert('b');
  expect(await flake.putBack()).toEqual(['a', 'b']);
  expect(await flake.keep('a')).toMatchObject({ ok: true });
  expect(await flake.lock()).toEqual(holds(textWith('2', '1')));
  expect(await flake.putBack()).toEqual(['b']);
  await flake.restore('undo');
  expect(await flake.putBack()).toEqual(['a', 'b']);
  await flake.restore('undo');
  expect(await flake.keep('b')).toMatchObject({ ok: true });
  expect(await flake.lock()).toEqual(holds(updated));
  expect(await flake.putBack()).toEqual([]);
});

test('nothing is kept that was not put back, and nothing over what something else wrote', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  expect(await flake.keep('a')).toMatchObject({ failure: { code: 'revert-refused', input: 'a' } });
  await flake.revert('a');
  await flake.write(textWith('3', '3'));
  expect(await flake.putBack()).toEqual([]);
  expect(await flake.keep('a')).toMatchObject({ failure: { code: 'revert-refused' } });
  expect(await flake.lock()).toEqual(holds(textWith('3', '3')));
});

test('a repository that git cannot look at has its committed lock all the same', async () => {
  const flake = await flakeAt(committed, undefined, false);
  const { context } = flake;
  await context.world.files.write('/flake/.git', 'gitdir: /elsewhere\n');
  Object.assign(context.git, { show: async () => success(committed) });
  await flake.update();
  expect(await flake.revert('a')).toMatchObject({ ok: true });
  expect(await flake.lock()).toEqual(holds(textWith('1', '2')));
});

test('without a repository an input goes back to the lock from before the update', async () => {
  const flake = await flakeAt(textWith('0', '0'), undefined, false);
  expect(await flake.revert('a')).toMatchObject({
    failure: { code: 'revert-refused', detail: expect.stringContaining('no git repository') },
  });
  await flake.update();
  const observed = await observeLock(flake.context);
  expect(observed.ok && observed.value).toMatchObject({
    changes: [
      { path: 'a', kind: 'updated' },
      { path: 'b', kind: 'updated' },
    ],
  });
  expect(await flake.revert('b')).toMatchObject({ ok: true });
  expect(await flake.lock()).toEqual(holds(textWith('2', '0')));
  await flake.revert('a');
  expect(await flake.lock()).toEqual(holds(textWith('0', '0')));
  expect(await flake.restore('committed')).toMatchObject({
    failure: { detail: expect.stringContaining('nixup revert --undo') },
  });
});

test('nothing is undone over what something else wrote meanwhile', async () => {
  const flake = await flakeAt(committed);
  await flake.update();
  await flake.write(textWith('3', '3'));
  expect(await flake.restore('undo')).toMatchObject({
    ok: false,
    failure: { code: 'revert-refused', detail: expect.stringContaining('refs/nixup/locks/run-1') },
  });
  expect(await flake.lock()).toEqual(holds(textWith('3', '3')));
});

test('an update that was killed in the middle is undone, whatever it left', async () => {
  const flake = await flakeAt(committed);
  const { context } = flake;
  const nix = {
    ...context.nix,
    updateInputs: async () => {
      await flake.write('half a fi');
      throw new Error('killed');
    },
  };
  const session = createRunSession(context, 'run-0', 'update', new AbortController().signal);
  await expect(runUpdate({ ...context, nix }, session, 'all')).rejects.toThrow('killed');
  expect(await flake.restore('undo')).toMatchObject(success({ deed: 'undo update all inputs' }));
  expect(await flake.lock()).toEqual(holds(committed));
});

test('the committed lock is restored over one that cannot be read', async () => {
  const flake = await flakeAt('<<<<<<< HEAD\n');
  expect(await flake.restore('committed')).toMatchObject(
    success({ deed: 'restore the committed lock' }),
  );
  expect(await flake.lock()).toEqual(holds(committed));
  expect(await flake.restore('committed')).toEqual(success(null));
});

test('a lock that Nix does not accept is not left behind', async () => {
  const flake = await flakeAt(committed, success({ kind: 'rejected', reason: 'it lacks b' }));
  await flake.update();
  expect(await flake.revert('a')).toMatchObject({
    failure: { code: 'revert-refused', detail: expect.stringContaining('it lacks b') },
  });
  expect(await flake.lock()).toEqual(holds(updated));
});

const notices = (fleet: { readonly events: readonly AppEvent[] }): readonly string[] =>
  fleet.events.flatMap((event) => (event.type === 'noticed' ? [event.text] : []));

test('why a named input did not move is found in the file', async () => {
  const pinned = { ...github('o/a', '1', { original: { rev: 'a'.repeat(40) } }) };
  const flake = await flakeAt(writeFlakeLock(lockOf({ a: pinned, b: ['a'] })));
  const nix = {
    ...flake.context.nix,
    updateInputs: async () => success({ commands: [], warnings: [] }),
  };
  const session = createRunSession(flake.context, 'run-0', 'update', new AbortController().signal);
  await runUpdate({ ...flake.context, nix }, session, ['a', 'b']);
  expect(notices(flake)).toEqual([
    'a is pinned to aaaaaaa, 37 d old, in flake.nix and cannot move.',
    'b follows a; update that one.',
  ]);
});

test('an input that its remote has newer, or whose remote is silent, is a warning', async () => {
  const flake = await flakeAt(writeFlakeLock(lockOf({ a: github('o/a', '1') })));
  const updated = async (exec: EngineContext['world']['exec'], id: string) => {
    const nix = {
      ...flake.context.nix,
      updateInputs: async () => success({ commands: [], warnings: [] }),
    };
    const context = { ...flake.context, nix, world: { ...flake.context.world, exec } };
    await runUpdate(
      context,
      createRunSession(context, id, 'update', new AbortController().signal),
      'all',
    );
  };
  await updated(
    async () => success({ stdout: `${'c'.repeat(40)}\tHEAD\n`, stderr: '', tookMs: 1 }),
    'run-1',
  );
  await updated(async () => failed({ code: 'program-missing', program: 'git' }), 'run-2');
  expect(notices(flake)).toEqual([
    'a did not move although its remote has ccccccc; it was not fetched, try again.',
    expect.stringContaining('a did not move, and its remote could not be asked'),
  ]);
});

test('a name that neither lock nor flake.nix knows is refused, one that Nix did not see is told', async () => {
  const flake = await flakeAt(committed);
  await flake.context.world.files.write(
    '/flake/flake.nix',
    '{ inputs.fresh.url = "github:o/fresh"; }',
  );
  const session = () =>
    createRunSession(flake.context, 'run-0', 'update', new AbortController().signal);
  expect(await runUpdate(flake.context, session(), ['typo'])).toMatchObject({
    failure: { code: 'input-unknown', name: 'typo' },
  });
  expect(await runUpdate(flake.context, session(), ['fresh'])).toMatchObject({
    failure: { code: 'lock-not-written', detail: expect.stringContaining('fresh') },
  });
});

describe('a revision that was taken back together with hosts', () => {
  const takenBack = async () => {
    const flake = await flakeAt(committed);
    await observeLock(flake.context);
    await flake.update();
    const moved = lockedNow(flake.context);
    // The commit of a alone is reverted; then the lock is what it was.
    const after = new Map([...moved].map(([name, at]) => [name, name === 'a' ? 'old' : at]));
    const forget = await rememberWithdrawn(flake.context, 'run-0', after, 'taken back with p620');
    await flake.restore('undo');
    await observeLock(flake.context);
    return { ...flake, forget };
  };

  test('is remembered before the lock goes back, and forgotten again where it stays', async () => {
    const flake = await flakeAt(committed);
    await observeLock(flake.context);
    await flake.update();
    const { records } = flake.context;
    const after = new Map([...lockedNow(flake.context)].map(([name]) => [name, 'old']));
    const why = 'taken back with p620';
    const forget = await rememberWithdrawn(flake.context, 'run-0', after, why);
    const [one] = records.withdrawn();
    expect(records.withdrawn().map(({ input }) => input)).toEqual(['a', 'b']);
    await forget();
    expect(records.withdrawn()).toEqual([]);
    // What an earlier run had taken back stays so.
    if (one === undefined) throw new Error('nothing was remembered');
    const earlier = { ...one, run: 'run-before' };
    await records.keepWithdrawn([earlier]);
    await (await rememberWithdrawn(flake.context, 'run-0', after, why))();
    expect(records.withdrawn()).toEqual([earlier]);
  });

  test('stays remembered where the lock went back and what came after that failed', async () => {
    const { context, forget } = await takenBack();
    await forget();
    expect(context.records.withdrawn()).toMatchObject([{ input: 'a' }]);
  });

  test('does not come again with the next update, which says so and takes the rest', async () => {
    const flake = await takenBack();
    const result = await flake.update();
    expect(await flake.lock()).toEqual(holds(textWith('1', '2')));
    expect(result).toMatchObject({
      ok: true,
      value: { changes: [expect.anything()], unmoved: { a: { kind: 'withheld' } } },
    });
    expect(flake.events).toContainEqual(
      expect.objectContaining({
        type: 'noticed',
        tone: 'warning',
        text: expect.stringMatching(
          /^a did not move to .*: it was taken back with p620, .* ago; to take it anyway, name it in the update/,
        ),
      }),
    );
  });

  test('comes when it is asked for by its name, and is asked for from then on', async () => {
    const flake = await takenBack();
    await flake.update(['a']);
    expect(await flake.lock()).toEqual(holds(updated));
  });

  test('stays, and that is said, where Nix does not accept the lock without it', async () => {
    const flake = await takenBack();
    Object.assign(flake.context.nix, {
      metadataAccepts: async () => success({ kind: 'rejected', reason: 'a is needed' }),
    });
    await flake.update();
    expect(await flake.lock()).toEqual(holds(updated));
    expect(flake.events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('updated anyway') }),
    );
  });

  test('ends the update where Nix cannot be asked: what was taken back is not taken unseen', async () => {
    const flake = await takenBack();
    const failure: Failure = {
      code: 'command-timeout',
      command: 'nix flake metadata',
      afterMs: 1_000,
      tail: [],
    };
    Object.assign(flake.context.nix, { metadataAccepts: async () => failed(failure) });
    expect(await flake.update()).toEqual(failed(failure));
    expect(await flake.lock()).toEqual(holds(updated));
    expect(await flake.revert('a')).toMatchObject({
      ok: false,
      failure: { code: 'revert-refused' },
    });
    expect(await flake.lock()).toEqual(holds(updated));
  });

  test('one that only failed in a test is left alone where nobody is there, and else warned of', async () => {
    const flake = await flakeAt(committed);
    await observeLock(flake.context);
    await flake.update();
    const [revision] = [lockedNow(flake.context).get('a') ?? ''];
    await flake.restore('undo');
    await flake.context.records.keepBadRevisions([
      {
        input: 'a',
        revision,
        host: 'p620',
        at: 0,
        run: 'x',
        why: 'widget does not build',
        together: [],
      },
    ]);
    await flake.update('all', 'failed-too');
    expect(await flake.lock()).toEqual(holds(textWith('1', '2')));
    await flake.restore('undo');
    await flake.update();
    expect(await flake.lock()).toEqual(holds(updated));
  });
});
