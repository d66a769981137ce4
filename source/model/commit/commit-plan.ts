import { type Command, sayWord } from '../command.ts';
import type { CommitFacts } from './facts.ts';
import type { RequestPlan } from './request-plan.ts';

/**
 * Tracked files that differ from HEAD besides those of the commit, and what the person said about
 * them.
 */
type OtherChanges =
  | { readonly kind: 'none' }
  /** Nobody was asked yet: nothing is committed before that. */
  | { readonly kind: 'unasked'; readonly paths: readonly string[] }
  /** They stay uncommitted, on purpose. */
  | { readonly kind: 'left'; readonly paths: readonly string[] };

/** What a commit is to hold besides the lock, and what becomes of the rest. */
export interface CommitChoice {
  /** Relative to the root of the repository; `all` for every changed file. */
  readonly also: readonly string[] | 'all';
  readonly rest: 'unasked' | 'left';
}

/** The lock, and nothing else without being asked. */
export const lockOnly: CommitChoice = { also: [], rest: 'unasked' };

/** A commit before it is made: what a confirmation shows and freezes. */
export interface CommitPlan {
  readonly message: string;
  /** What the message was made of; absent where no commit can be made. */
  readonly facts?: CommitFacts;
  /** A message that somebody edited for this lock and that was not committed yet; null when none is kept. */
  readonly kept: string | null;
  /** Where an edited message is kept until it is committed; null where nothing can be kept. */
  readonly keptIn: string | null;
  readonly paths: readonly string[];
  readonly others: OtherChanges;
  readonly branch: string | null;
  /**
   * The commit is to be pushed as soon as it is made: a later run that finds it not pushed tries
   * that again.
   */
  readonly pushes?: true;
  /** The commit goes to a branch of its own, with a pull request, as soon as it is made. */
  readonly proposes?: true;
  /** What such a pull request means, told before; absent where it is not asked for. */
  readonly request?: RequestPlan;
  readonly commands: readonly Command[];
  /** Why no commit can be made now; null when one can. */
  readonly obstacle: string | null;
  /**
   * The obstacle is a state of the repository, such as a merge: it is told before anything else is
   * asked.
   */
  readonly isBlocked?: true;
  /** The obstacle is that a commit would hold nothing: nothing is wrong, and a push may still be left to do. */
  readonly holdsNothing?: true;
}

export type ChosenPaths =
  | { readonly kind: 'chosen'; readonly paths: readonly string[]; readonly others: OtherChanges }
  /** A file that was named and did not change. */
  | { readonly kind: 'unchanged'; readonly path: string };

/** What of the changed files a commit holds. Pure. */
export const choosePaths = (
  lock: string,
  changed: readonly string[],
  choice: CommitChoice,
): ChosenPaths => {
  const others = changed.filter((path) => path !== lock);
  const named = choice.also === 'all' ? others : choice.also;
  const also = named.filter((path) => path !== lock);
  const stranger = also.find((path) => !others.includes(path));
  if (stranger !== undefined) return { kind: 'unchanged', path: stranger };
  const paths = changed.filter((path) => path === lock || also.includes(path));
  const left = others.filter((path) => !also.includes(path));
  return {
    kind: 'chosen',
    paths,
    others: left.length === 0 ? { kind: 'none' } : { kind: choice.rest, paths: left },
  };
};

/** The choice of files that led to a plan. */
export const choiceOf = ({ paths, others }: CommitPlan): CommitChoice => ({
  also: paths,
  rest: others.kind === 'left' ? 'left' : 'unasked',
});

/** A file in a sentence; one whose name holds control characters in quotes, as git writes it. */
export const showFile = (path: string): string =>
  /\p{Cc}/u.test(path) ? JSON.stringify(path) : path;

/** All of these files in a sentence. */
export const showFiles = (paths: readonly string[]): string => paths.map(showFile).join(', ');

/**
 * The flags of `nixup commit` that say what becomes of other changed files. The shell reads them
 * back as exactly these names. A name with a comma gets a flag of its own; so do all names where
 * their list, joined by commas, is the name of a file.
 */
export const choiceWords = (paths: readonly string[]): string => {
  const plain = paths.filter((path) => !path.includes(','));
  const alone = paths.filter((path) => path.includes(','));
  const joined = plain.join(',');
  const values = [
    ...(plain.length === 0 ? [] : paths.includes(joined) ? plain : [joined]),
    ...alone,
  ];
  const flags = values.map((value) =>
    value.startsWith('-') ? `--with=${sayWord(value)}` : `--with ${sayWord(value)}`,
  );
  return `${flags.join(' ')} commits them too, --leave-rest leaves them uncommitted`;
};
