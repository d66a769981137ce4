import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { success } from '../../../source/model/result.ts';
import { sweepKept } from '../../../source/services/git/cut-commit.ts';
import { chooseNewFiles, keepTree } from '../../../source/services/git/kept-tree.ts';
import {
  type TemporaryRepository,
  temporaryRepository,
} from '../../support/temporary-repository.ts';

const keptOf = async ({ world, folder }: TemporaryRepository) => {
  const place = { root: folder, gitFolder: join(folder, '.git'), prefix: '' };
  const kept = await keepTree(world, place, ['pre-commit']);
  if (!kept.ok) throw new Error(kept.failure.code);
  return kept.value;
};

/** Writes until the clock of the file system has moved on from what was there. */
const writeLater = async (
  { world, folder, write }: TemporaryRepository,
  path: string,
  text: string,
  than: string,
): Promise<void> => {
  for (;;) {
    write(path, text);
    const stamps = await world.files.stamps([than, path], folder);
    const [before, now] = stamps.ok ? stamps.value : [];
    if (before === undefined || now === undefined) throw new Error('nothing was written');
    if (now.changedAt > before.changedAt) return;
  }
};

test('what a person saves or makes after the hook ended stays as it is', async () => {
  using repository = temporaryRepository({
    'flake.nix': '{}\n',
    'flake.lock': '{}\n',
    'a.nix': 'a\n',
  });
  const kept = await keptOf(repository);
  repository.write('flake.nix', 'formatted\n');
  repository.write('cache', 'of the hook\n');
  await kept.commandEnded();
  const [mark = ''] = readdirSync(join(repository.folder, '.git')).filter((name) =>
    name.startsWith('nixup-kept.'),
  );
  await writeLater(repository, 'a.nix', 'mine\n', `.git/${mark}/ended`);
  await writeLater(repository, 'new.nix', 'mine\n', `.git/${mark}/ended`);
  expect(await kept.changed()).toEqual({ ok: true, value: ['flake.nix', 'cache'] });
  expect(await kept.putBack()).toMatchObject({
    ok: true,
    value: { paths: ['flake.nix', 'cache'] },
  });
  expect(repository.read('flake.nix')).toBe('{}\n');
  expect(existsSync(join(repository.folder, 'cache'))).toBe(false);
  expect(repository.read('a.nix')).toBe('mine\n');
  expect(repository.read('new.nix')).toBe('mine\n');
});

test('a huge new file is neither copied nor taken away', async () => {
  using repository = temporaryRepository();
  const image = join(repository.folder, 'image.iso');
  writeFileSync(image, '');
  // Sparse: it is that large only by its name.
  truncateSync(image, 20 * 1024 ** 3);
  repository.write('small', 'mine\n');
  const kept = await keptOf(repository);
  const [folder = ''] = readdirSync(join(repository.folder, '.git')).filter((name) =>
    name.startsWith('nixup-kept.'),
  );
  expect(readdirSync(join(repository.folder, '.git', folder, 'files')).sort()).toEqual([
    'flake.lock',
    'flake.nix',
    'small',
  ]);
  await kept.commandEnded();
  expect(await kept.putBack()).toMatchObject({ ok: true, value: { paths: [] } });
  expect(existsSync(image)).toBe(true);
});

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
