import { isPlaceholder, judgeInputHash } from '../../model/causes/hash-mismatch.ts';
import { causeSentence } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import { inputOfHash } from '../../model/inputs/moves.ts';
import type { Attributes, FlakeLock } from '../../model/lock/lock.ts';
import { lockedOf, nodeAt, textOf } from '../../model/lock/lock-attributes.ts';
import { pathIn, resolvePath } from '../../model/lock/paths.ts';
import type { HashMismatch, NixCause } from '../../model/nix/cause.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { fetchedUrl, findHash, servedHash } from '../../services/nix/hash-places.ts';
import type { EngineContext } from '../run/context.ts';

const lockOf = (text: string): FlakeLock | null => {
  const parsed = parseFlakeLock(text, 'flake.lock');
  return parsed.ok ? parsed.value : null;
};

const lockedAt = (lock: FlakeLock | null, input: string): Attributes | null => {
  const found = lock === null ? null : resolvePath(lock, pathIn(lock, input));
  const node = lock === null || found === null ? undefined : nodeAt(lock, found.key);
  return node === undefined ? null : lockedOf(node);
};

/** The reference that Nix names in its message, without the hash that it does not keep. */
const referenceIn = (message: string): string | null =>
  /in input '([^']+)'/.exec(message)?.[1]?.replace(/([?&])narHash=[^&]*&?/, '$1') ?? null;

const shownRevision = 7;

/**
 * The input that it belongs to, and which of the two hashes is the lock's: Nix 2.34 names the
 * lock's hash as the one that it got.
 */
const ofInput = async (
  context: EngineContext,
  cause: NixCause,
  signal: AbortSignal,
): Promise<NixCause | null> => {
  const { lock } = context.state();
  const now = lock.kind === 'read' ? lockOf(lock.newText) : null;
  if (now === null || lock.kind !== 'read') return null;
  const isSwapped = cause.got !== null && inputOfHash(now, cause.got) !== null;
  const [expected, got] = isSwapped ? [cause.got, cause.expected] : [cause.expected, cause.got];
  const input = expected === null ? null : inputOfHash(now, expected);
  const locked = input === null ? null : lockedAt(now, input);
  if (input === null || locked === null) return null;
  const reference = referenceIn(cause.message);
  const served = reference === null ? null : await servedHash(context.world, reference, signal);
  const row = lock.newText.split('\n').findIndex((line) => line.includes(expected ?? ''));
  const position = { file: 'flake.lock', line: row + 1, column: null };
  const committed = lockedAt(lockOf(lock.oldText), input);
  return {
    ...cause,
    expected,
    got,
    // The code that uses the input is not the cause.
    position,
    positions: [position],
    tail: [cause.message],
    mismatch: {
      input,
      revision: textOf(locked, 'rev')?.slice(0, shownRevision) ?? null,
      url: textOf(locked, 'url') ?? null,
      verdict: judgeInputHash(locked, committed, got, served),
    },
  };
};

const ofSource = async (context: EngineContext, cause: NixCause): Promise<NixCause> => {
  const { expected, derivation } = cause;
  if (expected === null) return cause;
  const places = await findHash(context.world, context.flake, expected);
  const [place] = places;
  const dirty = context.state().git?.dirty ?? [];
  const isEdited = place === undefined || dirty.some((path) => path.endsWith(place.file));
  const mismatch: HashMismatch = {
    input: null,
    revision: null,
    url: derivation === null ? null : await fetchedUrl(context.world, derivation),
    verdict: isPlaceholder(expected) ? 'placeholder' : isEdited ? 'unknown' : 'upstream-changed',
  };
  return place === undefined
    ? { ...cause, mismatch }
    : { ...cause, mismatch, position: place, positions: [...places, ...cause.positions] };
};

/**
 * Looks into a wrong hash: which input or file has it, where it is written, and what upstream
 * serves now.
 */
export const exploreHash = async (
  context: EngineContext,
  failure: Failure,
  signal: AbortSignal,
): Promise<Failure> => {
  if (failure.code !== 'evaluation-failed' && failure.code !== 'build-failed') return failure;
  const { because } = failure;
  if (because?.class !== 'hash-mismatch' || context.world.isDemo || signal.aborted) return failure;
  const explored = (await ofInput(context, because, signal)) ?? (await ofSource(context, because));
  return { ...failure, cause: causeSentence(explored), because: explored };
};
