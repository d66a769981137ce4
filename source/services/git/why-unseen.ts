import { dirname, join, normalize, relative, resolve } from 'node:path';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { parseCheckIgnore } from '../../parsers/git/check-ignore.ts';
import type { World } from '../world/world.ts';
import { askGit, gitQuestion } from './command.ts';

type SeenWorld = Pick<World, 'exec' | 'files'>;

const questionTimeoutMs = 60_000;

/** More files of one folder than these are not told one by one. */
const mostInside = 20;

/** A link that leads to a link, and so on: as many as Linux follows. */
const mostLinks = 40;

export const answerOf = async (
  world: SeenWorld,
  folder: string,
  args: readonly string[],
): Promise<string | null> => {
  const answer = await askGit(world.exec, gitQuestion(folder, args));
  return answer.ok ? answer.value.stdout : null;
};

const rootOf = async (world: SeenWorld, folder: string): Promise<string | null> => {
  const printed = await answerOf(world, folder, ['rev-parse', '--show-toplevel']);
  const root = printed?.replace(/\n$/, '') ?? '';
  return root === '' ? null : root;
};

/** What stands there, a link as itself; null where nothing does. */
const standing = async (
  world: SeenWorld,
  root: string,
  file: string,
): Promise<'file' | 'link' | 'folder' | null> => {
  const found = await world.files.stamps([file], root);
  return found.ok ? (found.value[0]?.kind ?? null) : null;
};

/** The path itself, or what is nearest above it, that is a folder. */
const folderAt = async (world: SeenWorld, root: string, file: string): Promise<string> => {
  for (let one = file; one !== '.'; one = dirname(one))
    if ((await standing(world, root, one)) === 'folder') return join(root, one);
  return root;
};

/** The outermost repository between a root and a path below it, relative to the root; null where there is none. */
const repositoryBetween = async (
  world: SeenWorld,
  root: string,
  file: string,
): Promise<string | null> => {
  let found: string | null = null;
  let folder = await folderAt(world, root, file);
  while (folder !== root && folder.startsWith(`${root}/`)) {
    const inner = await rootOf(world, folder);
    if (inner === null || inner === root || !inner.startsWith(`${root}/`)) break;
    found = relative(root, inner);
    folder = dirname(inner);
  }
  return found;
};

const isSubmodule = async (world: SeenWorld, root: string, folder: string): Promise<boolean> => {
  const modules = await answerOf(world, root, [
    'config',
    '--file',
    join(root, '.gitmodules'),
    '-z',
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  return (modules ?? '')
    .split('\0')
    .some((entry) => entry.slice(entry.indexOf('\n') + 1).replace(/\/$/, '') === folder);
};

/** The rule that ignores a file; null where none does. A file that is not there has one too. */
const ignoreRule = async (
  world: SeenWorld,
  root: string,
  file: string,
): Promise<ReturnType<typeof parseCheckIgnore>> => {
  const question = gitQuestion(root, ['check-ignore', '--verbose', '-z', '--stdin']);
  // It refuses to run with literal paths; ahead of a name that begins with a colon stands a folder.
  const asked = { ...question, env: { ...question.env, GIT_LITERAL_PATHSPECS: '0' } };
  const answer = await world.exec(asked, {
    quiet: true,
    timeoutMs: questionTimeoutMs,
    input: `./${file}\0`,
  });
  return answer.ok ? parseCheckIgnore(answer.value.stdout) : null;
};

/** What git has, by path: `100644`, `120000` a link, `160000` a commit of another repository. */
const trackedModes = async (
  world: SeenWorld,
  repository: string,
  below: readonly string[] = [],
): Promise<ReadonlyMap<string, string> | null> => {
  const listed = await answerOf(world, repository, ['ls-files', '--stage', '-z', '--', ...below]);
  if (listed === null) return null;
  return new Map(
    listed.split('\0').flatMap((entry) => {
      const [meta = '', path = ''] = entry.split('\t');
      return path === '' ? [] : [[path, meta.slice(0, 6)] as const];
    }),
  );
};

/** The path itself and the folders above it, the outermost first. */
const withAncestors = (file: string): readonly string[] => {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/** A link of git on the way to the file, which is followed; what it leads to is looked at in turn. */
const throughLink = async (
  world: SeenWorld,
  repository: string,
  file: string,
  link: string,
  links: number,
): Promise<UnseenFile | null> => {
  const target = await answerOf(world, repository, ['cat-file', 'blob', `:0:${link}`]);
  if (target === null || links >= mostLinks) return null;
  const led = normalize(join(dirname(link), target, relative(link, file)));
  const here = { kind: 'link', repository, file, link, target } as const;
  if (target.startsWith('/') || led === '..' || led.startsWith('../'))
    return { ...here, inside: null };
  const inside =
    (await whyPresentUnseen(world, repository, led, links + 1)) ??
    (await whyAbsent(world, repository, led, links + 1));
  return inside === null ? null : { ...here, inside };
};

/** Git keeps only a commit of another repository on the way to the file. */
const behindCommit = async (
  world: SeenWorld,
  repository: string,
  file: string,
  link: string,
): Promise<UnseenFile | null> => {
  const isHere = await world.files.exists(join(repository, link, '.git'));
  if (!(await isSubmodule(world, repository, link)))
    return isHere
      ? { kind: 'nested', repository, file, nested: link, isPointedAt: true }
      : { kind: 'pointer', repository, file, nested: link };
  const here = { kind: 'submodule', repository, file, submodule: link } as const;
  if (!isHere)
    return { ...here, inside: { kind: 'submodule-absent', repository, file, submodule: link } };
  if (link === file) return { ...here, inside: null };
  const [within, rest] = [join(repository, link), relative(link, file)];
  const inside =
    (await whyPresentUnseen(world, within, rest)) ?? (await whyAbsent(world, within, rest));
  // What neither has is in no submodule.
  return inside === null && (await standing(world, within, rest)) === null
    ? null
    : { ...here, inside };
};

/** A folder of which git has nothing: what adding it as a whole would not bring is told by itself. */
const inFolder = async (
  world: SeenWorld,
  repository: string,
  file: string,
): Promise<UnseenFile | null> => {
  const list = async (...flags: readonly string[]): Promise<readonly string[]> =>
    (
      (await answerOf(world, repository, ['ls-files', '-z', '--others', ...flags, '--', file])) ??
      ''
    )
      .split('\0')
      .filter((path) => path !== '');
  const [all, plain] = await Promise.all([list(), list('--exclude-standard')]);
  if (all.length === 0) return { kind: 'empty-folder', repository, file };
  const ordinary = plain.filter((path) => !path.endsWith('/'));
  const seen = new Set(plain);
  // A repository of its own is listed as a folder. Ignored files beside others are mostly meant to
  // be: keys and passwords, which nobody wants in the store.
  const hasCode = ordinary.length > 0 || all.some((path) => path.endsWith('.nix'));
  const others = all.filter(
    (path) => path.endsWith('/') || (!seen.has(path) && (!hasCode || path.endsWith('.nix'))),
  );
  const causes = await Promise.all(
    others.slice(0, mostInside).map(async (path): Promise<UnseenFile | null> => {
      const one = path.replace(/\/$/, '');
      const rule = await ignoreRule(world, repository, one);
      if (path.endsWith('/'))
        return {
          kind: 'nested',
          repository,
          file: one,
          nested: one,
          isPointedAt: false,
          ...(rule === null ? {} : { isIgnored: true }),
        };
      return rule === null ? null : { kind: 'ignored', repository, file: one, rule };
    }),
  );
  const inside = causes.flatMap((one) => one ?? []);
  const untracked = { kind: 'untracked', repository, file } as const;
  // First the repositories: git would only note a commit of each.
  return inside.length === 0
    ? untracked
    : {
        kind: 'folder',
        repository,
        file,
        inside: ordinary.length === 0 ? inside : [...inside, untracked],
      };
};

/** The name that git has, where letters differ in case or in how they are composed. */
const otherSpelling = (file: string, tracked: ReadonlyMap<string, string>): string | null => {
  const fold = (name: string): string => name.normalize('NFC').toLowerCase();
  const wanted = fold(file);
  for (const path of tracked.keys()) {
    const same = fold(path);
    if (same === wanted) return path;
    if (same.startsWith(`${wanted}/`))
      return path.split('/').slice(0, file.split('/').length).join('/');
  }
  return null;
};

/** Whether the folder itself lists that name, and no file system only finds it by another. */
const isListed = async (world: SeenWorld, repository: string, file: string): Promise<boolean> => {
  const names = await world.files.list(join(repository, dirname(file)));
  return names.ok && names.value.includes(file.split('/').at(-1) ?? '');
};

const lfsPointer = 'version https://git-lfs.github.com/spec/v1\n';

const isLfsPointer = async (world: SeenWorld, at: string): Promise<boolean> => {
  const text = await world.files.read(at);
  return text.ok && text.value?.startsWith(lfsPointer) === true;
};

/** Why Nix does not see a path of a repository that is on the disk, or behind a link of git; null where it sees it. */
const whyPresentUnseen = async (
  world: SeenWorld,
  repository: string,
  file: string,
  links = 0,
): Promise<UnseenFile | null> => {
  const own = await trackedModes(world, repository, [file]);
  if (own === null) return null;
  const mode = own.get(file);
  const stands = await standing(world, repository, file);
  if (own.size > 0 && mode !== '160000' && mode !== '120000') {
    if (stands !== 'file' || mode === undefined) return null;
    return (await isLfsPointer(world, join(repository, file)))
      ? { kind: 'lfs-pointer', repository, file }
      : null;
  }
  const tracked = await trackedModes(world, repository);
  if (tracked === null) return null;
  for (const one of withAncestors(file)) {
    const found = tracked.get(one);
    if (found === '160000') return await behindCommit(world, repository, file, one);
    if (found === '120000') return await throughLink(world, repository, file, one, links);
  }
  if (stands === null) return null;
  const actual = otherSpelling(file, tracked);
  if (actual !== null && !(await isListed(world, repository, file)))
    return { kind: 'spelled', repository, file, actual };
  const nested = await repositoryBetween(world, repository, file);
  if (nested === null && stands === 'folder') return await inFolder(world, repository, file);
  const rule = await ignoreRule(world, repository, nested ?? file);
  if (nested !== null) {
    const ignored = rule === null ? {} : { isIgnored: true };
    return { kind: 'nested', repository, file, nested, isPointedAt: false, ...ignored };
  }
  return rule === null
    ? { kind: 'untracked', repository, file }
    : { kind: 'ignored', repository, file, rule };
};

/** Why a path that git knows, or knows below a like name, is not on the disk; null where git knows nothing of it. */
const whyAbsent = async (
  world: SeenWorld,
  repository: string,
  file: string,
  links = 0,
): Promise<UnseenFile | null> => {
  if ((await standing(world, repository, file)) !== null) return null;
  const tracked = await trackedModes(world, repository);
  if (tracked === null) return null;
  for (const one of withAncestors(file)) {
    const found = tracked.get(one);
    if (found === '160000') return await behindCommit(world, repository, file, one);
    if (found === '120000' && one !== file)
      return await throughLink(world, repository, file, one, links);
  }
  const tags = await answerOf(world, repository, ['ls-files', '-v', '-z', '--', file]);
  if (tags !== null && tags !== '') {
    const isSkipped = tags.split('\0').some((entry) => /^[Ss] /.test(entry));
    if (!isSkipped) return { kind: 'deleted', repository, file, isStaged: false };
    const ask = async (key: string): Promise<boolean> =>
      (await answerOf(world, repository, ['config', '--type=bool', '--get', key]))?.trim() ===
      'true';
    const by = !(await ask('core.sparseCheckout'))
      ? 'hand'
      : (await ask('core.sparseCheckoutCone'))
        ? 'folders'
        : 'patterns';
    return { kind: 'sparse', repository, file, by };
  }
  const actual = otherSpelling(file, tracked);
  if (actual !== null) return { kind: 'spelled', repository, file, actual };
  const committed = await answerOf(world, repository, ['cat-file', '-e', `HEAD:${file}`]);
  return committed === null ? null : { kind: 'deleted', repository, file, isStaged: true };
};

const lookBy =
  (judge: (world: SeenWorld, repository: string, file: string) => Promise<UnseenFile | null>) =>
  async (world: SeenWorld, folder: string, file: string): Promise<UnseenFile | null> => {
    const real = await world.files.realPath(folder);
    const base = real.ok ? real.value : folder;
    const path = resolve(base, file);
    const root = await rootOf(world, base);
    return root === null || !path.startsWith(`${root}/`)
      ? null
      : await judge(world, root, relative(root, path));
  };

/**
 * Why Nix does not see what is on the disk: a file or folder, relative to a
 * folder of a repository. Null where it sees it, where nothing is there, and
 * where no git answers, as outside of a repository.
 */
export const lookWhyUnseen = lookBy(async (world, repository, file) =>
  (await standing(world, repository, file)) === null
    ? null
    : await whyPresentUnseen(world, repository, file),
);

/** Why a path is not there, as far as git knows something of it: it is not checked out, or called otherwise. */
export const lookWhyAbsent = lookBy(async (world, repository, file) =>
  (await standing(world, repository, file)) === null
    ? await whyAbsent(world, repository, file)
    : null,
);

/** Why Nix did not find a path, where it said so: what an old Nix leaves out of a clean tree is among the reasons. */
export const lookWhyMissed = lookBy(async (world, repository, file) => {
  const found =
    (await whyPresentUnseen(world, repository, file)) ?? (await whyAbsent(world, repository, file));
  if (found !== null) return found;
  const attribute = await answerOf(world, repository, [
    'check-attr',
    '-z',
    'export-ignore',
    '--',
    ...withAncestors(file),
  ]);
  return attribute?.split('\0').includes('set') === true
    ? { kind: 'export-ignored', repository, file }
    : null;
});

/** What is left to say of a file where Nix reads submodules; null where it sees the file. */
export const unseenWithSubmodules = (unseen: UnseenFile): UnseenFile | null =>
  unseen.kind === 'submodule' ? unseen.inside : unseen;
