import { expect, test } from 'vitest';
import { builtBefore, sayTestedPackages } from '../../../source/engine/build/tested-packages.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { success } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const path = (letter: string, name: string): string => `/nix/store/${letter.repeat(32)}-${name}`;

const system = (letter: string): string => path(letter, 'nixos-system-26.05');

/** `nix path-info --recursive --size` of two systems with openssl. */
const closures: Readonly<Record<string, string>> = {
  [system('a')]: `${system('a')}\t100\n${path('b', 'openssl-3.5.1')}\t200\n`,
  [system('c')]: `${system('c')}\t100\n${path('d', 'openssl-3.5.2')}\t210\n`,
};

const testing = async (valid: readonly string[], earlier: string | null) => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
  const { context } = fleet;
  const said: unknown[] = [];
  const world = {
    ...context.world,
    exec: async (command: { readonly args: readonly string[] }) => {
      const asked = command.args.at(-1) ?? '';
      const stdout = !valid.includes(asked)
        ? ''
        : command.args.includes('--recursive')
          ? (closures[asked] ?? '')
          : `${asked}\n`;
      return success({ stdout, stderr: '', exitCode: 0, tookMs: 1 });
    },
  };
  const at = { ...context, world, state: () => ({ ...fleet.state(), git: null }) };
  if (earlier !== null)
    await context.records.keepEvaluation({
      host: 'p620',
      tree: 'earlier',
      toplevel: earlier,
      derivation: null,
      builtAt: 1,
      dirty: false,
    });
  const session = createRunSession(at, '20261129-032210-abc', 'test', new AbortController().signal);
  session.say = (event) => {
    if (event.type === 'packages-moved') said.push([event.hosts, event.changes]);
  };
  for (const host of ['p620', 'razer'])
    session.outcome(host, {
      status: 'succeeded',
      from: null,
      to: system('c'),
      generation: null,
      reason: null,
    });
  return { context: at, session, said };
};

const moved = [['p620'], [{ name: 'openssl', kind: 'upgraded', old: ['3.5.1'], new: ['3.5.2'] }]];

test('a test says which packages its systems bring, against what was built before', async () => {
  const { context, session, said } = await testing([system('a'), system('c')], system('a'));
  await sayTestedPackages(context, session, new Set());
  expect(said).toEqual([moved]);
});

test.each<[string, readonly string[], string | null, readonly string[]]>([
  ['the system before is gone from the store', [system('c')], system('a'), []],
  ['no system before is known', [system('c')], null, []],
  ['this tree was built before', [system('a'), system('c')], system('a'), ['p620']],
  ['the system is the same', [system('a'), system('c')], system('c'), []],
])('where %s nothing is said', async (_why, valid, earlier, known) => {
  const { context, session, said } = await testing(valid, earlier);
  await sayTestedPackages(context, session, new Set(known));
  expect(said).toEqual([]);
});

test('a tree that was only evaluated was not built before', async () => {
  const { context } = await testing([], null);
  expect([...builtBefore(context, [entryOf('p620')])]).toEqual([]);
});
