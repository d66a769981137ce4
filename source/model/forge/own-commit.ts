import { commitPath, revision as revisionForm } from '../lock/compare-url.ts';
import { forgeByFirstWord, knownForge } from './forge.ts';
import { remoteRepository, webPage } from './remote.ts';

/** What is known of the flake's own repository, as far as it tells where its commits are. */
interface OwnRepository {
  readonly remoteUrl: string | null;
  readonly head: string | null;
  readonly ahead: number;
}

/**
 * The page of a commit of the flake's own repository; null where its forge is not known, where a tree was not committed
 * (`abc-dirty`), and for the newest commit as long as it is not pushed.
 */
export const ownCommitUrl = (git: OwnRepository | null, revision: string | null): string | null => {
  if (git === null || git.remoteUrl === null || revision === null) return null;
  if (!revisionForm.test(revision)) return null;
  if (git.ahead > 0 && git.head === revision) return null;
  const repository = remoteRepository(git.remoteUrl);
  if (repository === null) return null;
  const forge = knownForge(repository.host) ?? forgeByFirstWord(repository.host);
  return forge === null ? null : `${webPage(repository)}/${commitPath[forge]}${revision}`;
};
