import { type Advised, advise, advised, commandOnly } from '../../model/words/advice.ts';

/** What a refusal of gh is about, and the way on from it. */
interface ForgeRefusal extends Advised {
  readonly detail: string;
}

interface RequestPlace {
  readonly branch: string;
  readonly into: string;
  readonly host: string;
}

const open = 'nixup commit --pr';

/** Something first, then the pull request of the commit that exists. */
const then = (first: string): Advised =>
  advised(advise(`${first}, then open it for the commit that exists`, open));

const byCommand = (text: string, command: string): Advised =>
  advised(advise(`${text}, then open it for the commit that exists`, `${command} && ${open}`));

/**
 * What gh says and means, in this order. The words are those of cli/cli
 * (pkg/cmd/pr/create, pkg/cmd/factory, api/client.go, main.go) and of GitHub's
 * GraphQL answers to createPullRequest; without a login it ends with status 4.
 */
const signs: readonly (readonly [RegExp, (place: RequestPlace, words: string) => ForgeRefusal])[] =
  [
    [
      /gh auth login|HTTP 401|bad credentials|not logged in/i,
      ({ host }, words) =>
        /point to a known GitHub host|no git remotes found/i.test(words)
          ? {
              detail: `gh does not know ${host} as a GitHub host`,
              ...byCommand('log in there', `gh auth login --hostname ${host}`),
            }
          : { detail: 'gh is not logged in', ...byCommand('log in', 'gh auth login') },
    ],
    [
      /point to a known GitHub host|no git remotes found/i,
      ({ host }) => ({
        detail: `gh does not know ${host} as a GitHub host`,
        ...byCommand('log in there', `gh auth login --hostname ${host}`),
      }),
    ],
    [
      /no default remote repository has been set/i,
      () => ({
        detail: 'gh does not know which of the remotes is meant',
        ...byCommand('choose one', 'gh repo set-default'),
      }),
    ],
    [
      /error connecting to|check your internet connection|no such host|network is unreachable|dial tcp|timeout|timed out/i,
      ({ host }) => ({
        detail: `${host} cannot be reached`,
        ...then('connect to the network'),
      }),
    ],
    [
      /rate limit|submitted too quickly/i,
      () => ({ detail: 'GitHub wants a pause: too many requests', ...then('wait an hour') }),
    ],
    [
      /SAML|organization SSO/i,
      () => ({
        detail: 'the organization asks for a single sign-on of this login',
        ...byCommand('sign on', 'gh auth refresh'),
      }),
    ],
    [
      /is too long \(maximum/i,
      (_, words) => ({
        detail: `the ${/title is too long/i.test(words) ? 'title' : 'text'} is longer than GitHub takes`,
        ...advised(advise('write a shorter one by hand', 'gh pr create --fill-first')),
      }),
    ],
    [
      /no commits between/i,
      ({ branch, into }) => ({
        detail: `${into} on the server has every commit of ${branch} already`,
        ...advised(advise('nothing has to be done; see', 'git fetch && git status')),
      }),
    ],
    [
      /base ref must be a branch|base sha can't be blank/i,
      ({ into }) => ({
        detail: `the server has no branch ${into} to merge into`,
        ...advised(commandOnly(`git push --set-upstream origin ${into}`)),
      }),
    ],
    [
      /head ref must be a branch|head sha can't be blank|must first push the current branch/i,
      ({ branch }) => ({
        detail: `the server does not show the branch ${branch} yet`,
        ...then('wait a minute'),
      }),
    ],
    [
      /archived/i,
      () => ({
        detail: 'the repository is archived: it takes no pull requests',
        ...advised(advise('when it is yours', 'gh repo unarchive')),
      }),
    ],
    [
      /must be a collaborator|not accessible by|HTTP 403|forbidden|permission/i,
      () => ({
        detail: 'this login may not open pull requests there',
        ...advised(advise('see which login that is and what it may do', 'gh auth status')),
      }),
    ],
    [
      /could not resolve to a repository|HTTP 404|not found/i,
      () => ({
        detail: 'there is no such repository, or this login may not see it',
        ...advised(
          advise(
            'see which login that is: gh auth status; and its address',
            'git remote --verbose',
          ),
        ),
      }),
    ],
    [
      /unknown flag|unknown shorthand/i,
      () => ({ detail: 'this gh is too old', ...then('install gh 2.0 or newer') }),
    ],
    [
      /HTTP 5\d\d|something went wrong/i,
      () => ({
        detail: 'GitHub has trouble of its own',
        ...then('look at https://githubstatus.com'),
      }),
    ],
  ];

/** Reads the last words of gh. */
export const readForgeRefusal = (
  tail: readonly string[],
  exitCode: number | null,
  place: RequestPlace,
): ForgeRefusal => {
  const words = tail.join('\n');
  for (const [sign, refusal] of signs) if (sign.test(words)) return refusal(place, words);
  if (exitCode === 4)
    return { detail: 'gh is not logged in', ...byCommand('log in', 'gh auth login') };
  return {
    detail: tail.at(-1) ?? 'gh gave no reason',
    ...advised(
      advise(
        'open it by hand',
        `gh pr create --fill-first --head ${place.branch} --base ${place.into}`,
      ),
    ),
  };
};
