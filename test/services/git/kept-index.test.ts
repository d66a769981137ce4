import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { success } from '../../../source/model/result.ts';
import { sweepKept } from '../../../source/services/git/cut-commit.ts';
import { chooseNewFiles } from '../../../source/services/git/kept-index.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

test('many new files are kept up to a sum, the smallest first', () => {
  const megabyte = 1024 ** 2;
  const of = (path: string, megabytes: number) => ({
    path,
    bytes: megabytes * megabyte,
    kind: 'file' as const,
    changedAt: 0,
  });
  const found = [
    of('huge', 11),
    ...Array.from({ length: 11 }, (_, at) => of(`${at}`, 9.5)),
    of('a', 1),
  ];
  expect(chooseNewFiles(found)).toEqual({
    guarded: ['a', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    unguarded: ['10', 'huge'],
  });
});

test('what a commit of a killed nixup left goes where nothing of it is missing, else after 30 days', async () => {
  using repository = temporaryRepository();
  const { world, folder, git } = repository;
  const place = { root: folder, gitFolder: join(folder, '.git'), prefix: '' };
  const day = 24 * 3_600_000;
  // Ids of processes end below 4194305 (proc_sys_kernel(5), pid_max).
  const ages: Readonly<Record<string, number>> = {
    'nixup-kept.desk.4194305.same': 0,
    'nixup-kept.desk.4194305.other': 29 * day,
    'nixup-kept.desk.4194305.old': 31 * day,
    'nixup-hook-changes.desk.4194305.new': 29 * day,
    'nixup-hook-changes.desk.4194305.old': 31 * day,
    [`nixup-hook-changes.desk.${process.pid}.mine`]: 31 * day,
    'nixup-kept.attic.4194305.same': 31 * day,
    'nixup-kept.desk.1.now': 0,
  };
  git('status');
  for (const name of Object.keys(ages)) {
    mkdirSync(join(place.gitFolder, name));
    const isSame = name.endsWith('.same');
    if (isSame) copyFileSync(join(place.gitFolder, 'index'), join(place.gitFolder, name, 'index'));
  }
  const aging: typeof world.files = {
    ...world.files,
    stamps: async (paths, at) => {
      const found = await world.files.stamps(paths, at);
      return found.ok
        ? success(
            found.value.map((one) => ({
              ...one,
              changedAt: one.changedAt - (ages[one.path] ?? 0),
            })),
          )
        : found;
    },
  };
  await sweepKept({ ...world, files: aging }, place, 'nixup-kept.desk.1.now');
  const left = readdirSync(place.gitFolder).filter((name) => name.startsWith('nixup-'));
  expect(left.toSorted()).toEqual(
    [
      'nixup-kept.desk.4194305.other',
      'nixup-hook-changes.desk.4194305.new',
      `nixup-hook-changes.desk.${process.pid}.mine`,
      'nixup-kept.attic.4194305.same',
      'nixup-kept.desk.1.now',
    ].toSorted(),
  );
});
