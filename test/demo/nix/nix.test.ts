import { expect, test } from 'vitest';
import type { BuildProgress } from '../../../source/model/build/progress.ts';
import { derivationName } from '../../../source/model/nix/derivation-name.ts';
import { createNix } from '../../../source/services/nix.ts';
import { stillWorld } from '../../support/play.ts';

const open = () => {
  const world = stillWorld();
  return { world, nix: createNix(world), flake: world.workingFolder };
};

const evaluated = async ({ nix, flake }: ReturnType<typeof open>, host: string) => {
  const result = await nix.evaluateToplevel(flake, host);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return { host, ...result.value };
};

test('the flake lists machines, an image and a machine of another architecture', async () => {
  const { nix, flake } = open();
  const listed = await nix.listHosts(flake);
  if (!listed.ok) throw new Error(JSON.stringify(listed.failure));
  const byName = new Map(listed.value.map((host) => [host.name, host]));
  expect(byName.size).toBe(10);
  expect(byName.get('installer')).toMatchObject({ isImage: true });
  expect(byName.get('pi4')).toMatchObject({ system: 'aarch64-linux', isImage: false });
  expect(byName.get('razer')).toMatchObject({ hostName: 'razer', failure: null });
});

test('what the committed lock says is in the store, what the newest says is not', async () => {
  const stage = open();
  const before = await evaluated(stage, 'p620');
  expect(await stage.nix.isValid(before.toplevel)).toBe(true);
  expect((await stage.nix.updateInputs(stage.flake, 'all')).ok).toBe(true);
  const after = await evaluated(stage, 'p620');
  expect(after.toplevel).not.toBe(before.toplevel);
  expect(await stage.nix.isValid(after.toplevel)).toBe(false);
});

test('an update of one input changes only the hosts that use it', async () => {
  const stage = open();
  const [studio, razer] = [await evaluated(stage, 'studio'), await evaluated(stage, 'razer')];
  await stage.nix.updateInputs(stage.flake, ['musnix']);
  expect((await evaluated(stage, 'studio')).toplevel).not.toBe(studio.toplevel);
  expect((await evaluated(stage, 'razer')).toplevel).toBe(razer.toplevel);
});

test('a build streams phases and fetches, and shares what two hosts have in common', async () => {
  const stage = open();
  await stage.nix.updateInputs(stage.flake, 'all');
  const requests = [await evaluated(stage, 'razer'), await evaluated(stage, 'samsung')];
  const seen: BuildProgress[] = [];
  const started: string[] = [];
  const builds = await stage.nix.build(requests, {
    jobs: 2,
    onProgress: (host, progress) => {
      if (host === null) seen.push(progress);
    },
    onLog: (_host, line, derivation) => {
      if (line === 'unpacking sources' && derivation !== null)
        started.push(derivationName(derivation));
    },
  });
  expect(builds.map(({ outcome }) => outcome.ok)).toEqual([true, true]);
  expect(started.toSorted()).toEqual([
    'linux-6.18.24',
    'mesa-26.1.2',
    'nvidia-x11-580.119.02-6.18.24',
  ]);
  const kernels = seen.flatMap(({ activities }) =>
    activities.flatMap(({ kind, name, phase }) =>
      kind === 'build' && name === 'linux-6.18.24' ? [phase] : [],
    ),
  );
  expect(new Set(kernels)).toContain('buildPhase');
  const last = seen.at(-1);
  expect(last?.builds.done).toBe(last?.builds.expected);
  expect(last?.fetches.bytes).toBeGreaterThan(400_000_000);
});

test("the newest musnix breaks the kernel of studio, and the cause is the builder's own", async () => {
  const stage = open();
  await stage.nix.updateInputs(stage.flake, 'all');
  const [build] = await stage.nix.build([await evaluated(stage, 'studio')], { jobs: 1 });
  expect(build?.outcome).toMatchObject({ ok: false, failure: { code: 'build-failed' } });
  expect(build?.cause?.class).toBe('builder-failed');
  expect(build?.cause?.derivation).toMatch(/-linux-rt-6\.18\.24\.drv$/);
  expect(build?.cause?.tail).toContain('Hunk #3 FAILED at 7214.');
});

test('a canceled build ends, and the next one finishes it', async () => {
  const stage = open();
  await stage.nix.updateInputs(stage.flake, 'all');
  const request = await evaluated(stage, 'vault');
  const controller = new AbortController();
  const [canceled] = await stage.nix.build([request], {
    jobs: 1,
    signal: controller.signal,
    onLog: () => controller.abort(),
  });
  expect(canceled?.outcome).toMatchObject({ ok: false, failure: { code: 'canceled' } });
  const [finished] = await stage.nix.build([request], { jobs: 1 });
  expect(finished?.outcome.ok).toBe(true);
});

test('an unknown subcommand and an unknown attribute are refused in words', async () => {
  const { world, flake } = open();
  expect(await world.exec({ file: 'nix', args: ['store', 'gc'] })).toMatchObject({
    failure: { tail: [expect.stringContaining("does not know 'nix store gc'")] },
  });
  expect(
    await world.exec({ file: 'nix', args: ['eval', '--json', '--', `${flake}#nixup`] }),
  ).toMatchObject({ failure: { tail: [expect.stringContaining("provide attribute 'nixup'")] } });
});
