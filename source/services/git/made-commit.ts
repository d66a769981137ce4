import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { Head, LaterCommit } from './head.ts';

/** How git's commit ended, as far as it says whether there is a commit. */
type CommitEnding =
  /** Git says that it made one. */
  | 'well'
  /** Git says that it made none. */
  | 'refused'
  /** It was stopped, or died: before its commit or after it. */
  | 'cut';

/**
 * Git ends with 1 only before it moves HEAD: a hook refused, or there is nothing to
 * commit (builtin/commit.c). With 128 it dies before that, or where it cannot write
 * the index afterwards.
 */
export const commitEndingOf = (done: Result<void, Failure>): CommitEnding => {
  if (done.ok) return 'well';
  const { failure } = done;
  switch (failure.code) {
    case 'command-failed':
      return failure.exitCode === 1 ||
        failure.tail.some((line) => /^fatal: .*cannot (?:lock|update) (?:the )?ref/.test(line))
        ? 'refused'
        : 'cut';
    case 'command-killed':
    case 'command-timeout':
    case 'canceled':
      return 'cut';
    default:
      return 'refused';
  }
};

/** The lines of a message as `--cleanup=whitespace` leaves them (git-stripspace(1)). */
const cleaned = (message: string): string =>
  message
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');

/** Which of the commits since then is the one that nixup asked for. */
type FoundCommit =
  | { readonly kind: 'none' }
  | { readonly kind: 'ours'; readonly head: Head }
  /** Somebody else's commit came between: ours stands on top of it. */
  | { readonly kind: 'on-top'; readonly head: Head; readonly other: Head }
  /** There are commits, and none can be proven to be ours. */
  | { readonly kind: 'foreign'; readonly other: Head };

export interface ExpectedCommit {
  /** HEAD before the commit; null before the first one. */
  readonly from: string | null;
  readonly tree: string;
  readonly message: string;
  readonly ending: CommitEnding;
  /** Hooks run, and may rewrite the message. */
  readonly hasHooks: boolean;
}

/**
 * Whose commit it is, before anything is moved: by how git ended, and by parent,
 * message and tree. Pure.
 */
export const attribute = (since: readonly LaterCommit[], wanted: ExpectedCommit): FoundCommit => {
  const [first] = since;
  if (first === undefined) return { kind: 'none' };
  const foreign = { kind: 'foreign', other: first } as const;
  if (wanted.ending === 'refused') return foreign;
  const message = cleaned(wanted.message);
  const isSaid = (one: LaterCommit): boolean => cleaned(one.message) === message;
  const isMade = (one: LaterCommit): boolean => one.tree === wanted.tree;
  const direct = since.filter(({ parent }) => parent === wanted.from);
  const ours =
    direct.find((one) => isSaid(one) && isMade(one)) ??
    direct.find(isSaid) ??
    (wanted.hasHooks ? direct.find(isMade) : undefined);
  if (ours !== undefined) return { kind: 'ours', head: ours };
  const later = since.find((one) => one.parent !== wanted.from && isSaid(one));
  const below = since.find(({ revision }) => revision === later?.parent);
  if (later !== undefined && below !== undefined)
    return { kind: 'on-top', head: later, other: below };
  // Git made one, and there is only one.
  return wanted.ending === 'well' && since.length === 1 && first.parent === wanted.from
    ? { kind: 'ours', head: first }
    : foreign;
};
