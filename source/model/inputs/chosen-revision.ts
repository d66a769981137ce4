import { type ChosenRevision, type LockChange, lockedSide } from '../lock/change.ts';
import { showDay } from '../lock/describe.ts';
import { showRevision } from '../words/format.ts';
import { isDay } from '../words/format-time.ts';

/** What a person asked an input to be taken to. */
export type RevisionWish =
  /** The last commit of its branch on or before the end of that day, UTC. */
  | { readonly kind: 'day'; readonly day: string }
  /** A hash, whole or its beginning; a tag or a branch. */
  | { readonly kind: 'revision'; readonly name: string };

/** An input with what it is to be taken to; null: to whatever is newest. */
export interface InputWish {
  readonly name: string;
  readonly to: string | null;
}

/**
 * Reads `nixpkgs@2026-11-20`. The name may hold an `@` itself, where flake.nix
 * has it in quotes: the longest name that there is counts.
 */
export const readInputWish = (word: string, names: readonly string[]): InputWish => {
  if (names.includes(word) || !word.includes('@')) return { name: word, to: null };
  const known = names
    .filter((name) => word.startsWith(`${name}@`))
    .toSorted((one, other) => other.length - one.length)[0];
  const name = known ?? word.slice(0, word.indexOf('@'));
  return name === '' ? { name: word, to: null } : { name, to: word.slice(name.length + 1) };
};

/** What stands behind the `@`, or why that cannot be one. `today` as in `2026-11-29`. */
export const readRevisionWish = (
  text: string,
  today: string,
): { readonly wish: RevisionWish } | { readonly wrong: string } => {
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(text)) {
    if (!isDay(text)) return { wrong: `${text} is no day; write it as in 2026-11-20` };
    return text > today
      ? { wrong: `${text} has not come yet: today is ${today} (UTC)` }
      : { wish: { kind: 'day', day: text } };
  }
  if (text === '') return { wrong: 'behind the @ stands nothing' };
  // As git check-ref-format(1): what git would take for an option, a range or a path of a tree is none.
  const isName = /^[A-Za-z0-9_][A-Za-z0-9_.+/@-]*$/.test(text);
  return isName && !text.includes('..') && !text.includes('@{') && !text.endsWith('.lock')
    ? { wish: { kind: 'revision', name: text } }
    : { wrong: `${JSON.stringify(text)} is neither a revision nor a day` };
};

/** `chosen: 2026-11-20 (main has 64c08a7)`, for the row of an input. */
export const chosenWords = (
  { wish, branch, onBranch, revision }: ChosenRevision,
  newer: string | null,
): string => {
  const name = branch ?? 'its branch';
  const has =
    newer === null || newer === revision
      ? `${name} has the same`
      : `${name} has ${showRevision(newer)}`;
  return `chosen: ${wish} (${has}${onBranch === false ? `, and not this commit` : ''})`;
};

/** The whole sentence, once: which commit it is, and of when. */
export const chosenSentence = (name: string, chosen: ChosenRevision): string => {
  const { wish, revision, date, branch, onBranch, tip } = chosen;
  const day = showDay(date ?? undefined);
  const where =
    branch === null
      ? ''
      : onBranch === true
        ? ` of ${branch}`
        : onBranch === false
          ? `, which ${branch} does not have`
          : `; whether ${branch} has it could not be found out`;
  const newest =
    tip === null || tip === revision ? '' : ` ${branch ?? 'Its branch'} has ${showRevision(tip)}.`;
  const named = revision.startsWith(wish) ? '' : `${wish} is `;
  return `${name}: ${named}commit ${showRevision(revision)}${day === null ? '' : ` of ${day}`}${where}.${newest}`;
};

/** The changes with the choice that led to them, where a person made one. */
export const withChosen = (
  changes: readonly LockChange[],
  records: readonly ({ readonly input: string } & ChosenRevision)[],
): readonly LockChange[] =>
  records.length === 0
    ? changes
    : changes.map((change) => {
        const revision = lockedSide(change.new)?.rev;
        const found = records.findLast(
          (one) => one.input === change.path && one.revision === revision,
        );
        if (found === undefined) return change;
        const { wish, date, branch, onBranch, tip } = found;
        return {
          ...change,
          chosen: { revision: found.revision, wish, date, branch, onBranch, tip },
        };
      });
