import { expect, test } from 'vitest';
import { runUpdate } from '../../../source/engine/lock/update.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { canNixName } from '../../../source/model/inputs/input-name.ts';
import { movedInputs } from '../../../source/model/inputs/moves.ts';
import { isOwnInput, rootOfChange } from '../../../source/model/lock/change.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import { pathIn } from '../../../source/model/lock/paths.ts';
import { keepUpdatesOf, revertInputs } from '../../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { failed, success } from '../../../source/model/result.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

/** `flakeIdRegex` of Nix 2.8 to 2.34, `src/libflake/flake/flakeref.hh`: `[a-zA-Z][a-zA-Z0-9_-]*`. */
/** Nix 2.8 locks `inputs."a/b"`; beside it an input a that has an input b. */
test('an input whose name holds a slash is told apart from the input of another', () => {
  const lockAt = (own: string, inner: string) =>
    lockOf({
      'a/b': github('o/own', own, { inputs: { x: github('o/x', own) } }),
      a: github('o/a', '1', { inputs: { b: github('o/b', inner), c: github('o/c', inner) } }),
    });
  const [old, now] = [lockAt('1', '1'), lockAt('2', '2')];
  expect(canNixName('a/b', ['a/b', 'a'])).toBe(false);
  expect(canNixName('a/b', ['a'])).toBe(true);
  const changes = diffLocks(old, now).map((one) => [one.path, rootOfChange(one), isOwnInput(one)]);
  expect(changes).toContainEqual(['a/b', 'a/b', true]);
  expect(changes).toContainEqual(['a/b/x', 'a/b', false]);
  expect(changes).toContainEqual(['a/c', 'a', false]);
  expect(movedInputs(diffLocks(old, now))).toEqual(expect.arrayContaining(['a/b', 'a']));
  const reverted = revertInputs(old, now, ['a/b']);
  if (!reverted.ok) throw new Error('refused');
  expect(diffLocks(old, reverted.value).map(({ path }) => path)).toEqual(['a/b', 'a/c']);
  const kept = keepUpdatesOf(old, now, ['a/b']);
  if (!kept.ok) throw new Error('refused');
  expect(diffLocks(old, kept.value).map(({ path, root }) => [path, root])).toEqual([
    ['a/b', 'a/b'],
    ['a/b/x', 'a/b'],
  ]);
  expect(pathIn(now, 'a/b/x')).toEqual(['a/b', 'x']);
  expect(pathIn(now, 'a/c')).toEqual(['a', 'c']);
  expect(pathIn(now, 'constructor/b')).toEqual(['constructor', 'b']);
});

test.each([
  ['nixpkgs', true],
  ['home-manager/nixpkgs', true],
  ['nixpkgs_25-11', true],
  ['_1password-shell-plugins', false],
  ['nixpkgs-25.11', false],
  ['25', false],
  ['é', false],
  ['a/_b', false],
  ['a b', false],
])('whether Nix can name %s: %s', (name, can) => {
  expect(canNixName(name)).toBe(can);
});

const file = '/flake/flake.lock';

type Revisions = Readonly<Record<'_1' | 'n-25.11' | 'plain' | 'inner', string>>;

const lockWith = (at: Revisions): string =>
  writeFlakeLock(
    lockOf({
      _1: github('o/one', at._1),
      'n-25.11': github('o/two', at['n-25.11']),
      plain: github('o/three', at.plain, { inputs: { _x: github('o/inner', at.inner) } }),
      also: ['n-25.11'],
    }),
  );

const old: Revisions = { _1: '1', 'n-25.11': '1', plain: '1', inner: '1' };
const everything: Revisions = { _1: '2', 'n-25.11': '2', plain: '2', inner: '2' };

/** A Nix that updates everything, and refuses names that its command line does not take. */
const update = async (
  wish: readonly string[] | 'all',
  holds: readonly string[] = [],
  answer: 'accepted' | 'rejected' | 'silent' = 'accepted',
) => {
  const fleet = await fakeFleet([], { files: { [file]: lockWith(old) } });
  const asked: (readonly string[] | 'all')[] = [];
  const { files } = fleet.world;
  await files.write('/flake/flake.nix', '{ }');
  const context: EngineContext = {
    ...fleet.context,
    // What is kept, counted and asked of git is no matter here.
    world: {
      ...fleet.world,
      exec: async () => failed({ code: 'program-missing', program: 'git' }),
    },
    config: {
      ...fleet.context.config,
      inputs: Object.fromEntries(
        holds.map((name) => [name, { hold: { reason: 'so', until: null } }]),
      ),
    },
    nix: {
      ...fleet.context.nix,
      metadataAccepts: async () =>
        answer === 'silent'
          ? failed({
              code: 'command-timeout',
              command: 'nix flake metadata',
              afterMs: 1_000,
              tail: [],
            })
          : success(
              answer === 'accepted'
                ? { kind: 'accepted', description: null, revision: null, lastModified: null }
                : { kind: 'rejected', reason: 'no' },
            ),
      updateInputs: async (_flake, inputs) => {
        asked.push(inputs);
        if (inputs !== 'all' && !inputs.every((name) => canNixName(name)))
          throw new Error('Nix cannot name it');
        await files.write(file, lockWith(everything));
        return success({ commands: [], warnings: [] });
      },
    },
  };
  const session = createRunSession(context, 'run-1', 'update', new AbortController().signal);
  const outcome = await runUpdate(context, session, wish);
  const text = await files.read(file);
  return { outcome, asked, text: text.ok ? text.value : undefined };
};

test.each<[string, readonly string[] | 'all', readonly string[], Partial<Revisions>]>([
  ['one that Nix cannot name', ['n-25.11'], [], { 'n-25.11': '2' }],
  ['two, one of which Nix can name', ['_1', 'plain'], [], { _1: '2', plain: '2', inner: '2' }],
  ['all but a held one', 'all', ['plain'], { _1: '2', 'n-25.11': '2' }],
  ['one below another that stays', ['plain/_x'], [], { inner: '2' }],
])('updates %s, and puts the rest back', async (_title, wish, holds, moved) => {
  const { outcome, asked, text } = await update(wish, holds);
  expect(outcome.ok).toBe(true);
  expect(asked).toEqual(['all']);
  expect(text).toBe(lockWith({ ...old, ...moved }));
});

test('names that Nix takes are asked for as ever', async () => {
  expect((await update(['plain'])).asked).toEqual([['plain']]);
});

test('a lock that Nix does not accept is put back as it was', async () => {
  const { outcome, text } = await update(['_1'], [], 'rejected');
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'lock-invalid' } });
  expect(text).toBe(lockWith(old));
});

test('a lock of which Nix says nothing is put back as it was', async () => {
  const { outcome, text } = await update(['_1'], [], 'silent');
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'command-timeout' } });
  expect(text).toBe(lockWith(old));
});

test('every lock that is written can be read', async () => {
  expect(parseFlakeLock((await update(['_1'])).text ?? '', 'flake.lock').ok).toBe(true);
});
