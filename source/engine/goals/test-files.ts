import { basename, join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { causeSentence } from '../../model/test-causes.ts';
import { findTexts } from '../../services/hash-places.ts';
import type { EngineContext } from '../context.ts';
import { flakeFiles } from './test-causes.ts';

/** `/nix/store/<hash>-source/a.nix` of old Nix, a path within the repository in new ones. */
const missingPath = /^(?:getting status of|opening file|[Pp]ath) '([^']+)'/;
const sourceAhead = /^(\/\S*?\/[0-9a-df-np-sv-z]{32}-source)\/(.+)$/;

/**
 * Looks into a file that Nix did not find: whether it is there and only git does
 * not track it, and where the flake names it. Nix 2.8 and 2.26 say neither.
 */
export const exploreMissingFile = async (
  context: EngineContext,
  failure: Failure,
  files: ReadonlySet<string>,
): Promise<Failure> => {
  if (failure.code !== 'evaluation-failed' || failure.because?.class !== 'missing-file')
    return failure;
  const { because } = failure;
  const path = missingPath.exec(because.message)?.[1] ?? '';
  const [, source, within] = sourceAhead.exec(path) ?? [];
  const file = within ?? path;
  const isOfInput =
    source !== undefined && flakeFiles(context, files).inputOfSource(source) !== null;
  if (file === '' || isOfInput) return failure;
  const isUntracked =
    !files.has(file) && (await context.world.files.exists(join(context.flake, file)));
  const places = (await findTexts(context.world, context.flake, [basename(file)])).filter((place) =>
    place.file.endsWith('.nix'),
  );
  const [place] = places;
  const explored = {
    ...because,
    missing: { file, isUntracked },
    ...(place === undefined
      ? {}
      : { position: place, positions: [...places, ...because.positions] }),
  };
  return { ...failure, cause: causeSentence(explored), because: explored };
};
