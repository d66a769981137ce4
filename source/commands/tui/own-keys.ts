import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findSharedKeys } from '../arguments/shared-keys.ts';
import { mentionsKeys } from './last-facts.ts';

/**
 * The person's own keys, `[keys]` of nixup.toml. They must work from the first key on, but reading
 * the schema takes longer than the first frame: it is read before that only where the file mentions
 * keys. A wrong file is told when the engine opens it.
 */
export const readOwnKeys = async (
  flake: string,
  config: string | null,
): Promise<Readonly<Record<string, readonly string[]>> | undefined> => {
  const file = config ?? path.join(flake, 'nixup.toml');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!mentionsKeys(text)) return undefined;
  const { parseConfig } = await import('../../parsers/config/config.ts');
  const parsed = parseConfig(text, file);
  if (!parsed.ok) return undefined;
  // Keys that two actions share are told as the engine opens the file; until then each does what it is known for.
  return (await findSharedKeys(parsed.value.keys)).length === 0 ? parsed.value.keys : undefined;
};
