import { type FlakeFiles, placeInFlake } from '../../model/causes/position.ts';
import {
  type CauseScene,
  type HostCause,
  noScene,
  shareCauses,
  type TestCause,
} from '../../model/causes/test-causes.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { inputOfHash, movedInputs } from '../../model/inputs/moves.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { lockedOf, nodeAt } from '../../model/lock/lock-attributes.ts';
import { listInputs, showPath } from '../../model/lock/paths.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { sourcePath } from '../../services/inputs/release-notes.ts';
import type { SyntaxProblem } from '../../services/nix/check.ts';
import type { EngineContext } from '../run/context.ts';
import type { ChangesBeside } from './changes-beside.ts';

export const syntaxCause = ({ file, line, column, message, excerpt }: SyntaxProblem): NixCause => {
  const position = { file, line, column };
  return {
    class: 'syntax',
    message,
    derivation: null,
    position,
    positions: [position],
    expected: null,
    got: null,
    tail: excerpt,
  };
};

/** The cause in a failure; where Nix named none, in the program's own words. */
export const causeOfFailure = (failure: Failure): NixCause => {
  if (
    (failure.code === 'evaluation-failed' || failure.code === 'build-failed') &&
    failure.because !== undefined
  )
    return failure.because;
  const { what, tail } = explain(failure);
  return {
    class:
      failure.code === 'canceled'
        ? 'canceled'
        : failure.code === 'lock-invalid'
          ? 'lock-outdated'
          : 'unknown',
    message: what,
    derivation: null,
    position: null,
    positions: [],
    expected: null,
    got: null,
    tail,
  };
};

/**
 * Every derivation that failed by itself: after the first cause is mended only the next would show.
 */
export const causesOfFailure = (failure: Failure): readonly NixCause[] => [
  causeOfFailure(failure),
  ...(failure.code === 'build-failed' ? (failure.also ?? []) : []),
];

const sceneOf = (context: EngineContext, beside: ChangesBeside): CauseScene => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return { ...noScene, beside };
  const parsed = parseFlakeLock(lock.newText, 'flake.lock');
  return {
    movedInputs: movedInputs(lock.changes),
    inputOfHash: (hash) => (parsed.ok ? inputOfHash(parsed.value, hash) : null),
    beside,
  };
};

/**
 * The input that a source belongs to, found by the store path that follows from its hash, or by the
 * revision in its name.
 */
const inputOfSource = (lock: FlakeLock): ((source: string) => string | null) => {
  const sources = listInputs(lock).flatMap(({ path, edge }) => {
    const node = typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    if (node === undefined) return [];
    const { narHash, rev } = lockedOf(node);
    const stored = typeof narHash === 'string' ? sourcePath(narHash) : null;
    return [{ input: showPath(path), stored, rev: typeof rev === 'string' ? rev : null }];
  });
  return (source) =>
    sources.find(
      ({ stored, rev }) =>
        stored === source || (rev !== null && source.startsWith('«') && source.includes(rev)),
    )?.input ?? null;
};

/** Which files are the flake's own, and which input the other files belong to. */
export const flakeFiles = (context: EngineContext, files: ReadonlySet<string>): FlakeFiles => {
  const { lock } = context.state();
  const parsed = lock.kind === 'read' ? parseFlakeLock(lock.newText, 'flake.lock') : null;
  return {
    flake: context.flake,
    files,
    inputOfSource: parsed?.ok === true ? inputOfSource(parsed.value) : () => null,
  };
};

/** Every cause once, with its hosts, placed in the person's own files where that is possible. */
export const findCauses = (
  context: EngineContext,
  failures: readonly HostCause[],
  files: ReadonlySet<string>,
  beside: ChangesBeside = () => ({ kind: 'unknown' }),
): readonly TestCause[] => {
  const own = flakeFiles(context, files);
  return shareCauses(
    failures.map((failure) => ({ ...failure, cause: placeInFlake(failure.cause, own) })),
    sceneOf(context, beside),
  );
};
