import { counted } from '../words/sentences.ts';
/**
 * - `passes`, `fails`: the sought failure is not there, or is
 * - `unclear`: something else stands in the way, so that this set tells nothing
 */
export type BisectVerdict = 'passes' | 'fails' | 'unclear';

/** A set of inputs at their new revisions, all others at the old ones. */
export interface BisectProbe {
  readonly updated: readonly string[];
  readonly verdict: BisectVerdict;
}

export type BisectStep =
  /** What to try next, and how many more tries there are at most, this one included. */
  | {
      readonly kind: 'probe';
      readonly updated: readonly string[];
      readonly suspects: readonly string[];
      readonly atMost: number;
    }
  /**
   * The inputs that break it, all of them needed for that. `isExact` is false where unclear tries
   * left several inputs of which one is the cause.
   */
  | { readonly kind: 'found'; readonly inputs: readonly string[]; readonly isExact: boolean }
  /** It fails with every input at its old revision too: no input is the cause. */
  | { readonly kind: 'not-inputs' };

const keyOf = (inputs: readonly string[]): string => [...inputs].sort().join('\n');

const halvings = (count: number): number => (count <= 1 ? 0 : Math.ceil(Math.log2(count)));

/**
 * Finds the smallest set of inputs whose new revisions break a host. Answers the next set to try,
 * or the result. `inputs` are in the order in which they join the set, cheap ones first; it is
 * known that all of them together fail. One guilty input among n takes at most ⌈log2 n⌉ + 1 tries.
 * Pure: given the probes of an earlier search, it continues that search.
 */
export const nextBisectStep = (
  inputs: readonly string[],
  probes: readonly BisectProbe[],
): BisectStep => {
  const verdicts = new Map(probes.map(({ updated, verdict }) => [keyOf(updated), verdict]));
  verdicts.set(keyOf(inputs), 'fails');
  const probe = (
    updated: readonly string[],
    suspects: readonly string[],
    atMost: number,
  ): BisectStep => ({ kind: 'probe', updated, suspects, atMost: Math.max(1, atMost) });

  let found: readonly string[] = [];
  let candidates = inputs;
  for (;;) {
    // The smallest number of candidates that fails together with what was found.
    let low = 0;
    let high = candidates.length;
    const withFirst = (count: number): readonly string[] => [
      ...found,
      ...candidates.slice(0, count),
    ];
    while (high - low > 1) {
      const middle = (low + high) / 2;
      const places = Array.from({ length: high - low - 1 }, (_, index) => low + 1 + index).sort(
        (one, other) => Math.abs(one - middle) - Math.abs(other - middle) || one - other,
      );
      const known = places.find((place) => {
        const verdict = verdicts.get(keyOf(withFirst(place)));
        return verdict === 'passes' || verdict === 'fails';
      });
      if (known !== undefined) {
        if (verdicts.get(keyOf(withFirst(known))) === 'fails') high = known;
        else low = known;
        continue;
      }
      const place = places.find((one) => !verdicts.has(keyOf(withFirst(one))));
      if (place === undefined) break;
      return probe(withFirst(place), candidates.slice(low, high), halvings(high - low) + 1);
    }
    const isExact = high - low <= 1;
    const guilty = candidates.slice(low, high);
    if (!isExact) return { kind: 'found', inputs: [...found, ...guilty], isExact };
    // Every set failed so far: perhaps no input is the cause.
    if (low === 0 && found.length === 0) {
      const before = verdicts.get(keyOf([]));
      if (before === 'fails') return { kind: 'not-inputs' };
      if (before === undefined) return probe([], guilty, 1);
    }
    found = [...found, ...guilty];
    candidates = candidates.slice(0, low);
    if (candidates.length === 0) return { kind: 'found', inputs: found, isExact };
    const alone = verdicts.get(keyOf(found));
    if (alone === undefined) return probe(found, found, 1);
    if (alone === 'fails') return { kind: 'found', inputs: found, isExact };
    if (alone === 'unclear') return { kind: 'found', inputs: found, isExact: false };
  }
};

/** Where a search stands, for people. */
export interface BisectProgress {
  /** The host on which it is tried, and all that fail for the same reason. */
  readonly host: string;
  readonly hosts: readonly string[];
  /** The failure whose reason is sought. */
  readonly what: string;
  readonly inputs: readonly string[];
  readonly probes: readonly BisectProbe[];
  /** What is tried now; null between tries and at the end. */
  readonly trying: readonly string[] | null;
  readonly suspects: readonly string[];
  /** Tries that are left at most. */
  readonly atMost: number;
  /** Builds that were needed so far; a try whose system is known needs none. */
  readonly builds: number;
  readonly outcome:
    | { readonly kind: 'searching' }
    | { readonly kind: 'found'; readonly inputs: readonly string[]; readonly isExact: boolean }
    | { readonly kind: 'not-inputs' }
    | { readonly kind: 'stopped'; readonly why: string };
}

const listed = (names: readonly string[]): string =>
  names.length < 2
    ? (names[0] ?? '')
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** The state of a search in one line. */
export const bisectSentence = (progress: BisectProgress): string => {
  const { outcome, inputs, hosts } = progress;
  const where = listed(hosts);
  switch (outcome.kind) {
    case 'searching': {
      const left = counted(progress.atMost, 'try', 'tries');
      const trying =
        progress.trying === null
          ? ''
          : progress.trying.length === 0
            ? ', trying the committed lock'
            : `, trying with only ${listed(progress.trying)} updated`;
      return `Searching what breaks ${where}: ${progress.suspects.length} of ${inputs.length} inputs left, at most ${left}${trying}`;
    }
    case 'found':
      if (!outcome.isExact)
        return `one of ${listed(outcome.inputs)} breaks ${where}; which one is not known, because they do not work without each other`;
      return outcome.inputs.length === 1
        ? `${outcome.inputs[0] ?? ''} breaks ${where}`
        : `${listed(outcome.inputs)} together break ${where}; each alone works`;
    case 'not-inputs':
      return `${where}: fails with the committed lock too, so no input is to blame`;
    case 'stopped':
      return `The search for ${where} stopped: ${outcome.why}`;
  }
};

/**
 * The fewest inputs that must be held so that none of the failures remains; of inputs that break a
 * host only together one is enough.
 */
export const guiltyInputs = (searches: readonly BisectProgress[]): readonly string[] => {
  const sets = searches.flatMap(({ outcome }) =>
    outcome.kind === 'found' && outcome.isExact ? [outcome.inputs] : [],
  );
  const chosen = new Set(sets.filter(({ length }) => length === 1).flat());
  for (const set of sets)
    if (!set.some((input) => chosen.has(input))) {
      const [first] = set;
      if (first !== undefined) chosen.add(first);
    }
  return [...chosen];
};
