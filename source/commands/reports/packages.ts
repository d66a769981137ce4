import type { PackageChange, PackageDifference } from '../../model/packages/packages.ts';
import {
  closureWords,
  countPackages,
  groupHosts,
  isCriticalPackage,
  reviewPackages,
  versionsLine,
} from '../../model/packages/review.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showSizeChange } from '../../model/words/format.ts';
import type { AppState } from '../../state/state.ts';
import { alignRows } from '../arguments/text-table.ts';

/** One host of `nixup packages --json`. Where it could not be compared, `error` says why. */
interface HostPackagesDocument {
  readonly name: string;
  readonly old: string | null;
  readonly new: string | null;
  /** Empty where nothing is known too. */
  readonly changes: readonly PackageChange[];
  readonly sizeDelta: number | null;
  /** Bytes of all that the systems refer to; absent where that is not known. */
  readonly closure?: { readonly old: number; readonly new: number };
  readonly error: string | null;
}

/** A host that is asleep is normal; one whose new system cannot be made is not. */
export const isNotComparable = (state: AppState, name: string): boolean =>
  state.packages[name]?.kind === 'unknown' && state.hosts[name]?.probe.kind !== 'failed';

/** Some hosts that sleep are normal; where nothing at all was compared, nothing is known. */
export const isNothingCompared = (state: AppState, names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => state.packages[name]?.kind !== 'compared');

export const nothingCompared = 'No host was compared: nothing is known of the packages.';

const documentOf = (state: AppState, name: string): HostPackagesDocument => {
  const packages = state.packages[name];
  const host = state.hosts[name];
  if (packages?.kind === 'compared') {
    const { old, new: now, changes, sizeDelta, closure } = packages.difference;
    return {
      name,
      old,
      new: now,
      changes,
      sizeDelta,
      ...(closure === undefined ? {} : { closure }),
      error: null,
    };
  }
  const isAnswered = host?.probe.kind === 'answered';
  return {
    name,
    old: isAnswered ? (host.facts?.current ?? null) : null,
    new: host?.expectation.kind === 'known' ? host.expectation.toplevel : null,
    changes: [],
    sizeDelta: null,
    error: packages?.kind === 'unknown' ? packages.why : 'It was not compared.',
  };
};

/** The document of `nixup packages --json`. */
export const packagesJson = (
  state: AppState,
  names: readonly string[],
): { readonly version: 1; readonly hosts: readonly HostPackagesDocument[] } => ({
  version: 1,
  hosts: names.map((name) => documentOf(state, name)),
});

const rowsOf = ({ changes }: PackageDifference): readonly string[] => {
  const shown = reviewPackages(changes).filter(({ kind }) => kind !== 'rebuilt');
  const rebuilt = changes.length - shown.length;
  const rows = shown.map((change) => [
    isCriticalPackage(change.name) || change.major ? '  !' : '   ',
    change.name,
    change.kind,
    `${versionsLine(change)}${change.major ? '  (major)' : ''}`,
    showSizeChange(change.sizeDelta),
  ]);
  return [
    ...alignRows(rows),
    ...(rebuilt === 0 ? [] : [`    and ${rebuilt} rebuilt with the same version`]),
  ];
};

/** Hosts with the same difference as one block, what a machine needs to boot first; then who is missing. */
export const packagesText = (state: AppState, names: readonly string[]): string => {
  const differences = names.flatMap((host) => {
    const packages = state.packages[host];
    return packages?.kind === 'compared' ? [{ host, difference: packages.difference }] : [];
  });
  const blocks = groupHosts(differences).map(({ hosts, difference }) =>
    [
      difference.old === difference.new
        ? `${hosts.join(', ')}: runs what the flake says`
        : `${hosts.join(', ')}: ${countPackages(difference.changes)}; closure ${closureWords(difference)}`,
      ...rowsOf(difference),
    ].join('\n'),
  );
  const missing = names.flatMap((name) => {
    const packages = state.packages[name];
    if (packages?.kind !== 'unknown') return [];
    return [
      `${name}: not compared. ${packages.why}${packages.next === null ? '' : `\n  ${adviceLine(packages.next)}`}`,
    ];
  });
  return [...blocks, ...missing].join('\n\n');
};
