import { channelOf } from './source.ts';

/** `…/archive/main.tar.gz`, `…/archive/refs/heads/main.zip`, `…/-/archive/main/r-main.tar.gz`, `…/tarball/main`. */
const archiveName =
  /^https?:\/\/(?:[^?#]+\/archive\/(?<named>(?:refs\/(?:heads|tags)\/)?[^/?#]+?)(?:\.(?:tar(?:\.\w+)?|tgz|zip)|\/[^/?#]+)|(?:codeload\.github\.com|api\.github\.com\/repos)\/[^/]+\/[^/]+\/(?:tarball|tar\.gz|legacy\.tar\.gz)\/(?<last>[^?#]+))$/;

/** A commit's hash, whole or short, or the default branch by its general name: no branch is named. */
const isNoBranch = (name: string): boolean => name === 'HEAD' || /^[0-9a-f]{7,40}$/.test(name);

/** The branch, tag or channel that the url of an archive names; null where it names none. */
export const branchOfUrl = (url: string | undefined): string | null => {
  const channel = channelOf(url);
  if (channel !== null || url === undefined) return channel;
  const groups = archiveName.exec(url)?.groups;
  const name = groups?.['named'] ?? groups?.['last'];
  return name === undefined || isNoBranch(name) ? null : name.replace(/^refs\/heads\//, '');
};
