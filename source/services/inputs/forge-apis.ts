import type { CommitRange } from '../../model/inputs/commits.ts';
import type { Repository } from '../../model/lock/source.ts';
import {
  type Comparison,
  parseForgejoCompare,
  parseGithubCompare,
  parseGitlabCompare,
} from '../../parsers/inputs/compare.ts';

/** How a forge is asked to compare two revisions. */
export interface CompareApi {
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
export const compareApiOf = ({ repository }: CommitRange): CompareApi | null =>
  repository === null ? null : (apis[repository.forge] ?? null);
