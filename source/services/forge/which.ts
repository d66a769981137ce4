import type { ForgeName } from '../../model/config/forge-names.ts';
import { forgeByFirstWord, knownForge } from '../../model/forge/forge.ts';
import { type RemoteRepository, remoteRepository } from '../../model/forge/remote.ts';
import type { World } from '../world/world.ts';
import { forgejo } from './forgejo.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { ForgeTool } from './tool.ts';

const forgeTools: readonly ForgeTool[] = [github, gitlab, forgejo];

/** The program for a forge; null where nixup knows none. */
export const toolOf = (forge: ForgeName): ForgeTool | null =>
  forgeTools.find((tool) => tool.forge === forge) ?? null;

/** A repository on a forge. */
export interface ForgePlace {
  readonly forge: ForgeName;
  readonly repository: RemoteRepository;
}

type ForgeWorld = Pick<World, 'exec'>;

const quickMs = 15_000;

/** Where the program says that it is logged in, or was: names of hosts. Nothing where it is missing. */
const loginsOf = async (
  world: ForgeWorld,
  { program, env, logins }: ForgeTool,
): Promise<ReadonlySet<string>> => {
  for (const args of logins) {
    const answer = await world.exec(
      { file: program, args, env },
      { quiet: true, timeoutMs: quickMs },
    );
    const said = answer.ok
      ? `${answer.value.stdout}\n${answer.value.stderr}`
      : 'tail' in answer.failure
        ? answer.failure.tail.join('\n')
        : '';
    if (/unknown flag|flag provided but not defined/i.test(said)) continue;
    return new Set(
      [
        ...said.matchAll(/log(?:ged)? in to ([\w.-]+)/gi),
        ...said.matchAll(/https?:\/\/([\w.-]+)/gi),
        ...said.matchAll(/^([\w-]+(?:\.[\w-]+)+)$/gm),
      ].flatMap(([, host]) => (host === undefined ? [] : [host.toLowerCase().replace(/\.$/, '')])),
    );
  }
  return new Set();
};

/** The name of a host behind an alias of ssh_config(5); the name itself where ssh knows no other. */
const withoutAlias = async (
  world: ForgeWorld,
  repository: RemoteRepository,
): Promise<RemoteRepository> => {
  if (!repository.isSsh) return repository;
  const asked = await world.exec(
    { file: 'ssh', args: ['-G', '--', repository.host] },
    { quiet: true, timeoutMs: quickMs },
  );
  const host = asked.ok ? /^hostname (\S+)$/m.exec(asked.value.stdout)?.[1] : undefined;
  return host === undefined ? repository : { ...repository, host: host.toLowerCase() };
};

const atHome = (place: ForgePlace): ForgePlace => {
  const { repository } = place;
  const known: Readonly<Record<string, string>> = {
    'ssh.github.com': 'github.com',
    'altssh.gitlab.com': 'gitlab.com',
  };
  return {
    ...place,
    repository: { ...repository, host: known[repository.host] ?? repository.host },
  };
};

/**
 * Which forge serves a remote: as nixup.toml says; a server that everybody knows; one that a program is
 * logged into; and last the first word of its name. Null where nobody says it, and for what is no address.
 */
export const whichForge = async (
  world: ForgeWorld,
  addresses: readonly string[],
  configured: ForgeName | null,
): Promise<ForgePlace | null> => {
  const found = addresses.map(remoteRepository).filter((one) => one !== null);
  const [first] = found;
  if (first === undefined) return null;
  for (const repository of found) {
    const forge = knownForge(repository.host);
    if (forge !== null) return atHome({ forge: configured ?? forge, repository });
  }
  const repository = await withoutAlias(world, first);
  const forge = configured ?? knownForge(repository.host);
  if (forge !== null) return atHome({ forge, repository });
  for (const tool of forgeTools)
    if ((await loginsOf(world, tool)).has(repository.host))
      return { forge: tool.forge, repository };
  const last = forgeByFirstWord(repository.host);
  return last === null ? null : { forge: last, repository };
};
