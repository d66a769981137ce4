import { expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import { defaultConfig, heldInputs, hostSettings } from '../../../source/model/config/settings.ts';

test('without a file every setting has the documented default', () => {
  expect(defaultConfig.fleet).toEqual({
    jobs: { eval: 'auto', build: 'auto', probe: 'auto', copy: 4, activate: 4 },
    waves: [],
    soakMs: null,
    onFailure: 'stop',
    activationTimeoutMs: 900_000,
    confirmTimeoutMs: 60_000,
    revertTimeoutMs: 300_000,
    rebootOnRevertFailure: false,
    rebootTimeoutMs: 600_000,
    settleMs: 2_000,
    loginTimeoutMs: 5 * 60_000,
    keepGenerationsMs: 2_592_000_000,
  });
  expect(JSON.parse(JSON.stringify(defaultConfig))).toEqual(defaultConfig);
});

test('a host without a table has its name as address', () => {
  expect(hostSettings(defaultConfig, 'razer')).toMatchObject({
    address: 'razer',
    policy: 'auto',
    onUnhealthy: 'ask',
    deploy: null,
  });
});

test('a host named like an inherited property has no table', () => {
  expect(hostSettings(defaultConfig, 'constructor').address).toBe('constructor');
});

test("a host's table keeps what it says and fills in the rest", () => {
  const config = configSchema.parse({
    hosts: { p510: { address: 'p510.lan', policy: 'protected' } },
  });
  expect(hostSettings(config, 'p510')).toMatchObject({
    address: 'p510.lan',
    policy: 'protected',
    elevate: 'auto',
  });
});

test('a hold ends at the start of its day', () => {
  const config = configSchema.parse({
    inputs: { nixpkgs: { hold: { reason: 'GPU', until: '2026-12-24' } }, disko: {} },
  });
  expect([...heldInputs(config, '2026-12-23').keys()]).toEqual(['nixpkgs']);
  expect([...heldInputs(config, '2026-12-24').keys()]).toEqual([]);
});
