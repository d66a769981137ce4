import { z } from 'zod';
import type { NixPosition } from '../../model/nix/cause.ts';
import { nixBase32 } from '../../parsers/nix/nix-base32.ts';
import { askGit, gitQuestion } from '../git/command.ts';
import type { World } from '../world/world.ts';
import { nixCommand, parseJson } from './command.ts';

type HashWorld = Pick<World, 'exec'>;

/** Upstream is asked for no longer than a person waits for an answer, ms. */
const askTimeoutMs = 60_000;

/** The ways in which a file may write an SRI hash: itself, base 32, base 16. */
const hashSpellings = (hash: string): readonly string[] => {
  const base64 = /^sha\d+-([A-Za-z0-9+/]+=*)$/.exec(hash)?.[1];
  if (base64 === undefined) return [hash];
  const bytes = Buffer.from(base64, 'base64');
  return [base64, nixBase32(bytes), bytes.toString('hex')];
};

/** Where tracked files of the flake, other than its lock, have one of these texts. */
export const findTexts = async (
  world: HashWorld,
  flake: string,
  texts: readonly string[],
): Promise<readonly NixPosition[]> => {
  const found = await askGit(
    world.exec,
    gitQuestion(flake, [
      'grep',
      '-z',
      '-n',
      '--column',
      '-I',
      '-F',
      ...texts.flatMap((text) => ['-e', text]),
    ]),
  );
  if (!found.ok) return [];
  return found.value.stdout.split('\n').flatMap((row) => {
    const [file, line, column] = row.split('\0');
    return file === undefined || line === undefined || file.endsWith('flake.lock')
      ? []
      : [{ file, line: Number(line), column: Number(column) || null }];
  });
};

/** Where tracked files of the flake have a hash, in any spelling. */
export const findHash = (
  world: HashWorld,
  flake: string,
  hash: string,
): Promise<readonly NixPosition[]> => findTexts(world, flake, hashSpellings(hash));

/** Where the source of a fixed-output derivation is fetched from: `urls` of fetchurl, `url` of others. */
export const fetchedUrl = async (world: HashWorld, derivation: string): Promise<string | null> => {
  for (const name of ['urls', 'url']) {
    const bound = await world.exec(
      { file: 'nix-store', args: ['--query', '--binding', name, derivation] },
      { quiet: true, timeoutMs: askTimeoutMs },
    );
    const url = bound.ok ? bound.value.stdout.trim().split(/\s+/)[0] : undefined;
    if (url !== undefined && url !== '') return url;
  }
  return null;
};

const prefetched = z.object({ hash: z.string() });

/** The content hash that upstream serves now for a flake reference; null where it does not answer. */
export const servedHash = async (
  world: HashWorld,
  reference: string,
  signal: AbortSignal,
): Promise<string | null> => {
  const command = nixCommand(['flake', 'prefetch'], ['--json', '--refresh', '--', reference]);
  const answer = await world.exec(command, { quiet: true, timeoutMs: askTimeoutMs, signal });
  const json = answer.ok ? parseJson(command, answer.value.stdout) : null;
  const read = json?.ok === true ? prefetched.safeParse(json.value) : null;
  return read?.success === true ? read.data.hash : null;
};
