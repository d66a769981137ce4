import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { redact } from '../../parsers/redact.ts';
import { scratchFolder } from '../world/left-behind.ts';
import type { World } from '../world/world.ts';
import { nixCommand } from './command.ts';

/** What a substituter said when it was asked. */
export interface SubstituterAnswer {
  /** Without settings and credentials. */
  readonly url: string;
  readonly answer:
    | { readonly kind: 'answers' }
    | { readonly kind: 'fails'; readonly why: string }
    /** It answers, and lets nobody in with this login. */
    | { readonly kind: 'refuses'; readonly why: string }
    /** The Nix daemon takes nothing from it, whether it answers or not. */
    | { readonly kind: 'unused'; readonly why: string }
    /** Nothing is known of it. */
    | { readonly kind: 'not-asked'; readonly why: string };
}

type CacheAnswer = SubstituterAnswer['answer'];

type SubstituterWorld = Pick<World, 'exec' | 'files' | 'folders' | 'http'> &
  Parameters<typeof scratchFolder>[0];

/** No package has it: the question is only whether somebody answers. */
const nobodysPath = `/nix/store/${'0'.repeat(32)}-nixup`;

const longestAnswerMs = 20_000;

export const shownUrl = (url: string): string =>
  redact((url.split('?')[0] ?? url).replace(/\/+$/, ''));

const lastReason = (failure: Failure): string => {
  if (failure.code === 'command-timeout') return `no answer within ${showLimit(failure.afterMs)}`;
  const tail = 'tail' in failure ? failure.tail : [];
  const errors = tail.filter((line) => line.startsWith('error:'));
  // ssh says why before Nix says that it ended.
  const said = tail.find((line) => /^(?:ssh: |.*Permission denied|Host key)/.test(line));
  return said ?? errors.at(-1)?.replace(/^error:\s*/, '') ?? tail.at(-1) ?? explain(failure).what;
};

/** Nix says this of a cache that refuses, and of an address behind which there is none. */
const noCache = /does not appear to be a binary cache|HTTP error 40[13]\b/;

/** Why Nix may not use the cache: Nix does not tell a refusal from a missing cache. */
const judgeRefusal = async (
  world: Pick<World, 'files' | 'http'>,
  url: string,
  why: string,
  netrcFile: string | null,
): Promise<CacheAnswer> => {
  const base = (url.split('?')[0] ?? url).replace(/\/+$/, '');
  const page = await world.http({ url: `${base}/nix-cache-info`, timeoutMs: 5_000 });
  if (!page.ok || ![401, 403, 407].includes(page.value.status)) return { kind: 'fails', why };
  const refused = `it refuses the login (status ${page.value.status})`;
  if (netrcFile === null)
    return { kind: 'refuses', why: `${refused}: no netrc-file is set for its password or token` };
  const netrc = await world.files.read(netrcFile);
  if (!netrc.ok)
    return {
      kind: 'not-asked',
      why: `its password is in ${netrcFile}, which only the Nix daemon may read`,
    };
  return {
    kind: 'refuses',
    why:
      netrc.value === undefined
        ? `${refused}: there is no ${netrcFile} with a password or token`
        : `${refused}: the password or token in ${netrcFile} is not for it, or has expired`,
  };
};

/**
 * Asked by Nix, which knows the credentials (`netrc-file`, those of S3, keys of ssh). A path that is
 * nowhere is looked up, with a memory of its own: `is not valid` comes from the store.
 */
const askByNix = async (
  world: SubstituterWorld,
  url: string,
  netrcFile: string | null,
  memory: string,
): Promise<CacheAnswer> => {
  const command = {
    ...nixCommand(
      ['path-info'],
      [
        '--store',
        url,
        ...['--option', 'connect-timeout', '5'],
        ...['--option', 'download-attempts', '1'],
        '--',
        nobodysPath,
      ],
    ),
    env: {
      NIX_SSHOPTS: '-oBatchMode=yes -oConnectTimeout=5',
      // Nix to 2.25 and later ones.
      XDG_CACHE_HOME: memory,
      NIX_CACHE_HOME: memory,
    },
  };
  const asked = await world.exec(command, { quiet: true, timeoutMs: longestAnswerMs });
  if (asked.ok) return { kind: 'answers' };
  const { failure } = asked;
  if ('tail' in failure && failure.tail.some((line) => /'[^']*' is not valid/.test(line)))
    return { kind: 'answers' };
  const why = redact(lastReason(failure));
  return noCache.test(why) && /^https?:/.test(url)
    ? await judgeRefusal(world, url, why, netrcFile)
    : { kind: 'fails', why };
};

/** Nix would make the folder of a `file://` cache when it is asked, so only its file is looked at. */
const askFolder = async (world: Pick<World, 'files'>, url: string): Promise<CacheAnswer> => {
  if (!URL.canParse(url)) return { kind: 'fails', why: 'this is no address' };
  const folder = decodeURIComponent(new URL(url).pathname);
  const file = await world.files.read(`${folder.replace(/\/+$/, '')}/nix-cache-info`);
  if (!file.ok) return { kind: 'fails', why: explain(file.failure).what };
  const [, storeFolder] = /^StoreDir:\s*(\S+)\s*$/m.exec(file.value ?? '') ?? [];
  if (storeFolder === undefined)
    return { kind: 'fails', why: 'there is no nix-cache-info in this folder' };
  return storeFolder === '/nix/store'
    ? { kind: 'answers' }
    : { kind: 'fails', why: `it is for stores in ${storeFolder}, not for /nix/store` };
};

/** Kinds of stores that are asked for over a network; others are on this machine. */
const remote = /^(?:https?|s3|ssh-ng|ssh):\/\//;

/** Asks each substituter, side by side. `netrcFile`: Nix's setting of that name. */
export const askSubstituters = async (
  world: SubstituterWorld,
  urls: readonly string[],
  netrcFile: string | null,
): Promise<readonly SubstituterAnswer[]> => {
  const memory = await scratchFolder(world, 'asked');
  const askOne = (url: string): Promise<CacheAnswer> => {
    if (url.startsWith('file://')) return askFolder(world, url);
    if (remote.test(url)) return askByNix(world, url, netrcFile, memory);
    return Promise.resolve({ kind: 'not-asked', why: 'a store of a kind that nixup does not ask' });
  };
  await world.files.remove(memory);
  try {
    return await Promise.all(
      urls.map(async (url) => ({ url: shownUrl(url), answer: await askOne(url) })),
    );
  } finally {
    await world.files.remove(memory);
  }
};
