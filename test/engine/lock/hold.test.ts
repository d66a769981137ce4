import { expect, test } from 'vitest';
import { runHold, runRelease } from '../../../source/engine/lock/hold.ts';
import { observeLock } from '../../../source/engine/lock/observe.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import type { Config } from '../../../source/model/config/settings.ts';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { success } from '../../../source/model/result.ts';
import { parseConfig } from '../../../source/parsers/config/config.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

const file = '/flake/nixup.toml';
const lock = writeFlakeLock(lockOf({ a: github('o/a', '1'), b: github('o/b', '1'), e: ['a'] }));

const flakeWith = async (text: string) => {
  const fleet = await fakeFleet([], { files: { [file]: text, '/flake/flake.lock': lock } });
  const { files } = fleet.context.world;
  const read = async (): Promise<string> => {
    const found = await files.read(file);
    return found.ok ? (found.value ?? '') : '';
  };
  const configOf = async (): Promise<Config> => {
    const parsed = parseConfig(await read(), 'nixup.toml');
    if (!parsed.ok) throw new Error('the configuration cannot be read');
    return parsed.value;
  };
  let config = await configOf();
  const context: EngineContext = {
    ...fleet.context,
    get config() {
      return config;
    },
    reloadConfig: async () => {
      config = await configOf();
      return true;
    },
    git: { ...fleet.context.git, show: async () => success(lock) },
  };
  await observeLock(context);
  const session = () => createRunSession(context, 'run-1', 'hold', new AbortController().signal);
  return {
    read,
    standing: () => fleet.state().standings,
    hold: (inputs: readonly string[], reason: string, until: string | null = null) =>
      runHold(context, session(), inputs, { reason, until }),
    release: (...inputs: string[]) => runRelease(context, session(), inputs),
  };
};

test('a hold that nixup wrote is changed by nixup, and taken away by it', async () => {
  const before = '[fleet]\nsoak = "2m"\n';
  const flake = await flakeWith(before);
  await flake.hold(['a'], 'it breaks', '2099-01-01');
  expect(await flake.hold(['a'], 'it breaks still')).toMatchObject({ ok: true });
  expect(await flake.read()).toBe(`${before}\n[inputs.a]\nhold = { reason = "it breaks still" }\n`);
  expect(flake.standing()['a']).toMatchObject({ kind: 'held', reason: 'it breaks still' });
  expect(await flake.release('a', 'b')).toEqual(success(['a']));
  expect(await flake.read()).toBe(before);
  expect(await flake.release('a')).toEqual(success([]));
});

test('a name that the flake does not have is neither held nor released', async () => {
  const flake = await flakeWith('');
  const unknown = { failure: { code: 'input-unknown', name: 'typo' } };
  expect(await flake.hold(['typo'], 'x')).toMatchObject(unknown);
  expect(await flake.release('typo')).toMatchObject(unknown);
});

test('a hold in a form of the person is left to them, and nothing is written', async () => {
  const text = '[inputs.a.hold]\nreason = "mine"\n';
  const flake = await flakeWith(text);
  expect(await flake.hold(['a'], 'new')).toMatchObject({ failure: { code: 'config-invalid' } });
  expect(await flake.release('a')).toMatchObject({ failure: { code: 'config-invalid' } });
  expect(await flake.read()).toBe(text);
});

test('an input that follows another is not held: that one is named', async () => {
  const flake = await flakeWith('');
  expect(await flake.hold(['e'], 'x')).toMatchObject({
    failure: { code: 'gate-closed', remedy: 'Hold that one: nixup hold a' },
  });
  expect(await flake.read()).toBe('');
});
