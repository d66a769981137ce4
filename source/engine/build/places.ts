import { isOwnPlace, placeInFlake, showPosition } from '../../model/causes/position.ts';
import type { Failure } from '../../model/failure.ts';
import type { NixCause, NixCauseClass } from '../../model/nix/cause.ts';
import type { EngineContext } from '../run/context.ts';
import { flakeFiles } from './causes.ts';

/** The extra evaluation must not take longer than a person waits for an answer. */
const longestTraceMs = 120_000;

/** Errors of the code, whose place a trace may tell. */
const ofCode: ReadonlySet<NixCauseClass> = new Set<NixCauseClass>([
  'evaluation',
  'missing-attribute',
  'removed-option',
  'conflicting-options',
  'infinite-recursion',
  'insecure-package',
  'unfree-package',
  'broken-package',
  'unsupported-package',
  'refused-package',
  'assertion',
]);

interface PlaceFinderOptions {
  readonly signal: AbortSignal;
  readonly acceptSettings?: boolean | undefined;
  /** The errors come with their trace already. */
  readonly isTraced: boolean;
  readonly onTrace: (host: string) => void;
}

type EvaluationFailed = Extract<Failure, { code: 'evaluation-failed' }>;

const withCause = (failure: EvaluationFailed, because: NixCause): Failure => ({
  ...failure,
  cause:
    because.position === null
      ? because.message
      : `${because.message} (at ${showPosition(because.position)})`,
  because,
});

/**
 * Finds the place of a failed evaluation in a file of the flake. Where Nix named none, it is asked
 * once more, with its trace: most errors surface in nixpkgs, far from the line that caused them.
 * The result serves every host with the same error, unless the place is a file of one host.
 */
export const createPlaceFinder = (
  context: EngineContext,
  files: ReadonlySet<string>,
  options: PlaceFinderOptions,
): ((host: string, failure: Failure) => Promise<Failure>) => {
  const own = flakeFiles(context, files);
  const isMendable = ({ position }: NixCause): boolean =>
    position !== null && isOwnPlace(position) && files.has(position.file);

  const trace = async (host: string, cause: NixCause): Promise<NixCause> => {
    options.onTrace(host);
    const traced = await context.nix.evaluateToplevel(context.flake, host, {
      showTrace: true,
      signal: options.signal,
      acceptSettings: options.acceptSettings,
      timeoutMs: longestTraceMs,
    });
    if (traced.ok || traced.failure.code !== 'evaluation-failed') return cause;
    const { because } = traced.failure;
    if (because === undefined || because.class !== cause.class) return cause;
    const { positions, position } = placeInFlake(because, own);
    return { ...cause, positions, position };
  };

  const found = new Map<string, { readonly host: string; readonly cause: Promise<NixCause> }>();
  return async (host, failure) => {
    if (failure.code !== 'evaluation-failed' || failure.because === undefined) return failure;
    const cause = placeInFlake(failure.because, own);
    const isPlain = options.isTraced || files.size === 0 || options.signal.aborted;
    if (isMendable(cause) || isPlain || !ofCode.has(cause.class)) return withCause(failure, cause);
    const key = `${cause.class} ${cause.message}`;
    const earlier = found.get(key);
    const known = await earlier?.cause;
    if (earlier !== undefined && known?.position?.file.includes(earlier.host) === false)
      return withCause(failure, { ...cause, positions: known.positions, position: known.position });
    const traced = trace(host, cause);
    found.set(key, { host, cause: traced });
    return withCause(failure, await traced);
  };
};
