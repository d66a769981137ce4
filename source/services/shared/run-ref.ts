import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readPushRefusal } from '../../parsers/git/push.ts';
import { askGit, gitChange, gitQuestion, reasonOf, tailOf } from '../git/command.ts';
import type { World } from '../world/world.ts';

/** Where the runs of all who keep a fleet stand. */
export const runsRef = 'refs/nixup/runs';

type GitOnly = Pick<World, 'exec' | 'userName' | 'hostName'>;

/** Blobs by their paths in the tree of a commit. */
export type TreeFiles = ReadonlyMap<string, string>;

const quiet = { quiet: true } as const;
const networkMs = 60_000;

/** Where the ref of a remote is kept after a fetch. */
const fetchedRef = (remote: string): string => `refs/nixup/from/${remote}`;

const isSafeRemote = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

/** The commit that a ref names; null where there is none. */
const commitOf = async ({ exec }: GitOnly, root: string, ref: string): Promise<string | null> => {
  const read = await askGit(exec, gitQuestion(root, ['rev-parse', '--verify', '--quiet', ref]));
  const commit = read.ok ? read.value.stdout.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
};

export const localRuns = (world: GitOnly, root: string): Promise<string | null> =>
  commitOf(world, root, runsRef);

/** The remote of the branch, else `origin`; null where the repository has none of that name. */
export const remoteOf = async (
  { exec }: GitOnly,
  root: string,
  upstream: string | null,
): Promise<string | null> => {
  const listed = await askGit(exec, gitQuestion(root, ['remote']));
  const names = listed.ok ? listed.value.stdout.split('\n').filter(isSafeRemote) : [];
  return (
    names.find((name) => upstream?.startsWith(`${name}/`)) ??
    names.find((name) => name === 'origin') ??
    null
  );
};

/** What a remote has; null where it has no runs yet, or why it could not be asked. */
export const fetchRuns = async (
  world: GitOnly,
  root: string,
  remote: string,
): Promise<Result<string | null, string>> => {
  const spec = `+${runsRef}:${fetchedRef(remote)}`;
  const fetched = await world.exec(
    gitChange(root, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', remote, spec]),
    { ...quiet, timeoutMs: networkMs },
  );
  if (fetched.ok) {
    const commit = await commitOf(world, root, `${fetchedRef(remote)}^{commit}`);
    return commit === null
      ? failed(
          `its ${runsRef} holds no runs. To begin it anew: ${quoteWords(['git', '-C', root, 'push', remote, `:${runsRef}`])}`,
        )
      : success(commit);
  }
  const detail = reasonOf(fetched.failure);
  return /couldn't find remote ref/i.test(detail) ? success(null) : failed(detail);
};

/** `100644 blob HASH<tab>PATH`, ended by NUL (git-ls-tree(1)). */
export const sharedFiles = async (
  { exec }: GitOnly,
  root: string,
  commit: string | null,
): Promise<TreeFiles> => {
  if (commit === null) return new Map();
  const listed = await askGit(
    exec,
    gitQuestion(root, ['ls-tree', '-r', '-z', '--full-tree', commit]),
  );
  const entries = listed.ok ? listed.value.stdout.split('\0') : [];
  return new Map(
    entries.flatMap((entry) => {
      const [, hash, path] = /^100644 blob ([0-9a-f]{40,64})\t(.+)$/s.exec(entry) ?? [];
      return hash === undefined || path === undefined ? [] : [[path, hash] as const];
    }),
  );
};

/** Bytes that one process of git is asked for, or given, at once. */
const batchBytes = 8_000_000;

/** Parts of a list whose sizes together are no more than that. */
const inBatches = <Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
): readonly (readonly Item[])[] => {
  const batches: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const size = sizeOf(item);
    if (last === undefined || size > left) batches.push([item]);
    else last.push(item);
    left = (last === undefined || size > left ? batchBytes : left) - size;
  }
  return batches;
};

/** `HASH blob SIZE` for each object (git-cat-file(1), --batch-check). */
const sizesOf = async (
  { exec }: GitOnly,
  root: string,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const asked = await exec(gitQuestion(root, ['cat-file', '--batch-check', '--buffer']), {
    ...quiet,
    input: blobs.map((blob) => `${blob}\n`).join(''),
  });
  const lines = asked.ok ? asked.value.stdout.split('\n') : [];
  return new Map(
    lines.flatMap((line) => {
      const [, blob, size] = /^([0-9a-f]{40,64}) blob (\d+)$/.exec(line) ?? [];
      return blob === undefined ? [] : [[blob, Number(size)] as const];
    }),
  );
};

/** `HASH blob SIZE`, the bytes, and the end of a line, for each object. What is no text in UTF-8 is left out. */
const readBatch = (output: Buffer): readonly (readonly [string, string])[] => {
  const texts: (readonly [string, string])[] = [];
  let at = 0;
  for (let end = output.indexOf(10); end >= 0; end = output.indexOf(10, at)) {
    const [, blob, size] =
      /^([0-9a-f]{40,64}) blob (\d+)$/.exec(output.toString('utf8', at, end)) ?? [];
    const stop = end + 1 + Number(size);
    // What follows must be the end of a line: else bytes were no text, and became more.
    if (blob === undefined || output[stop] !== 10) return texts;
    texts.push([blob, output.toString('utf8', end + 1, stop)]);
    at = stop + 1;
  }
  return texts;
};

/** Texts of blobs, by a few processes however many they are. Larger ones, and those that are no text, are left out. */
export const readFiles = async (
  world: GitOnly,
  root: string,
  blobs: readonly string[],
  mostBytes: number,
): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>();
  if (blobs.length === 0) return texts;
  const sizes = await sizesOf(world, root, blobs);
  const wanted = [...sizes].filter(([, size]) => size <= mostBytes);
  for (const batch of inBatches(wanted, ([, size]) => size)) {
    const asked = await world.exec(gitQuestion(root, ['cat-file', '--batch', '--buffer']), {
      ...quiet,
      input: batch.map(([blob]) => `${blob}\n`).join(''),
    });
    const read = asked.ok ? readBatch(Buffer.from(asked.value.stdout)) : [];
    for (const [blob, text] of read) texts.set(blob, text);
    // The ones after bytes that are no text: each by itself.
    for (const [blob] of batch.slice(read.length)) {
      const alone = await askGit(world.exec, gitQuestion(root, ['cat-file', 'blob', blob]));
      if (alone.ok) texts.set(blob, alone.value.stdout);
    }
  }
  return texts;
};

export const readFile = async (
  world: GitOnly,
  root: string,
  blob: string,
): Promise<string | null> => {
  const read = await askGit(world.exec, gitQuestion(root, ['cat-file', 'blob', blob]));
  return read.ok ? read.value.stdout : null;
};

/** Writes texts as blobs, by a few processes however many they are; null where they cannot be written. */
export const writeFiles = async (
  { exec }: GitOnly,
  root: string,
  texts: readonly string[],
): Promise<readonly string[] | null> => {
  const blobs: string[] = [];
  for (const batch of inBatches(texts, (text) => Buffer.byteLength(text))) {
    // git-fast-import(1): a blob with a mark, and the question which hash that mark has.
    const input = batch
      .map(
        (text, index) =>
          `blob\nmark :${index + 1}\ndata ${Buffer.byteLength(text)}\n${text}\nget-mark :${index + 1}\n`,
      )
      .join('');
    const written = await exec(gitChange(root, ['fast-import', '--quiet']), { ...quiet, input });
    const hashes = written.ok ? written.value.stdout.match(/^[0-9a-f]{40,64}$/gm) : null;
    if (hashes?.length !== batch.length) return null;
    blobs.push(...hashes);
  }
  return blobs;
};

/** Writes a text as a blob; null where it cannot be written. */
export const writeFile = async (
  world: GitOnly,
  root: string,
  text: string,
): Promise<string | null> => (await writeFiles(world, root, [text]))?.[0] ?? null;

/** A tree of files in folders, written from its leaves on. */
const writeTree = async (
  world: GitOnly,
  root: string,
  files: TreeFiles,
): Promise<Result<string, Failure>> => {
  const lines: string[] = [];
  const folders = new Map<string, Map<string, string>>();
  for (const [path, blob] of files) {
    const at = path.indexOf('/');
    if (at === -1) lines.push(`100644 blob ${blob}\t${path}\0`);
    else {
      const name = path.slice(0, at);
      const folder = folders.get(name) ?? new Map<string, string>();
      folders.set(name, folder.set(path.slice(at + 1), blob));
    }
  }
  for (const [name, folder] of folders) {
    const tree = await writeTree(world, root, folder);
    if (!tree.ok) return tree;
    lines.push(`040000 tree ${tree.value}\t${name}\0`);
  }
  const made = await world.exec(gitChange(root, ['mktree', '-z']), {
    ...quiet,
    input: lines.join(''),
  });
  return made.ok ? success(made.value.stdout.trim()) : made;
};

/** Nobody needs an identity in git for it, and no key signs it. */
const withIdentity = (
  { userName, hostName }: GitOnly,
  command: ReturnType<typeof gitChange>,
): ReturnType<typeof gitChange> => {
  const [name, email] = [userName || 'nixup', `${userName || 'nixup'}@${hostName || 'localhost'}`];
  return {
    ...command,
    env: {
      ...command.env,
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    },
  };
};

/** Makes these files the content of the ref, upon its commits of before; fails where somebody else moved it meanwhile. */
export const commitRuns = async (
  world: GitOnly,
  root: string,
  files: TreeFiles,
  parents: readonly string[],
  before: string | null,
): Promise<Result<string, Failure>> => {
  const tree = await writeTree(world, root, files);
  if (!tree.ok) return tree;
  const words = ['commit-tree', tree.value, ...parents.flatMap((one) => ['-p', one])];
  const made = await world.exec(
    withIdentity(world, gitChange(root, [...words, '-m', 'nixup: runs'])),
    quiet,
  );
  return made.ok ? await moveRuns(world, root, made.value.stdout.trim(), before) : made;
};

/** An empty name of the commit before: the ref must not be there. */
const noCommit = '0'.repeat(40);

export const moveRuns = async (
  world: GitOnly,
  root: string,
  commit: string,
  before: string | null,
): Promise<Result<string, Failure>> => {
  const moved = await world.exec(
    gitChange(root, ['update-ref', runsRef, commit, before ?? noCommit]),
    quiet,
  );
  return moved.ok ? success(commit) : moved;
};

/** `behind`: somebody else pushed meanwhile; take that over and push again. */
type RunsPushed =
  | { readonly kind: 'pushed' }
  | { readonly kind: 'behind' }
  | { readonly kind: 'refused'; readonly detail: string };

export const pushRuns = async (
  world: GitOnly,
  root: string,
  remote: string,
): Promise<RunsPushed> => {
  const pushed = await world.exec(
    gitChange(root, [
      'push',
      // Hooks of the person are for branches.
      '--no-verify',
      '--no-follow-tags',
      '--',
      remote,
      `${runsRef}:${runsRef}`,
    ]),
    { ...quiet, timeoutMs: networkMs },
  );
  if (pushed.ok) return { kind: 'pushed' };
  const { failure } = pushed;
  const tail = tailOf(failure);
  const refusal = readPushRefusal(tail);
  if (refusal.kind === 'behind' || tail.some((line) => /cannot lock ref|stale info/i.test(line)))
    return { kind: 'behind' };
  // Git's own last line says only that refs were not pushed: the server said why.
  const isTold = refusal.kind !== 'unknown' && refusal.kind !== 'mirror';
  return { kind: 'refused', detail: isTold ? refusal.detail : reasonOf(failure) };
};
