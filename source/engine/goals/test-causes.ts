import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { inputOfHash, movedInputs } from '../../model/lock-moves.ts';
import type { NixCause } from '../../model/nix-cause.ts';
import { placeInFlake } from '../../model/nix-own-position.ts';
import {
  type CauseScene,
  type HostCause,
  noScene,
  shareCauses,
  type TestCause,
} from '../../model/test-causes.ts';
import { parseFlakeLock } from '../../parsers/flake-lock.ts';
import type { SyntaxProblem } from '../../services/nix-syntax.ts';
import type { EngineContext } from '../context.ts';

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

/** The cause in a failure; one that Nix did not name is told in the program's own words. */
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

const sceneOf = (context: EngineContext): CauseScene => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return noScene;
  const parsed = parseFlakeLock(lock.newText, 'flake.lock');
  return {
    movedInputs: movedInputs(lock.changes),
    inputOfHash: (hash) => (parsed.ok ? inputOfHash(parsed.value, hash) : null),
  };
};

/** Every cause once, with its hosts, placed in the person's own files where that is possible. */
export const findCauses = (
  context: EngineContext,
  failures: readonly HostCause[],
  files: ReadonlySet<string>,
): readonly TestCause[] =>
  shareCauses(
    failures.map((failure) => ({
      ...failure,
      cause: placeInFlake(failure.cause, context.flake, files),
    })),
    sceneOf(context),
  );
