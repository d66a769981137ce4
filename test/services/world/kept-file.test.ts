import { expect, test } from 'vitest';
import {
  type KeptFormat,
  openKeptFile,
  parseKept,
} from '../../../source/services/world/kept-file.ts';
import { strictWorld } from '../../support/strict-world.ts';

const path = '/state/nixup/names.json';

/** A list of names; whatever else stands in the list is kept and not used. */
const countingFormat = () => {
  const counts = { parsed: 0 };
  const format: KeptFormat<readonly string[]> = {
    empty: [],
    parse: (text) => {
      counts.parsed += 1;
      const read = parseKept(text);
      if (!(read.ok && Array.isArray(read.value))) return null;
      return { value: read.value.map(String), misfits: null };
    },
    write: (value) => JSON.stringify(value),
  };
  return { counts, format };
};

test('a kept file is parsed when it is opened, and not again before each change of its own', async () => {
  const world = strictWorld({ files: { [path]: '["one"]' } });
  const { counts, format } = countingFormat();
  const kept = await openKeptFile(world, path, format, () => undefined);
  for (const name of ['two', 'three', 'four'])
    expect(await kept.change((before) => [...before, name])).toMatchObject({ ok: true });
  await kept.reload();
  expect(kept.value()).toEqual(['one', 'two', 'three', 'four']);
  expect(await world.files.read(path)).toMatchObject({ value: '["one","two","three","four"]' });
  expect(counts.parsed).toBe(1);
});

test('what another nixup wrote meanwhile is read before a change, and stays', async () => {
  const world = strictWorld({ files: { [path]: '["one"]' } });
  const { counts, format } = countingFormat();
  const kept = await openKeptFile(world, path, format, () => undefined);
  await kept.change((before) => [...before, 'two']);
  await world.files.write(path, '["one","two","theirs"]');
  await kept.change((before) => [...before, 'three']);
  expect(kept.value()).toEqual(['one', 'two', 'theirs', 'three']);
  expect(await world.files.read(path)).toMatchObject({ value: '["one","two","theirs","three"]' });
  expect(counts.parsed).toBe(2);
});

test('a lock that names no owner is waited for once, for moments, and the advice names it', async () => {
  const world = strictWorld({ files: { [path]: '["one"]', [`${path}.lock`]: '' } });
  const { format } = countingFormat();
  const told: string[] = [];
  const kept = await openKeptFile(world, path, format, (_, what) => void told.push(what));
  const began = world.clock.now();
  for (const name of ['two', 'three', 'four'])
    expect(await kept.change((before) => [...before, name])).toMatchObject({ ok: false });
  expect(world.clock.now() - began).toBeLessThan(3_000);
  expect(told).toEqual([expect.stringContaining(`ls -ld -- ${path}.lock`)]);
  // It is written as soon as the lock is gone.
  await world.files.remove(`${path}.lock`);
  expect(await kept.change((before) => [...before, 'five'])).toMatchObject({ ok: true });
  expect(kept.value()).toEqual(['one', 'two', 'three', 'four', 'five']);
});
