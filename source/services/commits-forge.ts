import type { CommitRange } from '../model/commit-range.ts';
import type { Failure } from '../model/failure.ts';
import type { ForgeLimit } from '../model/forge-limit.ts';
import type { Repository } from '../model/lock-source.ts';
import { failed, type Result, success } from '../model/result.ts';
import {
  type Comparison,
  parseForgejoCompare,
  parseGithubCompare,
  parseGitlabCompare,
} from '../parsers/forge-compare.ts';
import { createForgeTokens } from './forge-tokens.ts';
import type { HttpResponse, World } from './world.ts';

/** How a forge is asked to compare two revisions. */
interface CompareApi {
  /** `page` counts from 1, `size` is at most 100. */
  url(repository: Repository, range: CommitRange, page: number, size: number): string;
  read(body: string): Comparison | null;
  /** Whether an answer holds one page of commits only. */
  readonly paged: boolean;
}

const path = (repository: Repository): string =>
  `${encodeURIComponent(repository.owner)}/${encodeURIComponent(repository.repo)}`;

const github: CompareApi = {
  url: (repository, { old, new: now }, page, size) => {
    const api =
      repository.host === 'github.com'
        ? 'https://api.github.com'
        : `https://${repository.host}/api/v3`;
    return `${api}/repos/${path(repository)}/compare/${old}...${now}?per_page=${size}&page=${page}`;
  },
  read: parseGithubCompare,
  paged: true,
};

const gitlab: CompareApi = {
  url: (repository, { old, new: now }) => {
    const project = encodeURIComponent(`${repository.owner}/${repository.repo}`);
    return `https://${repository.host}/api/v4/projects/${project}/repository/compare?from=${old}&to=${now}&straight=false`;
  },
  read: parseGitlabCompare,
  paged: false,
};

const forgejo: CompareApi = {
  url: (repository, { old, new: now }) =>
    `https://${repository.host}/api/v1/repos/${path(repository)}/compare/${old}...${now}`,
  read: parseForgejoCompare,
  paged: false,
};

const apis: Readonly<Partial<Record<Repository['forge'], CompareApi>>> = {
  github,
  gitlab,
  forgejo,
};

export interface ForgeCommits {
  /** What forges said that they still allow. */
  limits(): readonly ForgeLimit[];
  /** Null where the forge has no such question. */
  compare(range: CommitRange): Promise<Result<Comparison | null, Failure>>;
  /** The same with the newest subjects, newest first. */
  list(range: CommitRange, limit: number): Promise<Result<Comparison | null, Failure>>;
}

const pageSize = 100;
const timeoutMs = 15_000;
/** Wait after a refusal that names no end, ms. */
const usualPauseMs = 60_000;

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

const limitReached = (url: string, until: number, now: number): Failure => ({
  code: 'http-failed',
  url,
  detail: `the forge's limit of requests is used up for another ${Math.max(1, Math.ceil((until - now) / 60_000))} min; an access token in nix.conf raises it`,
});

const statusDetail = (status: number): string => {
  if (status === 404)
    return 'a revision is gone, or the repository is private or was renamed (404)';
  if (status === 401 || status === 403) return `the forge refused (${status})`;
  return `the forge answered with status ${status}`;
};

/** Asks forges for counts and subjects. A used-up limit is remembered, and not asked against. */
export const createForgeCommits = (
  world: Pick<World, 'http' | 'clock' | 'exec' | 'files' | 'environment'>,
): ForgeCommits => {
  const tokens = createForgeTokens(world);
  const pausedUntil = new Map<string, number>();
  const left = new Map<string, number>();

  const ask = async (
    repository: Repository,
    api: CompareApi,
    url: string,
  ): Promise<Result<Comparison, Failure>> => {
    const { host } = new URL(url);
    const until = pausedUntil.get(host) ?? 0;
    const now = world.clock.now();
    if (until > now) return failed(limitReached(url, until, now));
    const answer = await world.http({
      url,
      timeoutMs,
      headers: {
        accept: 'application/json',
        'user-agent': 'nixup',
        ...(await tokens(repository)),
      },
    });
    if (!answer.ok) return answer;
    const pause = pauseOf(answer.value, world.clock.now());
    if (pause !== null) {
      pausedUntil.set(host, pause);
      return failed(limitReached(url, pause, world.clock.now()));
    }
    const remaining = remainingOf(answer.value);
    if (remaining !== null) left.set(host, remaining);
    const spent = spentUntil(answer.value);
    if (spent !== null) pausedUntil.set(host, spent);
    if (answer.value.status !== 200)
      return failed({ code: 'http-failed', url, detail: statusDetail(answer.value.status) });
    const comparison = api.read(answer.value.body);
    return comparison === null
      ? failed({ code: 'http-failed', url, detail: 'the answer could not be read' })
      : success(comparison);
  };

  return {
    limits: () =>
      [...new Set([...left.keys(), ...pausedUntil.keys()])].sort().map((host) => ({
        host: host.replace(/^api\./, ''),
        remaining: left.get(host) ?? null,
        until: pausedUntil.get(host) ?? null,
      })),
    compare: async (range) => {
      const { repository } = range;
      const api = repository === null ? undefined : apis[repository.forge];
      if (repository === null || api === undefined) return success(null);
      // The first page carries the changed files too, which are heavy.
      return ask(repository, api, api.url(repository, range, 2, 1));
    },
    list: async (range, limit) => {
      const { repository } = range;
      const api = repository === null ? undefined : apis[repository.forge];
      if (repository === null || api === undefined) return success(null);
      const first = await ask(repository, api, api.url(repository, range, 1, pageSize));
      if (!first.ok) return first;
      let subjects = first.value.subjects;
      const last = api.paged ? Math.ceil(first.value.count / pageSize) : 1;
      if (last > 1) {
        subjects = [];
        for (let page = last; page >= 1 && subjects.length < limit; page -= 1) {
          const next =
            page === 1
              ? first
              : await ask(repository, api, api.url(repository, range, page, pageSize));
          if (!next.ok) return next;
          subjects = [...next.value.subjects, ...subjects];
        }
      }
      return success({ ...first.value, subjects: subjects.toReversed().slice(0, limit) });
    },
  };
};
