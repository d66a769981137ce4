import type { InputFact, LockFacts } from '../lock/facts.ts';
import { ownOf } from '../own-of.ts';
import type { InputStanding } from './standing.ts';

/** What the remote of an input had when it was asked last. */
export interface RemoteTip {
  /** What flake.nix asked for then: another source has another remote. */
  readonly source: string;
  readonly revision: string;
  /** The revision is not older than this, seconds since the epoch; null where no date was known. */
  readonly notBefore: number | null;
  /** When that was known, ms since the epoch. */
  readonly at: number;
}

export type RemoteTips = Readonly<Record<string, RemoteTip>>;

type Standings = Readonly<Record<string, InputStanding>>;

const inputsOf = (lock: LockFacts): readonly InputFact[] =>
  lock.kind === 'read' ? lock.inputs : [];

/** The revision that a remote has, where this says so. */
const tipIn = (standing: InputStanding, locked: string | null): string | null => {
  switch (standing.kind) {
    case 'newest':
      return locked;
    case 'behind':
      return standing.revision;
    case 'held':
    case 'chosen':
      return standing.newer;
    case 'pinned':
    case 'follows':
    case 'excluded':
    case 'unfetched':
    case 'failed-before':
    case 'withheld':
    case 'unasked':
      return null;
  }
};

/** With what remotes have just said of the inputs of this lock. */
export const tipsWith = (
  tips: RemoteTips,
  standings: Standings,
  lock: LockFacts,
  at: number,
): RemoteTips => {
  const told = inputsOf(lock).flatMap(({ name, source, revision, lastModified }) => {
    const standing = ownOf(standings, name);
    const tip = standing === undefined ? null : tipIn(standing, revision);
    // A remote that has another revision than the lock has moved on from it.
    return tip === null
      ? []
      : [[name, { source, revision: tip, notBefore: lastModified, at }] as const];
  });
  return told.length === 0 ? tips : { ...tips, ...Object.fromEntries(told) };
};

/** With what an update has just fetched: nobody chose it, so it is what the remote has. */
export const tipsAfterUpdate = (
  tips: RemoteTips,
  before: LockFacts,
  now: LockFacts,
  at: number,
): RemoteTips => {
  if (now.kind !== 'read') return tips;
  const chosen = new Set(
    now.changes.filter((change) => change.chosen !== undefined).map(({ path }) => path),
  );
  const old = new Map(inputsOf(before).map((input) => [input.name, input.revision]));
  const fetched = now.inputs.flatMap(({ name, source, revision, lastModified }) =>
    revision === null || revision === old.get(name) || chosen.has(name)
      ? []
      : [[name, { source, revision, notBefore: lastModified, at }] as const],
  );
  return fetched.length === 0 ? tips : { ...tips, ...Object.fromEntries(fetched) };
};

/** Whether what the remote had is known to be younger than what is locked. */
const isYounger = (tip: RemoteTip, { revision, lastModified }: InputFact): boolean =>
  revision !== null &&
  tip.revision !== revision &&
  tip.notBefore !== null &&
  lastModified !== null &&
  lastModified <= tip.notBefore;

/**
 * What is still true of the inputs of another lock. Of an input that is locked as it was all is; of one that moved, what its
 * remote had is compared with where it stands now. Somebody may have moved it to what the remote got since: of one that may
 * be younger than what the remote had, nothing is said, so that its remote is asked again.
 */
export const standingsIn = (
  standings: Standings,
  tips: RemoteTips,
  before: LockFacts,
  now: LockFacts,
): Standings => {
  const old = new Map(inputsOf(before).map((input) => [input.name, input]));
  const isAsBefore = ({ name, source, revision, follows }: InputFact): boolean => {
    const earlier = old.get(name);
    return (
      earlier?.source === source && earlier.revision === revision && earlier.follows === follows
    );
  };
  const asBefore = new Set(
    inputsOf(now)
      .filter(isAsBefore)
      .map(({ name }) => name),
  );
  // What an input brings moves with it.
  const nested = Object.entries(standings).filter(
    ([path]) => path.includes('/') && asBefore.has(path.slice(0, path.indexOf('/'))),
  );
  const kept = inputsOf(now).flatMap((input) => {
    const { name, source, pinned, follows } = input;
    const standing = ownOf(standings, name);
    if (asBefore.has(name) && standing !== undefined) return [[name, standing] as const];
    const tip = ownOf(tips, name);
    if (tip === undefined || tip.source !== source || pinned || follows !== null) return [];
    if (standing?.kind === 'held')
      return [[name, { ...standing, newer: isYounger(tip, input) ? tip.revision : null }] as const];
    // One that stands at what its remote has moved there just now: that is told by its change.
    return isYounger(tip, input)
      ? [[name, { kind: 'behind', revision: tip.revision }] as const]
      : [];
  });
  return Object.fromEntries([...nested, ...kept]);
};
