import type { Attributes, LockedReference } from './lock.ts';
import { type Repository, repositoryOf, revisionOf, sameRepository, sameSource } from './source.ts';

/** A revision, or enough of its beginning. */
export const revision = /^[0-9a-f]{7,64}$/;

const segments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const plainName = /^[\w.-]+$/;

/** Where the web pages of a repository begin; null where only git answers. */
const homeOf = ({ forge, host, owner, repo, pages: own }: Repository): string | null => {
  // Nearly every repository there is; nothing in it needs care.
  if (forge === 'github' && host === 'github.com' && plainName.test(owner) && plainName.test(repo))
    return `https://github.com/${owner}/${repo}`;
  if (forge === 'git' || !/^[a-z0-9.-]+(?::\d+)?$/.test(host)) return null;
  const path = [...owner.split('/'), repo].filter((part) => part !== '').join('/');
  // Savannah serves git and its pages below different folders.
  const pages = forge === 'cgit' ? path.replace(/^git\/(?=[^/]+$)/, 'cgit/') : path;
  return `${own ?? `https://${host}`}/${segments(pages).replaceAll('%7E', '~')}`;
};

const rangeUrl = (from: Repository, old: string, now: string): string | null => {
  const home = homeOf(from);
  if (home === null) return null;
  switch (from.forge) {
    case 'github':
    case 'forgejo':
      return `${home}/compare/${old}...${now}`;
    case 'gitlab':
      return `${home}/-/compare/${old}...${now}`;
    case 'sourcehut':
      // There is no page of a range; the log of the new revision begins with it.
      return `${home}/log/${now}`;
    case 'cgit':
      return `${home}/log/?qt=range&q=${old}..${now}`;
    case 'git':
      return null;
  }
};

type WebForge = Exclude<Repository['forge'], 'git'>;

/** The forge of an input's repository, and where its web pages begin; null where there are none. */
const pagesOf = (
  attributes: Attributes,
): { readonly forge: WebForge; readonly home: string } | null => {
  const repository = repositoryOf(attributes);
  if (repository === null || repository.forge === 'git') return null;
  const home = homeOf(repository);
  return home === null ? null : { forge: repository.forge, home };
};

/** A page about what an input is locked to, or about its repository; null where none is known. */
export const sourceUrl = (attributes: Attributes): string | null =>
  pagesOf(attributes)?.home ?? null;

/** Where a forge has the page of a commit, below those of the repository. */
export const commitPath: Readonly<Record<WebForge, string>> = {
  github: 'commit/',
  forgejo: 'commit/',
  gitlab: '-/commit/',
  sourcehut: 'commit/',
  cgit: 'commit/?id=',
};

/** The page of one commit of the repository of an input; null where none is known. */
export const commitUrl = (attributes: Attributes, commit: string): string | null => {
  const pages = pagesOf(attributes);
  return pages === null || !revision.test(commit)
    ? null
    : `${pages.home}/${commitPath[pages.forge]}${commit}`;
};

const filePaths: Readonly<Record<WebForge, (at: string, file: string) => string>> = {
  github: (at, file) => `blob/${at}/${file}`,
  forgejo: (at, file) => `src/commit/${at}/${file}`,
  gitlab: (at, file) => `-/blob/${at}/${file}`,
  sourcehut: (at, file) => `tree/${at}/item/${file}`,
  cgit: (at, file) => `tree/${file}?id=${at}`,
};

/** The page of a file of a repository at a revision; null where none is known. */
export const fileUrl = (attributes: Attributes, file: string): string | null => {
  const pages = pagesOf(attributes);
  const at = typeof attributes['rev'] === 'string' ? attributes['rev'] : '';
  return pages === null || !revision.test(at)
    ? null
    : `${pages.home}/${filePaths[pages.forge](at, segments(file))}`;
};

const releasePaths: Readonly<Partial<Record<WebForge, string>>> = {
  github: 'releases/tag/',
  forgejo: 'releases/tag/',
  gitlab: '-/releases/',
};

/** The page of a release of a repository; null where its forge has none. */
export const releaseUrl = (attributes: Attributes, tag: string): string | null => {
  const pages = pagesOf(attributes);
  const path = pages === null ? undefined : releasePaths[pages.forge];
  return pages === null || path === undefined ? null : `${pages.home}/${path}${segments(tag)}`;
};

/** The repository behind a locked reference, when its host is one that a link can be made for. */
const linkedRepository = (reference: LockedReference): Repository | null => repositoryOf(reference);

/** A page that shows the commits between two revisions; null where none is known. */
export const compareUrl = (old: LockedReference, now: LockedReference): string | null => {
  const from = revisionOf(old);
  const to = revisionOf(now);
  if (from === undefined || to === undefined || from === to) return null;
  if (!revision.test(from) || !revision.test(to)) return null;
  const after = linkedRepository(now);
  if (after === null) return null;
  if (!sameSource(old, now)) {
    const before = linkedRepository(old);
    if (before === null || !sameRepository(before, after)) return null;
  }
  return rangeUrl(after, from, to);
};
