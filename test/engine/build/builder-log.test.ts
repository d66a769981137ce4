import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endsAlike, readBuilderLog } from '../../../source/engine/build/builder-log.ts';
import { builderLogFile } from '../../../source/engine/records/old-logs.ts';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { failed, success } from '../../../source/model/result.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { addBuilderLines } from '../../../source/state/reducer/kept-logs.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const folder = '/state/flakes/x';
const derivation = '/nix/store/sq88y8wqxjr523hbaxnz0d4ci7h3dl48-linux-6.18.24.drv';

const nixThatSays = (count: number, words = 'line') => ({
  buildLog: async (_derivation: string, onLine: (line: string) => void) => {
    for (let line = 0; line < count; line += 1) onLine(`${words} ${line}`);
    return success(undefined);
  },
});

test('the log of a builder goes from Nix to a file, its end to memory, and each line is read by its number', async () => {
  const { world } = await fakeFleet([], {});
  const read = await readBuilderLog(world, nixThatSays(150_000), folder, derivation);
  if (!read.ok) throw new Error('it was not read');
  const { tail, lines } = read.value;
  expect([lines, tail.length, tail.at(-1)]).toEqual([150_000, 2_000, 'line 149999']);
  const old = createJournal(world, folder).oldLines(derivation);
  expect((await old.read(77_777, 2)).lines).toEqual(['line 77777', 'line 77778']);
  // It is read again, not added to.
  await readBuilderLog(world, nixThatSays(3), folder, derivation);
  const again = await createJournal(world, folder).oldLines(derivation).read(0, 10);
  expect(again.lines).toEqual(['line 0', 'line 1', 'line 2']);
});

test('a log that was written anew is read from its beginning by who read it before', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-builder-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const world = createProcessWorld();
  const old = createJournal(world, folder).oldLines(derivation);
  await readBuilderLog(world, nixThatSays(3_000), folder, derivation);
  expect((await old.read(2_000, 1)).lines).toEqual(['line 2000']);
  await readBuilderLog(world, nixThatSays(3_500, 'a second line'), folder, derivation);
  expect((await old.read(2_000, 1)).lines).toEqual(['a second line 2000']);
  expect((await old.read(3_499, 9)).lines).toEqual(['a second line 3499']);
});

test.each([
  ['ends as what was heard', ['a', 'b', 'c', 'd'], ['c', 'd'], true],
  ['has less than was heard last', ['c', 'd', 'e'], ['c', 'd'], false],
  ['is of another try', ['a', 'b'], ['c', 'd'], false],
  ['is all that there is', [], ['c'], false],
  ['has colours', ['c', 'red'], ['c', '\u001b[31mred\u001b[0m'], true],
])('the log of a second try that %s', (_, heard, tail, isAlike) => {
  expect(endsAlike(heard, tail)).toBe(isAlike);
});

test('a reading that fails leaves no half of a log', async () => {
  const { world } = await fakeFleet([], {});
  const nix = {
    buildLog: async (_: string, onLine: (line: string) => void) => {
      onLine('one');
      return failed({ code: 'canceled', what: 'nix log' } as const);
    },
  };
  await readBuilderLog(world, nix, folder, derivation);
  const kept = await world.files.read(builderLogFile(folder, derivation));
  expect(kept).toMatchObject({ value: undefined });
});

test('a builder of which Nix has no log is a failure, not an empty log', async () => {
  const { world } = await fakeFleet([], {});
  const nix = {
    buildLog: async () => failed({ code: 'canceled', what: 'nix log' } as const),
  };
  expect(await readBuilderLog(world, nix, folder, derivation)).toMatchObject({ ok: false });
});

test('a log that was read from Nix replaces what was heard, and keeps the times of lines at its end', () => {
  const heard = addBuilderLines({}, [{ derivation, lines: ['c', 'd'] }], 7);
  const read = addBuilderLines(
    heard,
    [{ derivation, lines: ['b', 'c', 'd'], isRead: true, before: 1 }],
    9,
  );
  expect(read[derivation]).toEqual({
    lines: ['b', 'c', 'd'],
    times: [null, 7, 7],
    dropped: 1,
    isPaged: true,
  });
});
