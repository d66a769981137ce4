import { expect, test } from 'vitest';
import { observeLock } from '../../../source/engine/lock/observe.ts';
import { runUpdate } from '../../../source/engine/lock/update.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { failed, success } from '../../../source/model/result.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { lockOf } from '../../support/lock-samples.ts';

const notices = (fleet: { readonly events: readonly AppEvent[] }): readonly string[] =>
  fleet.events.flatMap((event) => (event.type === 'noticed' ? [event.text] : []));

/** A flake whose inputs a and b lie on this machine; Nix fails while an input in `broken` is among those to update. */
const withBroken = async (broken: string, said: Failure, isThere = false, writesLock = false) => {
  const at = (name: string, rev: string) =>
    ({
      original: { type: 'git', url: `file:///src/${name}` },
      locked: { type: 'git', url: `file:///src/${name}`, rev: rev.repeat(40), lastModified: 1 },
    }) as const;
  const lock = (a: string) =>
    writeFlakeLock(lockOf({ a: at('a', a), b: at('b', '1'), c: at('c', '1'), e: ['a'] }));
  const fleet = await fakeFleet([], { files: { '/flake/flake.lock': lock('1') } });
  const { files } = fleet.context.world;
  await files.write(
    '/flake/flake.nix',
    '{\n  inputs.a.url = "git+file:///src/a";\n  inputs.b.url = "git+file:///src/b";\n}\n',
  );
  for (const name of ['a', 'b', 'c']) {
    if (isThere || name !== broken) await files.write(`/src/${name}`, 'a folder');
    if (isThere || name !== broken) await files.write(`/src/${name}/flake.nix`, '{ }');
  }
  const asked: (readonly string[] | 'all')[] = [];
  const context: EngineContext = {
    ...fleet.context,
    config: {
      ...fleet.context.config,
      inputs: {
        b: { hold: { reason: 'it was broken', until: '2020-01-01' } },
        c: { hold: { reason: 'it breaks', until: '2027-01-01' } },
      },
    },
    world: {
      ...fleet.context.world,
      exec: async ({ args }) =>
        args.includes('ls-files')
          ? success({ stdout: 'flake.nix\0', stderr: '', tookMs: 1 })
          : success({
              stdout: `${(args.some((one) => one.includes('/src/a')) ? '2' : '3').repeat(40)}\tHEAD\n`,
              stderr: '',
              tookMs: 1,
            }),
    },
    nix: {
      ...fleet.context.nix,
      updateInputs: async (_flake, inputs) => {
        asked.push(inputs);
        if (writesLock) await files.write('/flake/flake.lock', lock('2'));
        if (inputs === 'all' || inputs.includes(broken)) return failed(said);
        await files.write('/flake/flake.lock', lock('2'));
        return success({ commands: [], warnings: [] });
      },
    },
  };
  await observeLock(context);
  const update = (wish: readonly string[] | 'all') =>
    runUpdate(
      context,
      createRunSession(context, 'run-1', 'update', new AbortController().signal),
      wish,
    );
  return { update, asked, events: fleet.events };
};

const gitFailure: Failure = {
  code: 'fetch-failed',
  inputs: [],
  detail: "'/src/b' does not appear to be a git repository",
};

test('one input that cannot be fetched does not keep the others, and every one that stayed has its reason', async () => {
  const { update, asked, events } = await withBroken('b', gitFailure);
  expect(await update('all')).toMatchObject({
    ok: true,
    value: {
      changes: [expect.anything()],
      unfetched: [{ name: 'b', place: 'flake.nix, line 3' }],
      unmoved: {
        b: { kind: 'unfetched', why: expect.stringContaining(gitFailure.detail) },
        c: { kind: 'held', until: '2027-01-01', newer: '3'.repeat(40) },
        e: { kind: 'follows', target: 'a' },
      },
    },
  });
  expect(asked).toEqual([['a', 'b'], ['a']]);
  expect(notices({ events })).toEqual([
    'The hold of b ended on 2020-01-01 and holds nothing any more: it was broken',
    expect.stringMatching(/^b could not be fetched: .*flake\.nix, line 3/),
  ]);
});

test('an input that alone was asked for and cannot be fetched fails the update, named with its place', async () => {
  const { update } = await withBroken('b', gitFailure);
  const result = await update(['b']);
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'fetch-failed', inputs: [{ name: 'b', place: 'flake.nix, line 3' }] },
  });
});

test('when Nix fails at something else, nothing is tried again', async () => {
  const failure: Failure = {
    code: 'evaluation-failed',
    host: null,
    cause: 'syntax error',
    tail: [],
  };
  const { update, asked } = await withBroken('b', failure, true);
  expect(await update('all')).toEqual(failed(failure));
  expect(asked).toEqual([['a', 'b']]);
});

test('a lock that Nix changed before it failed is not told to be as it was', async () => {
  const detail = "sha1 file '/flake/.git/index.lock' write error. Out of diskspace";
  const failure: Failure = { code: 'lock-not-written', detail };
  const { update, events } = await withBroken('b', failure, true, true);
  const updated = await update(['b']);
  expect(updated).toEqual(failed({ ...failure, isMoved: true }));
  expect(updated.ok ? '' : explainInLine(updated.failure)).toBe(
    `Nix failed after it had changed flake.lock: ${detail}. Correct that, and look at the difference (nixup diff); to take it back: nixup revert --undo`,
  );
  expect(events.filter((one) => one.type === 'lock-observed')).not.toEqual([]);
});

test('where nobody says which input it was, each is tried by itself', async () => {
  const silent: Failure = { code: 'fetch-failed', inputs: [], detail: 'HTTP error 403' };
  const { update, asked } = await withBroken('b', silent, true);
  expect(await update('all')).toMatchObject({
    value: {
      changes: [expect.anything()],
      unmoved: {
        b: { kind: 'unfetched', obstacle: 'nix', why: 'HTTP error 403 (flake.nix, line 3)' },
      },
    },
  });
  expect(asked).toEqual([['a', 'b'], ['a'], ['b']]);
});
