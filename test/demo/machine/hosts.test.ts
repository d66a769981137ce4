import { expect, test } from 'vitest';
import type { HostEntry } from '../../../source/model/host/host.ts';
import { unitDetailsLines } from '../../../source/model/host/unit-details.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { createNix } from '../../../source/services/nix.ts';
import type { World } from '../../../source/services/world/world.ts';
import { entryOf } from '../../fixtures/states.ts';
import { stillWorld } from '../../support/play.ts';

const entryInDemo = (name: string): HostEntry => entryOf(name, { here: name === 'p620' });

const unwrap = <Value>(
  result: { ok: true; value: Value } | { ok: false; failure: unknown },
): Value => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};

/** Updates everything, builds the host and answers its new system. */
const newSystem = async (world: World, host: string): Promise<string> => {
  const nix = createNix(world);
  await nix.updateInputs(world.workingFolder, 'all');
  const wanted = unwrap(await nix.evaluateToplevel(world.workingFolder, host));
  const [built] = await nix.build([{ host, ...wanted }], { jobs: 1 });
  expect(built?.outcome.ok).toBe(true);
  return wanted.toplevel;
};

test('a probe finds every fact of a machine', async () => {
  const hosts = createHosts(stillWorld());
  const facts = unwrap(await hosts.probe(entryInDemo('p620')));
  expect(facts).toMatchObject({
    hostName: 'p620',
    elevation: 'sudo',
    copyTrusted: true,
    rebootNeeded: false,
    clockSkewMs: 0,
    kernel: '6.12.63',
    nixVersion: '2.34.1',
    failedUnits: [],
    bootDefault: { kind: 'resolved', loader: 'systemd-boot' },
  });
  expect(facts.profile).toBe(facts.current);
  expect(facts.generations.at(-1)).toMatchObject({ number: 241, path: facts.current });
  expect(facts.activeUnits).toContain('grafana.service');
  // No other activation runs: that one fact is an absence.
  const missing = Object.entries(facts).filter(([, value]) => value === null);
  expect(missing).toEqual([['activationLock', null]]);
});

test('each fate is there: a reboot is due, an old unit failed, a laptop is asleep', async () => {
  const hosts = createHosts(stillWorld());
  expect(unwrap(await hosts.probe(entryInDemo('vault'))).rebootNeeded).toBe(true);
  expect(unwrap(await hosts.probe(entryInDemo('p510'))).failedUnits).toEqual(['nzbget.service']);
  expect(await hosts.probe(entryInDemo('samsung'))).toMatchObject({
    failure: { code: 'host-unreachable', host: 'samsung' },
  });
});

test('a system is copied, activated, reached again, made permanent and taken back', async () => {
  const world = stillWorld();
  const hosts = createHosts(world);
  const entry = entryInDemo('vault');
  const before = unwrap(await hosts.probe(entry));
  const to = await newSystem(world, 'vault');
  const asked = { activeUnits: before.activeUnits, isSwitched: true };
  const forecast = unwrap(await hosts.preview(entry, to, asked));
  expect(forecast.basis).toBe('forecast');
  expect(forecast.impact.stop.length + forecast.impact.restart.length).toBeGreaterThan(0);
  expect(unwrap(await hosts.copy(entry, to)).isNew).toBe(true);
  expect(unwrap(await hosts.copy(entry, to)).isNew).toBe(false);
  expect(unwrap(await hosts.preview(entry, to, asked)).basis).toBe('exact');
  const lines: string[] = [];
  const activated = unwrap(
    await hosts.activate(entry, {
      id: 'run-vault',
      from: before.current,
      to,
      mode: 'test',
      onLine: (line) => lines.push(line),
    }),
  );
  expect(activated).toMatchObject({ exitCode: 0, kind: 'done' });
  expect(lines).toContain('activating the configuration...');
  expect(activated.impact.restart).toContain('nix-daemon.service');
  expect(unwrap(await hosts.contact(entry, to)).isExpected).toBe(true);
  expect(unwrap(await hosts.probe(entry)).profile).toBe(before.current);
  const kept = unwrap(await hosts.setProfileAndBoot(entry, to));
  expect(kept).toMatchObject({ generation: 46, boot: { kind: 'resolved', toplevel: to } });
  const back = unwrap(await hosts.rollback(entry, { id: 'back', to: before.current ?? '' }));
  expect(back.activation?.exitCode).toBe(0);
  expect(unwrap(await hosts.probe(entry))).toMatchObject({
    current: before.current,
    profile: before.current,
    bootDefault: { toplevel: before.current },
  });
});

test('an unchanged profile gets no new generation', async () => {
  const hosts = createHosts(stillWorld());
  const { current } = unwrap(await hosts.probe(entryInDemo('p620')));
  expect(unwrap(await hosts.setProfileAndBoot(entryInDemo('p620'), current ?? '')).generation).toBe(
    241,
  );
});

test('immich does not survive the newest system of nas, and its journal says why', async () => {
  const world = stillWorld();
  const hosts = createHosts(world);
  const entry = entryInDemo('nas');
  const { current } = unwrap(await hosts.probe(entry));
  const to = await newSystem(world, 'nas');
  await hosts.copy(entry, to);
  const activated = unwrap(
    await hosts.activate(entry, { id: 'a', from: current, to, mode: 'test' }),
  );
  expect(activated).toMatchObject({
    exitCode: 4,
    kind: 'units-failed',
    failedUnits: ['immich-server.service'],
  });
  const details = unitDetailsLines(
    unwrap(
      await hosts.units.details(entry, 'immich-server.service', { since: null, level: 'all' }),
    ),
    entry.name,
  ).join('\n');
  expect(details).toContain('extension "vectorchord" is not available');
  expect(details).toContain('Active: failed');
});

test('a system that was not copied cannot be activated', async () => {
  const world = stillWorld();
  const hosts = createHosts(world);
  const to = await newSystem(world, 'vault');
  expect(
    await hosts.activate(entryInDemo('vault'), { id: 'a', from: null, to, mode: 'test' }),
  ).toMatchObject({ failure: { code: 'activation-failed' } });
});

test('a script that no machine of the demo knows is refused in words', async () => {
  const hosts = createHosts(stillWorld());
  const answer = await hosts.run(entryInDemo('razer'), 'shutdown now', { timeoutMs: 1_000 });
  expect(answer).toMatchObject({
    failure: { exitCode: 127, tail: [expect.stringContaining('do not know this script')] },
  });
});

test('a restart boots the new system once; the default stays what it was', async () => {
  const world = stillWorld();
  const hosts = createHosts(world);
  const entry = entryInDemo('vault');
  const before = unwrap(await hosts.probe(entry));
  const to = await newSystem(world, 'vault');
  unwrap(await hosts.copy(entry, to));
  unwrap(await hosts.bootOnce.choose(entry, before.current ?? '', to));
  unwrap(await hosts.bootOnce.restart(entry));
  const after = unwrap(await hosts.probe(entry));
  expect(after).toMatchObject({
    current: to,
    booted: to,
    rebootNeeded: false,
    bootDefault: { toplevel: before.current },
  });
  expect(after.bootId).not.toBe(before.bootId);
});
