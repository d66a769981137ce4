import type { ForgeName } from '../config/forge-names.ts';
import { type RemoteRepository, webPage } from './remote.ts';

/** Servers that everybody knows, by the end of their names. */
const knownServers: readonly (readonly [string, ForgeName])[] = [
  ['github.com', 'github'],
  ['ghe.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['codeberg.org', 'forgejo'],
  ['gitea.com', 'forgejo'],
  ['code.forgejo.org', 'forgejo'],
  ['sr.ht', 'sourcehut'],
];

/** The forge of a server that everybody knows; null of any other. `notgithub.com` is another one. */
export const knownForge = (host: string): ForgeName | null =>
  knownServers.find(([name]) => host === name || host.endsWith(`.${name}`))?.[1] ?? null;

/** What runs there by the very first word of its name, as in `gitlab.gnome.org`: only where nobody says more. */
export const forgeByFirstWord = (host: string): ForgeName | null => {
  const [first = ''] = host.split('.');
  switch (first) {
    case 'github':
      return 'github';
    case 'gitlab':
      return 'gitlab';
    case 'forgejo':
    case 'gitea':
      return 'forgejo';
    default:
      return null;
  }
};

/** Branches that a request takes changes from and to. */
export interface RequestBranches {
  readonly branch: string;
  /** The branch that it is merged into. */
  readonly into: string;
}

/** The page on which a person opens the request by hand. */
export const requestLink = (
  forge: ForgeName,
  repository: RemoteRepository,
  { branch, into }: RequestBranches,
): string => {
  const page = webPage(repository);
  const [from, to] = [branch, into].map((name) =>
    name.split('/').map(encodeURIComponent).join('/'),
  );
  switch (forge) {
    case 'github':
      return `${page}/compare/${to}...${from}?expand=1`;
    case 'forgejo':
      return `${page}/compare/${to}...${from}`;
    case 'gitlab':
      return `${page}/-/merge_requests/new?${new URLSearchParams({
        'merge_request[source_branch]': branch,
        'merge_request[target_branch]': into,
      }).toString()}`;
    case 'sourcehut':
      return `${page}/send-email`;
  }
};
