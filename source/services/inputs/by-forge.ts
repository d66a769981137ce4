import type { Failure } from '../../model/failure.ts';
import type { CommitRange } from '../../model/inputs/commits.ts';
import type { ForgeLimit } from '../../model/inputs/forge-limit.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import type { Repository } from '../../model/lock/source.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  type Comparison,
  parseForgejoCompare,
  parseGithubCompare,
  parseGitlabCompare,
} from '../../parsers/inputs/compare.ts';
import type { World } from '../world/world.ts';
import { createForgeLimits, createForgeTokens } from './forge-access.ts';

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

/** The forge's own question about a range; null where it has none. */
const compareApiOf = ({ repository }: CommitRange): CompareApi | null =>
  repository === null ? null : (apis[repository.forge] ?? null);

/** Subjects as far as they could be read. */
export interface ListedCommits {
  /** The newest first. */
  readonly subjects: readonly CommitSubject[];
  /** Why older ones are missing; null when all are there. */
  readonly rest: Failure | null;
}

/** Told with every part that arrives: all subjects so far, the newest first. */
export type OnPart = (subjects: readonly CommitSubject[]) => void;

export interface ForgeCommits {
  /** What forges said that they still allow. */
  limits(): readonly ForgeLimit[];
  /** Null where the forge has no such question. */
  compare(range: CommitRange): Promise<Result<Comparison | null, Failure>>;
  /**
   * All subjects of a range, page by page from the newest, as long as the forge
   * allows it. `known` are the newest ones that were read before. Null as for `compare`.
   */
  list(
    range: CommitRange,
    known: readonly CommitSubject[],
    onPart: OnPart,
  ): Promise<Result<ListedCommits | null, Failure>>;
}

const pageSize = 100;
const timeoutMs = 15_000;

const statusDetail = (status: number): string => {
  if (status === 404)
    return 'a revision is gone, or the repository is private or was renamed (404)';
  if (status === 401 || status === 403) return `the forge refused (${status})`;
  return `the forge failed (${status})`;
};

const notAsHoped = (url: string, detail: string): Failure => ({
  code: 'http-failed',
  url,
  detail,
  isAnswered: true,
});

/** Forges may send less than they count. */
const missingOf = (
  url: string,
  subjects: readonly CommitSubject[],
  count: number,
): Failure | null =>
  subjects.length >= count
    ? null
    : {
        code: 'http-failed',
        url,
        detail: `the forge sent ${subjects.length} of ${count} commits`,
      };

/** Asks forges for counts and subjects. A used-up limit is remembered, and not asked against. */
// Over 60 lines: its questions share what is known of tokens and of limits.
export const createForgeCommits = (
  world: Pick<World, 'http' | 'clock' | 'exec' | 'files' | 'environment'>,
): ForgeCommits => {
  const tokens = createForgeTokens(world);
  const limits = createForgeLimits(world.clock);

  const ask = async (
    repository: Repository,
    api: CompareApi,
    url: string,
  ): Promise<Result<Comparison, Failure>> => {
    const refusal = limits.refusal(url);
    if (refusal !== null) return failed(refusal);
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
    const refused = limits.heard(url, answer.value);
    if (refused !== null) return failed(refused);
    if (answer.value.status !== 200)
      return failed(notAsHoped(url, statusDetail(answer.value.status)));
    const comparison = api.read(answer.value.body);
    return comparison === null
      ? failed(notAsHoped(url, 'the answer could not be read'))
      : success(comparison);
  };

  /** Pages are numbered from the oldest commit, and never change: the two ends are hashes. */
  const listPages = async (
    repository: Repository,
    api: CompareApi,
    range: CommitRange,
    known: readonly CommitSubject[],
    onPart: OnPart,
  ): Promise<Result<ListedCommits, Failure>> => {
    const pageUrl = (page: number): string => api.url(repository, range, page, pageSize);
    const first = await ask(repository, api, pageUrl(1));
    if (!first.ok)
      return known.length === 0 ? first : success({ subjects: known, rest: first.failure });
    const { count } = first.value;
    // What was read before may end within a page: that one is read again.
    const from = Math.ceil((count - known.length) / pageSize);
    let subjects = known.slice(0, Math.max(0, count - from * pageSize));
    for (let page = from; page >= 1; page -= 1) {
      const refusal = page === 1 ? null : limits.refusalOfMore(pageUrl(page));
      if (refusal !== null) return success({ subjects, rest: refusal });
      const next = page === 1 ? first : await ask(repository, api, pageUrl(page));
      if (!next.ok) return success({ subjects, rest: next.failure });
      subjects = [...subjects, ...next.value.subjects.toReversed()];
      onPart(subjects);
    }
    return success({ subjects, rest: missingOf(pageUrl(1), subjects, count) });
  };

  return {
    limits: limits.all,
    compare: async (range) => {
      const { repository } = range;
      const api = compareApiOf(range);
      if (repository === null || api === null) return success(null);
      // The first page carries the changed files too, which are heavy.
      return ask(repository, api, api.url(repository, range, 2, 1));
    },
    list: async (range, known, onPart) => {
      const { repository } = range;
      const api = compareApiOf(range);
      if (repository === null || api === null) return success(null);
      if (api.paged) return listPages(repository, api, range, known, onPart);
      const whole = await ask(repository, api, api.url(repository, range, 1, pageSize));
      if (!whole.ok) return whole;
      const { subjects, count } = whole.value;
      const rest = missingOf(api.url(repository, range, 1, pageSize), subjects, count);
      return success({ subjects: subjects.toReversed(), rest });
    },
  };
};
