import { expect, test } from 'vitest';
import { createTrust } from '../../../source/services/config/trust.ts';
import { strictWorld } from '../../support/strict-world.ts';

test('a content is trusted after it was trusted, and asked about again when it changes', async () => {
  const world = strictWorld({ files: { '/fleet/nixup.toml': 'a' } });
  const trust = createTrust(world);
  expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(false);
  expect(await trust.trust('/fleet/nixup.toml', 'a')).toMatchObject({ ok: true });
  expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(true);
  expect(await trust.isTrusted('/fleet/nixup.toml', 'b')).toBe(false);
  expect(await trust.isTrusted('/other/nixup.toml', 'a')).toBe(false);
});

test('going back to a trusted content asks nothing', async () => {
  const trust = createTrust(strictWorld({}));
  await trust.trust('/fleet/nixup.toml', 'a');
  await trust.trust('/fleet/nixup.toml', 'b');
  expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(true);
});

test('a damaged record trusts nothing and can be written again', async () => {
  const world = strictWorld({});
  const path = `${world.folders.state}/trusted.json`;
  for (const damaged of ['{', '[]', '{"/fleet/nixup.toml": 1}']) {
    await world.files.write(path, damaged);
    const trust = createTrust(world);
    expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(false);
    await trust.trust('/fleet/nixup.toml', 'a');
    expect(await trust.isTrusted('/fleet/nixup.toml', 'a')).toBe(true);
  }
});
