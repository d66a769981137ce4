/** What a refusal of gh is about, and the way on from it. */
interface ForgeRefusal {
  readonly detail: string;
  readonly remedy: string;
}

interface Place {
  readonly branch: string;
  readonly into: string;
  readonly host: string;
}

const again = 'then open it for the commit that exists: nixup commit --pr';

/**
 * What gh says and means, in this order. The words are those of cli/cli
 * (pkg/cmd/pr/create, pkg/cmd/factory, api/client.go, main.go) and of GitHub's
 * GraphQL answers to createPullRequest; without a login it ends with status 4.
 */
const signs: readonly (readonly [RegExp, (place: Place, words: string) => ForgeRefusal])[] = [
  [
    /gh auth login|HTTP 401|bad credentials|not logged in/i,
    ({ host }, words) =>
      /point to a known GitHub host|no git remotes found/i.test(words)
        ? {
            detail: `gh does not know ${host} as a GitHub host`,
            remedy: `gh auth login --hostname ${host}, ${again}`,
          }
        : { detail: 'gh is not logged in', remedy: `gh auth login, ${again}` },
  ],
  [
    /point to a known GitHub host|no git remotes found/i,
    ({ host }) => ({
      detail: `gh does not know ${host} as a GitHub host`,
      remedy: `gh auth login --hostname ${host}, ${again}`,
    }),
  ],
  [
    /no default remote repository has been set/i,
    () => ({
      detail: 'gh does not know which of the remotes is meant',
      remedy: `gh repo set-default, ${again}`,
    }),
  ],
  [
    /error connecting to|check your internet connection|no such host|network is unreachable|dial tcp|timeout|timed out/i,
    ({ host }) => ({
      detail: `${host} cannot be reached`,
      remedy: `connect to the network, ${again}`,
    }),
  ],
  [
    /rate limit|submitted too quickly/i,
    () => ({ detail: 'GitHub wants a pause: too many requests', remedy: `wait an hour, ${again}` }),
  ],
  [
    /SAML|organization SSO/i,
    () => ({
      detail: 'the organization asks for a single sign-on of this login',
      remedy: `gh auth refresh, ${again}`,
    }),
  ],
  [
    /is too long \(maximum/i,
    (_, words) => ({
      detail: `the ${/title is too long/i.test(words) ? 'title' : 'text'} is longer than GitHub takes`,
      remedy: 'write a shorter one by hand: gh pr create --fill-first',
    }),
  ],
  [
    /no commits between/i,
    ({ branch, into }) => ({
      detail: `${into} on the server has every commit of ${branch} already`,
      remedy: 'nothing has to be done; see: git fetch && git status',
    }),
  ],
  [
    /base ref must be a branch|base sha can't be blank/i,
    ({ into }) => ({
      detail: `the server has no branch ${into} to merge into`,
      remedy: `git push --set-upstream origin ${into}`,
    }),
  ],
  [
    /head ref must be a branch|head sha can't be blank|must first push the current branch/i,
    ({ branch }) => ({
      detail: `the server does not show the branch ${branch} yet`,
      remedy: `wait a minute, ${again}`,
    }),
  ],
  [
    /archived/i,
    () => ({
      detail: 'the repository is archived: it takes no pull requests',
      remedy: 'gh repo unarchive, when it is yours',
    }),
  ],
  [
    /must be a collaborator|not accessible by|HTTP 403|forbidden|permission/i,
    () => ({
      detail: 'this login may not open pull requests there',
      remedy: `see which login that is and what it may do: gh auth status`,
    }),
  ],
  [
    /could not resolve to a repository|HTTP 404|not found/i,
    () => ({
      detail: 'there is no such repository, or this login may not see it',
      remedy: `see which login that is: gh auth status; and its address: git remote --verbose`,
    }),
  ],
  [
    /unknown flag|unknown shorthand/i,
    () => ({ detail: 'this gh is too old', remedy: `install gh 2.0 or newer, ${again}` }),
  ],
  [
    /HTTP 5\d\d|something went wrong/i,
    () => ({
      detail: 'GitHub has trouble of its own',
      remedy: `look at https://githubstatus.com, ${again}`,
    }),
  ],
];

/** Reads the last words of gh. */
export const readForgeRefusal = (
  tail: readonly string[],
  exitCode: number | null,
  place: Place,
): ForgeRefusal => {
  const words = tail.join('\n');
  for (const [sign, refusal] of signs) if (sign.test(words)) return refusal(place, words);
  if (exitCode === 4) return { detail: 'gh is not logged in', remedy: `gh auth login, ${again}` };
  return {
    detail: tail.at(-1) ?? 'gh gave no reason',
    remedy: `open it by hand: gh pr create --fill-first --head ${place.branch} --base ${place.into}`,
  };
};
