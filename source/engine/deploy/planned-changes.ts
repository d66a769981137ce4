import { type HostPreview, interrupted } from '../../model/deploy/preview.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { PackageDifference } from '../../model/packages/packages.ts';
import { groupMoves, realMoves } from '../../model/past/package-moves.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** Package changes in memory between a preview and its deploy, in all: hosts of a fleet differ in much the same. */
const mostKept = 100_000;

/** By `FROM TO`, for each flake that is open. */
const previewed = new WeakMap<EngineContext['records'], Map<string, PackageDifference>>();

/** Keeps what a preview found, for the journal of the run that does it. */
export const keepPreviewedPackages = (
  { records }: EngineContext,
  difference: PackageDifference,
): void => {
  const known = previewed.get(records) ?? new Map<string, PackageDifference>();
  previewed.set(records, known);
  const key = `${difference.old} ${difference.new}`;
  known.delete(key);
  known.set(key, { ...difference, changes: realMoves(difference) });
  let count = 0;
  for (const [one, { changes }] of [...known].toReversed()) {
    count += changes.length;
    if (count > mostKept && one !== key) known.delete(one);
  }
};

/** Writes to the journal which packages the planned systems bring, before the first host is changed. */
export const sayPackages = (
  { records }: EngineContext,
  session: RunSession,
  targets: readonly {
    readonly host: string;
    readonly from: StorePath | null;
    readonly to: StorePath;
  }[],
): void => {
  const known = previewed.get(records);
  const differences = targets.flatMap(({ host, from, to }) => {
    const difference = from === null ? undefined : known?.get(`${from} ${to}`);
    return difference === undefined ? [] : [[host, difference] as const];
  });
  for (const moves of groupMoves(differences)) session.say({ type: 'packages-moved', ...moves });
};

/** What the preview says, where the unit files of both systems could be compared. */
export const unitsOf = (
  preview: HostPreview | undefined,
): { readonly units?: readonly string[] } =>
  preview === undefined || preview.basis === 'unknown'
    ? {}
    : { units: interrupted(preview.impact) };
