import { basename } from 'node:path';
import { causeSentence } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import { lookWhyUnseen } from '../../services/git/unseen-file.ts';
import { findTexts } from '../../services/nix/hash-places.ts';
import type { EngineContext } from '../run/context.ts';
import { flakeFiles } from './causes.ts';

/** `/nix/store/<hash>-source/a.nix` of old Nix, a path within the repository in new ones. */
const missingPath = /^(?:getting status of|opening file|[Pp]ath) '([^']+)'/;
const sourceAhead = /^(\/\S*?\/[0-9a-df-np-sv-z]{32}-source)\/(.+)$/;

/** The file within the flake: Nix names it from the root of the repository, which may be above. */
const lookIntoFlake = async (
  context: EngineContext,
  path: string,
  files: ReadonlySet<string>,
): Promise<NonNullable<NixCause['missing']>> => {
  if (files.has(path)) return { file: path };
  const place = await context.git.place();
  const { root, prefix } = place.ok ? place.value : { root: context.flake, prefix: '' };
  const file = prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const unseen = await lookWhyUnseen(context.world, root, path);
  return unseen === null ? { file } : { file, unseen };
};

/** A lock that Nix does not see contradicts flake.nix in its eyes: that it is there is the reason. */
const exploreLock = async (context: EngineContext, failure: Failure): Promise<Failure> => {
  if (failure.code !== 'lock-invalid') return failure;
  const unseen = await lookWhyUnseen(context.world, context.flake, 'flake.lock');
  return unseen === null ? failure : { code: 'file-unseen', unseen };
};

/**
 * Looks into a file that Nix did not find: whether it is there and git keeps it
 * from Nix, and where the flake names it. Nix 2.8 and 2.26 say neither.
 */
export const exploreMissingFile = async (
  context: EngineContext,
  failure: Failure,
  files: ReadonlySet<string>,
): Promise<Failure> => {
  if (failure.code !== 'evaluation-failed' || failure.because?.class !== 'missing-file')
    return await exploreLock(context, failure);
  const { because } = failure;
  const path = missingPath.exec(because.message)?.[1] ?? '';
  const [, source, within] = sourceAhead.exec(path) ?? [];
  const file = within ?? path;
  const isOfInput =
    source !== undefined && flakeFiles(context, files).inputOfSource(source) !== null;
  if (file === '' || isOfInput) return failure;
  const seen = await lookIntoFlake(context, file, files);
  const places = (await findTexts(context.world, context.flake, [basename(file)])).filter((place) =>
    place.file.endsWith('.nix'),
  );
  const [place] = places;
  const explored = {
    ...because,
    missing: seen,
    ...(place === undefined
      ? {}
      : { position: place, positions: [...places, ...because.positions] }),
  };
  return { ...failure, cause: causeSentence(explored), because: explored };
};
