import { join } from 'node:path';
import type { Repository } from '../../model/lock/source.ts';
import { readNetrc } from '../../parsers/inputs/netrc.ts';
import { isFields, readJson } from '../../parsers/json.ts';
import { nixCommand } from '../nix/command.ts';
import type { World } from '../world/world.ts';

/** The headers with which a forge lets the person in; empty where there is no token. Never shown, never kept. */
export type ForgeTokens = (repository: Repository) => Promise<Readonly<Record<string, string>>>;

type TokenWorld = Pick<World, 'exec' | 'files' | 'environment'>;

const readAccessTokens = (text: string): ReadonlyMap<string, string> => {
  const settings = readJson(text);
  const setting = isFields(settings) ? settings['access-tokens'] : undefined;
  const value = isFields(setting) ? setting['value'] : undefined;
  return new Map(
    Object.entries(isFields(value) ? value : {}).flatMap(([place, token]) =>
      typeof token === 'string' ? [[place, token] as const] : [],
    ),
  );
};

/** `access-tokens` as Nix itself understands its files; before 2.20 the question had another name. */
const askNix = async (world: TokenWorld): Promise<ReadonlyMap<string, string>> => {
  for (const words of [['config', 'show'], ['show-config']]) {
    const answer = await world.exec(nixCommand(words, ['--json']), {
      quiet: true,
      timeoutMs: 10_000,
    });
    if (answer.ok) return readAccessTokens(answer.value.stdout);
    if (answer.failure.code === 'program-missing') break;
  }
  return new Map();
};

/** The most exact of `host/owner/repo`, `host/owner` and `host`. */
const tokenFor = (
  tokens: ReadonlyMap<string, string>,
  { host, owner, repo }: Repository,
): string | undefined =>
  tokens.get(`${host}/${owner}/${repo}`) ?? tokens.get(`${host}/${owner}`) ?? tokens.get(host);

const headersOf = (forge: Repository['forge'], token: string): Readonly<Record<string, string>> => {
  if (forge !== 'gitlab') return { authorization: `token ${token}` };
  // The two kinds that `src/libfetchers/github.cc` of Nix tells apart.
  if (token.startsWith('OAuth2:'))
    return { authorization: `Bearer ${token.slice('OAuth2:'.length)}` };
  return { 'private-token': token.replace(/^PAT:/, '') };
};

/** Tokens where Nix finds them: `access-tokens`, then GITHUB_TOKEN and GH_TOKEN, then netrc. */
export const createForgeTokens = (world: TokenWorld): ForgeTokens => {
  let asked: Promise<ReadonlyMap<string, string>> | undefined;
  return async (repository) => {
    asked ??= askNix(world);
    const token = tokenFor(await asked, repository);
    if (token !== undefined) return headersOf(repository.forge, token);
    const { environment } = world;
    if (repository.host === 'github.com') {
      const given = environment['GITHUB_TOKEN'] || environment['GH_TOKEN'];
      if (given !== undefined && given !== '') return headersOf('github', given);
    }
    const home = environment['HOME'];
    const file = environment['NETRC'] ?? (home === undefined ? undefined : join(home, '.netrc'));
    const text = file === undefined ? undefined : await world.files.read(file);
    const entry =
      text?.ok === true && text.value !== undefined ? readNetrc(text.value, repository.host) : null;
    if (entry === null) return {};
    const pair = Buffer.from(`${entry.login}:${entry.password}`).toString('base64');
    return { authorization: `Basic ${pair}` };
  };
};
