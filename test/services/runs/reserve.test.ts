import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import { failed, success } from '../../../source/model/result.ts';
import { createReserve, reservedBytes } from '../../../source/services/runs/reserve.ts';
import type { World } from '../../../source/services/world/world.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const full = (path: string): Failure => ({
  code: 'file-failed',
  operation: 'append to',
  path,
  detail: 'no space left on the disk',
  isDiskFull: true,
});

/** Files on a disk with so many bytes of room. */
const smallDisk = async (room: number) => {
  const { world } = await fakeFleet([], {});
  const { files } = world;
  const sizes = new Map<string, number>();
  const disk = { free: room };
  const limited: World['files'] = {
    ...files,
    append: async (path, text, until) => {
      const bytes = Buffer.byteLength(text);
      if (bytes > disk.free) return failed(full(path));
      disk.free -= bytes;
      sizes.set(path, (sizes.get(path) ?? 0) + bytes);
      return await files.append(path, text, until);
    },
    remove: async (path) => {
      disk.free += sizes.get(path) ?? 0;
      sizes.delete(path);
      await files.remove(path);
      return success(undefined);
    },
  };
  const textOf = async (path: string): Promise<string | undefined> => {
    const read = await files.read(path);
    return read.ok ? read.value : undefined;
  };
  return { files: limited, disk, textOf };
};

const line = (letter: string): string => `${letter.repeat(99)}\n`;

test('on a full disk ends of changes are written in the room that was kept, and nothing that is new', async () => {
  const { files, disk, textOf } = await smallDisk(100_000);
  const reserve = createReserve({ files });
  await reserve.keep('/run/room', 40_000);
  expect(disk.free).toBeLessThan(60_000);
  disk.free = 0;
  expect(await reserve.append('/run/journal', line('a'), 'on-disk', 'new')).toEqual(
    failed(full('/run/journal')),
  );
  for (const letter of ['b', 'c', 'd'])
    expect((await reserve.append('/run/journal', line(letter), 'on-disk', 'end')).ok).toBe(true);
  expect((await reserve.append('/run/log', 'x'.repeat(20_000), 'written', 'new')).ok).toBe(false);
  expect((await reserve.append('/run/journal', line('e'), 'on-disk', 'end')).ok).toBe(true);
  expect(await textOf('/run/journal')).toBe(['b', 'c', 'd', 'e'].map(line).join(''));
  await reserve.drop();
  expect(await textOf('/run/room')).toBeUndefined();
});

test('where the disk has less room than wanted, what it has is kept; without a block of room nothing is', async () => {
  const small = await smallDisk(20_000);
  const reserve = createReserve({ files: small.files });
  await reserve.keep('/run/room', 32_768);
  expect((await small.textOf('/run/room'))?.length).toBeGreaterThan(16_000);
  small.disk.free = 0;
  expect((await reserve.append('/run/journal', line('a'), 'on-disk', 'end')).ok).toBe(true);

  const none = await smallDisk(3_000);
  const empty = createReserve({ files: none.files });
  await empty.keep('/run/room', 32_768);
  expect(await none.textOf('/run/room')).toBeUndefined();
  none.disk.free = 0;
  expect(await empty.append('/run/journal', line('a'), 'on-disk', 'end')).toEqual(
    failed(full('/run/journal')),
  );
});

test('another failure than a full disk takes nothing of the room', async () => {
  const { files, textOf } = await smallDisk(100_000);
  const failure: Failure = {
    code: 'file-failed',
    operation: 'append to',
    path: '/run/journal',
    detail: 'read-only',
  };
  const reserve = createReserve({
    files: {
      ...files,
      append: async (path, text, until) =>
        path === '/run/journal' ? failed(failure) : await files.append(path, text, until),
    },
  });
  await reserve.keep('/run/room', 40_000);
  expect(await reserve.append('/run/journal', line('a'), 'on-disk', 'end')).toEqual(
    failed(failure),
  );
  expect(await textOf('/run/room')).toBeDefined();
});

test.each([
  [0, 32 * 1024],
  [3, 35 * 1024],
  [1000, 1032 * 1024],
  [100_000, 4 * 1024 * 1024],
])('a run of %i hosts keeps %i bytes', (hosts, bytes) => {
  expect(reservedBytes(hosts)).toBe(bytes);
});
