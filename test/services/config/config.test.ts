import { expect, test } from 'vitest';
import { success } from '../../../source/model/result.ts';
import { loadConfig } from '../../../source/services/config/config.ts';
import type { Files } from '../../../source/services/world/world.ts';

const worldWith = (texts: Readonly<Record<string, string>>) => ({
  workingFolder: '/home/ada',
  files: { read: async (path: string) => success(texts[path]) } as Files,
});

test('a flake without a file has the defaults', async () => {
  const config = await loadConfig(worldWith({}), { flake: '/fleet' });
  expect(config).toMatchObject({ ok: true, value: { commit: { style: 'conventional' } } });
});

test('a file that was asked for and is missing is a mistake', async () => {
  const config = await loadConfig(worldWith({}), { flake: '/fleet', file: 'other.toml' });
  expect(config).toMatchObject({
    ok: false,
    failure: [{ code: 'config-invalid', file: '/home/ada/other.toml' }],
  });
});

test("the file wins over the flake's own table, key by key", async () => {
  const world = worldWith({ '/fleet/nixup.toml': '[fleet]\nsoak = "5s"\n' });
  const config = await loadConfig(world, {
    flake: '/fleet',
    flakeTable: { fleet: { soak: '9m', on_failure: 'continue' } },
  });
  expect(config).toMatchObject({
    ok: true,
    value: { fleet: { soakMs: 5_000, onFailure: 'continue' } },
  });
});

test("a mistake in the flake's own table names the output", async () => {
  const config = await loadConfig(worldWith({}), { flake: '/fleet', flakeTable: { flet: {} } });
  expect(config).toMatchObject({
    ok: false,
    failure: [{ file: 'flake.nix (output nixup)', line: null, remedy: 'did you mean fleet?' }],
  });
});

test('a byte order mark before the text moves no line', async () => {
  const world = worldWith({ '/fleet/nixup.toml': '\uFEFF# a\n\n[flet]\n' });
  const config = await loadConfig(world, { flake: '/fleet' });
  expect(config).toMatchObject({
    ok: false,
    failure: [{ line: 3, detail: 'flet is not a known key', remedy: 'did you mean fleet?' }],
  });
});
