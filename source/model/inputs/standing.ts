import type { ChosenRevision, LockChange } from '../lock/change.ts';
import { adviceOf, adviceSentence } from '../words/advice.ts';
import { showRevision } from '../words/format.ts';
import { showAge } from '../words/format-time.ts';
import { padText, widthOf } from '../words/line.ts';
import { chosenWords } from './chosen-revision.ts';
import { changedWords } from './report.ts';

/** Why an input could not be fetched. */
type FetchObstacle =
  /** Its remote was not reached. */
  | 'network'
  /** The remote answered, and git was refused. */
  | 'refused'
  /** The folder or file that it names is not there. */
  | 'missing'
  /** It is there, and invisible to Nix. */
  | 'untracked'
  /** The remote has no such branch or tag. */
  | 'no-ref'
  /** Nix could not fetch it, whatever its remote says. */
  | 'nix';

/**
 * Why an input has the revision that it has: from the lock, the config, its own remote or folder.
 */
export type InputStanding =
  | { readonly kind: 'newest' }
  /** The remote has another revision than the lock. */
  | { readonly kind: 'behind'; readonly revision: string }
  /** `lockedAt`: seconds since the epoch; null where the lock has no date. */
  | { readonly kind: 'pinned'; readonly revision: string; readonly lockedAt: number | null }
  | { readonly kind: 'follows'; readonly target: string }
  | {
      readonly kind: 'held';
      readonly reason: string;
      readonly until: string | null;
      /** What its remote has instead; null where that is the same, or not known. */
      readonly newer: string | null;
    }
  /** A person chose its revision; `newer`: what its branch has instead, null where that is the same or not known. */
  | { readonly kind: 'chosen'; readonly chosen: ChosenRevision; readonly newer: string | null }
  | { readonly kind: 'excluded' }
  | {
      readonly kind: 'unfetched';
      readonly obstacle: FetchObstacle;
      readonly why: string;
      /** What to do about it. */
      readonly remedy: string;
      readonly command?: string;
    }
  /** It was updated, to a revision that failed on these hosts; `at`: ms since the epoch. */
  | {
      readonly kind: 'failed-before';
      readonly revision: string;
      readonly hosts: readonly string[];
      readonly at: number;
      readonly why: string;
      /** Inputs that must not be updated, so that this one works. */
      readonly together: readonly string[];
    }
  /**
   * An update of all inputs left it out: this revision was taken back, or failed; `at`: ms since
   * the epoch.
   */
  | {
      readonly kind: 'withheld';
      readonly revision: string;
      readonly at: number;
      readonly why: string;
    }
  /** Paths and archives have no revision that could be asked for. */
  | { readonly kind: 'unasked' };

export type Unfetched = Extract<InputStanding, { kind: 'unfetched' }>;

export type FailedBefore = Extract<InputStanding, { kind: 'failed-before' }>;

/** `failed on p620 3 d ago: does not build`. */
export const failedBeforeWords = ({ hosts, at, why }: FailedBefore, now: number): string =>
  `failed on ${hosts.join(', ')} ${showAge(now - at)} ago: ${why}`;

const heldWords = ({ reason, until }: { reason: string; until: string | null }): string =>
  `held${until === null ? '' : ` until ${until}`}: ${reason}`;

const unfetchedReason = ({ obstacle, why }: Unfetched): string => {
  switch (obstacle) {
    case 'network':
    case 'refused':
      return `did not move, and its remote could not be asked: ${why}`;
    case 'missing':
    case 'no-ref':
    case 'nix':
      return `could not be fetched: ${why}`;
    case 'untracked':
      return `is invisible to Nix: ${why}`;
  }
};

/** What to do about an input that could not be fetched, as a sentence. */
export const fetchAdvice = (standing: Unfetched): string => adviceSentence(adviceOf(standing));

/** `it was taken back with p620, 2 d ago`, and how it is taken anyway. */
const withheldWords = (
  { why, at }: Extract<InputStanding, { kind: 'withheld' }>,
  now: number,
): string => `it ${why}, ${showAge(now - at)} ago; to take it anyway, name it in the update`;

/** Why an update did not change the input. */
export const unmovedReason = (standing: InputStanding, now: number): string => {
  switch (standing.kind) {
    case 'newest':
      return 'is at its newest revision';
    case 'behind':
      return `did not move although its remote has ${showRevision(standing.revision)}; it was not fetched, try again`;
    case 'pinned': {
      const { lockedAt, revision } = standing;
      const age = lockedAt === null ? '' : `, ${showAge(now - lockedAt * 1_000)} old,`;
      return `is pinned to ${showRevision(revision)}${age} in flake.nix and cannot move`;
    }
    case 'follows':
      return `follows ${standing.target || 'the flake itself'}; update that one`;
    case 'held': {
      const { newer } = standing;
      return `is ${heldWords(standing)}${newer === null ? '' : ` (its remote has ${showRevision(newer)})`}`;
    }
    case 'chosen':
      return `is at the revision that was chosen: ${chosenWords(standing.chosen, standing.newer)}`;
    case 'excluded':
      return 'was left out, as asked';
    case 'unfetched':
      return unfetchedReason(standing);
    case 'failed-before':
      return `moved to ${showRevision(standing.revision)}, which ${failedBeforeWords(standing, now)}`;
    case 'withheld':
      return `did not move to ${showRevision(standing.revision)}: ${withheldWords(standing, now)}`;
    case 'unasked':
      return 'has no revision to compare: what Nix found there is what the lock has';
  }
};

/** What stands in the row of an input, in a few words; empty where there is nothing to say. */
export const standingInRow = (standing: InputStanding | undefined): string => {
  switch (standing?.kind) {
    case undefined:
    case 'follows':
    case 'unasked':
      return '';
    case 'newest':
      return 'newest';
    case 'behind':
      return `newer ${showRevision(standing.revision)}`;
    case 'pinned':
      return 'pinned';
    case 'held':
      return heldWords(standing);
    case 'chosen':
      return chosenWords(standing.chosen, standing.newer);
    case 'excluded':
      return 'left out';
    case 'withheld':
      return `not taken: ${standing.why}`;
    case 'failed-before':
      return `failed before on ${standing.hosts.join(', ')}`;
    case 'unfetched':
      switch (standing.obstacle) {
        case 'network':
        case 'refused':
          return 'remote not reached';
        case 'missing':
          return 'not there';
        case 'untracked':
          return 'invisible to Nix';
        case 'no-ref':
          return 'its branch is gone';
        case 'nix':
          return 'fetch failed';
      }
  }
};

/** Whether the update should have changed the input, or its remote is not known. */
export const isTroubling = ({ kind }: InputStanding): boolean =>
  kind === 'behind' || kind === 'unfetched' || kind === 'withheld';

/** How many of the flake's own inputs have something newer. */
export const countBehind = (standings: Readonly<Record<string, InputStanding>>): number =>
  Object.values(standings).filter(({ kind }) => kind === 'behind').length;

const groups: readonly (readonly [InputStanding['kind'], string])[] = [
  ['newest', 'at the newest revision'],
  ['held', 'held'],
  ['pinned', 'pinned'],
  ['chosen', 'at a chosen revision'],
  ['excluded', 'left out'],
  ['withheld', 'not taken again'],
  ['behind', 'not moved although newer'],
  ['unfetched', 'not fetched'],
  ['unasked', 'unchanged'],
];

/** The result of the whole update, in one sentence without its end. */
export const updateSentence = (
  changes: readonly LockChange[],
  unmoved: Readonly<Record<string, InputStanding>>,
  wish: readonly string[] | 'all',
): string => {
  const standings = Object.values(unmoved);
  const told = groups.flatMap(([kind, words]) => {
    const count = standings.filter((one) => one.kind === kind).length;
    // Where some inputs changed, those with nothing newer are not mentioned.
    const isQuiet = changes.length > 0 && (kind === 'newest' || kind === 'unasked');
    return count === 0 || isQuiet ? [] : [`${count} ${words}`];
  });
  if (changes.length > 0) return [changedWords(changes), ...told].join(', ');
  const isAllNewest = standings.every(({ kind }) => kind === 'newest' || kind === 'follows');
  if (!isAllNewest) return `No input changed: ${told.join(', ')}`;
  if (wish === 'all') return 'Every input is at its newest revision; the lock did not change';
  const names = Object.keys(unmoved).join(', ');
  return standings.some(({ kind }) => kind === 'follows') || names === ''
    ? `The lock did not change: ${wish.join(', ')} did not change`
    : `${names}: at the newest revision; the lock did not change`;
};

/**
 * What is known of inputs that the update did not change; one that was taken to a chosen revision
 * did change, and has its own row.
 */
export const unmovedAmong = (
  standings: Readonly<Record<string, InputStanding>>,
  changes: readonly LockChange[],
): Readonly<Record<string, InputStanding>> => {
  const changed = new Set(changes.map(({ path }) => path));
  return Object.fromEntries(
    Object.entries(standings).filter(([name, { kind }]) => kind !== 'chosen' || !changed.has(name)),
  );
};

/** Lines that name every input that the update did not change, with the reason. */
export const unmovedLines = (
  standings: Readonly<Record<string, InputStanding>>,
  now: number,
): readonly string[] => {
  // An input that brings a bad revision did change; that it does is told by a warning of its own.
  const rows = Object.entries(standings)
    .filter(([, { kind }]) => kind !== 'failed-before')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const width = Math.max(0, ...rows.map(([name]) => widthOf(name)));
  return rows.length === 0
    ? []
    : [
        '',
        'Did not move:',
        ...rows.flatMap(([name, standing]) => [
          `  ${padText(name, width)}  ${unmovedReason(standing, now)}`,
          ...(standing.kind === 'unfetched'
            ? [`  ${' '.repeat(width)}  ${fetchAdvice(standing)}`]
            : []),
        ]),
      ];
};
