import { type Advised, advise, advised, commandOnly } from '../../model/words/advice.ts';
import type { RefusalSign } from './tool.ts';

const open = 'nixup commit --pr';

const thenOpen = ', then open it for the commit that exists';

/** Something first, then the request of the commit that exists. */
export const firstly = (first: string): Advised => advised(advise(`${first}${thenOpen}`, open));

export const byCommand = (text: string, command: string): Advised =>
  advised(advise(`${text}${thenOpen}`, `${command} && ${open}`));

/** The same advice before there is a commit. */
export const beforeCommit = <Refusal extends Advised>(refusal: Refusal): Refusal => ({
  ...refusal,
  remedy: refusal.remedy.replace(thenOpen, ', then'),
});

// Whole: one row for each kind of refusal.
/**
 * What the programs say and mean, in this order. The words are those of cli/cli (pkg/cmd/pr, api/client.go),
 * of GitLab's and Gitea's answers, which glab (go-gitlab's ErrorResponse) and tea (gitea/sdk) print as they
 * are, and of Go's net package.
 */
export const commonSigns = (
  program: string,
  title: string,
  status: string,
): readonly RefusalSign[] => [
  [
    /no default remote repository has been set/i,
    () => ({
      detail: `${program} does not know which of the remotes is meant`,
      ...byCommand('choose one', `${program} repo set-default`),
    }),
  ],
  [
    /error connecting to|check your internet connection|no such host|network is unreachable|dial tcp|i\/o timeout|timed out|connection refused/i,
    ({ host }) => ({
      detail: `${host} cannot be reached`,
      isPassing: true,
      ...firstly('connect to the network'),
    }),
  ],
  [
    /rate limit|submitted too quickly|\b429\b|too many requests/i,
    () => ({
      detail: `${title} wants a pause: too many requests`,
      isPassing: true,
      ...firstly('wait an hour'),
    }),
  ],
  [
    /unknown (?:shorthand )?flag|flag provided but not defined|unknown command|accepts \d+ arg/i,
    () => ({ detail: `this ${program} is too old`, ...firstly(`install a newer ${program}`) }),
  ],
  [
    /no commits between|no changes between|there are no changes/i,
    ({ branch, into }) => ({
      detail: `${into} on the server has every commit of ${branch} already`,
      ...advised(advise('nothing has to be done; see', 'git fetch && git status')),
    }),
  ],
  [
    /base ref must be a branch|base sha can't be blank|target branch .*does not exist|base branch does not exist/i,
    ({ into }) => ({
      detail: `the server has no branch ${into} to merge into`,
      ...advised(commandOnly(`git push --set-upstream origin ${into}`)),
    }),
  ],
  [
    /head ref must be a branch|head sha can't be blank|must first push the current branch|source branch .*does not exist|head branch does not exist/i,
    ({ branch }) => ({
      detail: `the server does not show the branch ${branch} yet`,
      ...firstly('wait a minute'),
    }),
  ],
  [
    /must be a collaborator|not accessible by|HTTP 403|\b403\b|forbidden|permission|insufficient_scope/i,
    () => ({
      detail: 'this login may not do that there',
      ...advised(advise('see which login that is and what it may do', status)),
    }),
  ],
  [
    /could not resolve to a repository|HTTP 404|\b404\b|not found/i,
    () => ({
      detail: 'there is no such repository, or this login may not see it',
      ...advised(
        advise(`see which login that is: ${status}; and its address`, 'git remote --verbose'),
      ),
    }),
  ],
];
