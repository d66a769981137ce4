import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import type { ForgeLimit } from '../../model/inputs/forge-limit.ts';
import type { Repository } from '../../model/lock/source.ts';
import { showAge } from '../../model/words/format-time.ts';
import { readNetrc } from '../../parsers/inputs/netrc.ts';
import { isFields, readJson } from '../../parsers/json.ts';
import { nixCommand } from '../nix/command.ts';
import type { Clock, HttpResponse, World } from '../world/world.ts';

/** A wait is told in whole minutes, rounded up: after it the forge answers again. */
const minuteMs = 60_000;

/** Wait after a refusal that names no end, ms. */
const usualPauseMs = 60_000;

/** Requests that a long list leaves unused: Nix asks the same forge, and counts need them too. */
const keptBack = 15;

/** When a refused request may be repeated, ms since the epoch; null where it was no limit that refused. */
const pauseOf = (response: HttpResponse, now: number): number | null => {
  if (response.status !== 429 && response.status !== 403) return null;
  const retry = Number(response.headers['retry-after']);
  if (response.headers['retry-after'] !== undefined && Number.isFinite(retry))
    return now + retry * 1_000;
  const reset = Number(response.headers['x-ratelimit-reset']);
  if (response.headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return reset * 1_000;
  return response.status === 429 ? now + usualPauseMs : null;
};

/** The last request that was allowed: when there are more, ms; null while some are left. */
const spentUntil = ({ headers }: HttpResponse): number | null => {
  const reset = Number(headers['x-ratelimit-reset']);
  return headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) ? reset * 1_000 : null;
};

/** GitHub says `x-ratelimit-remaining`, GitLab `ratelimit-remaining`. */
const remainingOf = ({ headers }: HttpResponse): number | null => {
  const text = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
  const count = Number(text);
  return text === undefined || text === '' || !Number.isFinite(count) ? null : count;
};

/** What forges still allow. */
interface ForgeLimits {
  all(): readonly ForgeLimit[];
  /** Why a request must not be made now; null where it may. */
  refusal(url: string): Failure | null;
  /** Why a long list must not continue; null where it may. */
  refusalOfMore(url: string): Failure | null;
  /** Remembers what an answer says; the failure where the answer is a refusal. */
  heard(url: string, response: HttpResponse): Failure | null;
}

/** The budgets of forges by host, as their answers tell them. */
export const createForgeLimits = (clock: Clock): ForgeLimits => {
  const pausedUntil = new Map<string, number>();
  const left = new Map<string, number>();

  const used = (url: string, until: number): Failure => ({
    code: 'http-failed',
    url,
    detail: `the forge's limit of requests is used up for another ${showAge(Math.ceil(Math.max(1, until - clock.now()) / minuteMs) * minuteMs)}; an access token in nix.conf raises it`,
    isAnswered: true,
  });

  const refusal = (url: string): Failure | null => {
    const until = pausedUntil.get(new URL(url).host) ?? 0;
    return until > clock.now() ? used(url, until) : null;
  };

  return {
    all: () =>
      [...new Set([...left.keys(), ...pausedUntil.keys()])].sort().map((host) => ({
        host: host.replace(/^api\./, ''),
        remaining: left.get(host) ?? null,
        until: pausedUntil.get(host) ?? null,
      })),
    refusal,
    refusalOfMore: (url) => {
      const remaining = left.get(new URL(url).host);
      if (remaining === undefined || remaining > keptBack) return refusal(url);
      return {
        code: 'http-failed',
        url,
        detail: `the forge allows ${remaining} more requests, which are kept for Nix; an access token in nix.conf raises its limit`,
        isAnswered: true,
      };
    },
    heard: (url, response) => {
      const { host } = new URL(url);
      const pause = pauseOf(response, clock.now());
      if (pause !== null) {
        pausedUntil.set(host, pause);
        return used(url, pause);
      }
      const remaining = remainingOf(response);
      if (remaining !== null) left.set(host, remaining);
      const spent = spentUntil(response);
      if (spent !== null) pausedUntil.set(host, spent);
      return null;
    },
  };
};

/** The headers with which a forge lets the person in; empty where there is no token. Never shown, never kept. */
type ForgeTokens = (repository: Repository) => Promise<Readonly<Record<string, string>>>;

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
