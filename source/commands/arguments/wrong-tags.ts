import { findFlake } from '../../engine/open.ts';
import { configTags, unknownTag } from '../../model/config/host-tags.ts';
import type { Failure } from '../../model/failure.ts';
import { loadConfig } from '../../services/config/config.ts';
import type { World } from '../../services/world/world.ts';

/** A flake, and the configuration that is read in place of its own. */
interface TaggedPlace {
  /** The flake's folder, or one inside of it. */
  readonly folder: string;
  readonly configFile?: string | undefined;
}

/**
 * What is wrong with the tags of `--on`, for subcommands that open no engine; empty where nothing
 * is.
 */
export const wrongTags = async (
  world: World,
  { folder, configFile: file }: TaggedPlace,
  on: readonly string[],
): Promise<readonly Failure[]> => {
  const found = await findFlake(world, folder);
  if (!found.ok) return [found.failure];
  const flake = found.value;
  const loaded = await loadConfig(world, file === undefined ? { flake } : { flake, file });
  if (!loaded.ok) return loaded.failure;
  const known = configTags(loaded.value);
  return on.flatMap((word) => unknownTag(known, word));
};
