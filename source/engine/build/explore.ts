import { basename } from 'node:path';
import { causeSentence } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { findLinkOut } from '../../services/git/links-out.ts';
import { findUnseen } from '../../services/git/unseen-file.ts';
import { lookWhyMissed, lookWhyUnseen } from '../../services/git/why-unseen.ts';
import { findTexts } from '../../services/nix/hash-places.ts';
import type { EngineContext } from '../run/context.ts';
import { flakeFiles } from './causes.ts';

/**
 * `/nix/store/<hash>-source/a.nix` of old Nix, a path within the repository in new ones. Nix writes
 * a quote in the name as it is; behind the last quote of the path stands the rest of its sentence.
 */
const missingPath =
  /^(?:getting status of|opening file|[Pp]ath) '(.+?)'(?::? (?:No such file|does not exist|in the repository))/;
/** A link that leads out of the store path of the flake: Nix to 2.8, later ones. */
const forbiddenPath =
  /access to (?:absolute|canonical) path '([^']+)' is forbidden in (?:pure eval(?:uation)?|restricted) mode/;
const besideSource = /^(?:getting status of|opening file) '(\/\S*\/store\/[^/']+)'/;
const sourceAhead = /^(\/\S*?\/[0-9a-df-np-sv-z]{32}-source)\/(.+)$/;

/** The file within the flake: Nix names it from the root of the repository, which may be above. */
const lookIntoFlake = async (
  context: EngineContext,
  path: string,
  files: ReadonlySet<string>,
): Promise<NonNullable<NixCause['missing']>> => {
  const place = files.has(path) ? null : await context.git.place();
  const { root, prefix } = place?.ok === true ? place.value : { root: context.flake, prefix: '' };
  const file = prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const unseen = await lookWhyMissed(context.world, root, path);
  if (unseen === null) return { file };
  // Nix 2.8 names the outermost folder that it misses; the flake says which files it means.
  const named = isOfFolder(unseen)
    ? (await findUnseen(context.world, root)).filter((one) => one.file.startsWith(`${path}/`))
    : [];
  const [first] = named;
  if (first === undefined) return { file, unseen };
  return named.length === 1
    ? { file: first.file, unseen: first }
    : { file, unseen: { kind: 'folder', repository: first.repository, file: path, inside: named } };
};

/** Whether it stands for a folder with files of which only some may be meant. */
const isOfFolder = ({ kind }: UnseenFile): boolean => kind === 'folder' || kind === 'ignored';

/**
 * A path outside of the flake that Nix complains about may come from a link in the flake: then the
 * link is the file to name.
 */
const exploreLink = async (context: EngineContext, failure: Failure): Promise<Failure | null> => {
  if (failure.code !== 'evaluation-failed' || failure.because === undefined) return null;
  const { because } = failure;
  const path = (forbiddenPath.exec(because.message) ?? besideSource.exec(because.message))?.[1];
  const place = path === undefined ? null : await context.git.place();
  if (path === undefined || place?.ok !== true) return null;
  const unseen = await findLinkOut(context.world, place.value.root, path);
  if (unseen === null) return null;
  const missing = { file: unseen.file, unseen };
  const explored = { ...because, class: 'missing-file', missing } as const;
  return { ...failure, cause: causeSentence(explored), because: explored };
};

/** Nix reads the pointer in place of the file, as if it were the file. */
const explorePointer = async (context: EngineContext, failure: Failure): Promise<Failure> => {
  if (failure.code !== 'evaluation-failed' || failure.because?.class !== 'syntax') return failure;
  const { because } = failure;
  const file = because.position?.file;
  if (file === undefined || file.startsWith('/')) return failure;
  const unseen = await lookWhyMissed(context.world, context.flake, file);
  if (unseen?.kind !== 'lfs-pointer') return failure;
  const explored = { ...because, class: 'missing-file', missing: { file, unseen } } as const;
  return { ...failure, cause: causeSentence(explored), because: explored };
};

/**
 * Nix does not see this lock, so that it contradicts flake.nix: this is the reason of the failure.
 */
const exploreLock = async (context: EngineContext, failure: Failure): Promise<Failure> => {
  if (failure.code !== 'lock-invalid') return failure;
  const unseen = await lookWhyUnseen(context.world, context.flake, 'flake.lock');
  return unseen === null ? failure : { code: 'file-unseen', unseen };
};

/**
 * Looks into a file that Nix did not find: whether it exists and git hides it from Nix, and where
 * the flake names it. Nix 2.8 and 2.26 tell neither.
 */
export const exploreMissingFile = async (
  context: EngineContext,
  failure: Failure,
  files: ReadonlySet<string>,
): Promise<Failure> => {
  const linked = await exploreLink(context, failure);
  if (linked !== null) return linked;
  if (failure.code !== 'evaluation-failed' || failure.because?.class !== 'missing-file')
    return await exploreLock(context, await explorePointer(context, failure));
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
