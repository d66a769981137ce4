import type { Attributes } from '../lock/lock.ts';
import { textOf } from '../lock/lock-attributes.ts';
import type { HashMismatch, HashVerdict } from '../nix/cause.ts';

const placeholder = /^(?:sha\d+[-:])?(?:A{40,}=*|0{32,})$/;

/** Whether a hash is the one that packagers write until they know the real one. */
export const isPlaceholder = (hash: string): boolean => placeholder.test(hash);

const ofRevisions: ReadonlySet<string | undefined> = new Set(['git', 'hg']);

/**
 * Why an input's content is not what the lock promises. `committed` is the same
 * input in the committed lock; `got` what was fetched, and `served` what
 * upstream gave when it was asked again, null where it did not answer.
 */
export const judgeInputHash = (
  locked: Attributes,
  committed: Attributes | null,
  got: string | null,
  served: string | null,
): HashVerdict => {
  const expected = textOf(locked, 'narHash');
  if (served !== null && served === expected) return 'good-again';
  const isSame =
    committed !== null &&
    ['rev', 'url'].every((name) => textOf(committed, name) === textOf(locked, name));
  if (isSame && textOf(committed, 'narHash') === (served ?? got)) return 'lock-edited';
  if (textOf(locked, 'rev') !== undefined && ofRevisions.has(textOf(locked, 'type')))
    return 'lock-wrong';
  return served === null ? 'unknown' : 'upstream-changed';
};

/** The verdict on an input as a sentence without its full stop. */
const inputVerdict = ({ verdict, revision }: HashMismatch): string => {
  const under = revision === null ? 'the same address' : `the same revision ${revision}`;
  switch (verdict) {
    case 'upstream-changed':
      return `Asked again, upstream serves other content under ${under}`;
    case 'good-again':
      return 'Upstream serves what the lock expects now; the earlier download was damaged';
    case 'lock-edited':
      return `Upstream did not change: the committed lock has what it serves under ${under}, so the lock was edited`;
    case 'lock-wrong':
      return `Upstream did not change: ${revision ?? 'a revision'} always has the same content, so the hash in the lock is wrong`;
    case 'placeholder':
    case 'unknown':
      return `Upstream serves other content under ${under}`;
  }
};

const sourceVerdict = ({ verdict }: HashMismatch): string => {
  switch (verdict) {
    case 'placeholder':
      return 'The expected one is a placeholder for the one that was got';
    case 'upstream-changed':
      return 'The expected one is committed and was not edited since, so upstream changed the file';
    case 'good-again':
    case 'lock-edited':
    case 'lock-wrong':
    case 'unknown':
      return 'Upstream changed the file, or the hash was not updated with the version';
  }
};

/** The mismatch as a sentence. `subject` is the package's source; `hashes` says what was expected and got. */
export const mismatchSentence = (
  mismatch: HashMismatch,
  subject: string,
  hashes: string,
): string => {
  if (mismatch.input !== null)
    return `The input ${mismatch.input} is not what the lock promises${hashes}. ${inputVerdict(mismatch)}`;
  const from = mismatch.url === null ? '' : ` (${mismatch.url})`;
  return `The source ${subject}${from} is not what its hash promises${hashes}. ${sourceVerdict(mismatch)}`;
};
