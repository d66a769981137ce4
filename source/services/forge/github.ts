import { z } from 'zod';
import { advise, advised } from '../../model/words/advice.ts';
import { readAs } from './read-as.ts';
import { byCommand, commonSigns, firstly } from './signs.ts';
import type { ForgeTool, ToolPlace } from './tool.ts';

const listed = z.array(
  z.object({
    url: z.string(),
    headRefName: z.string(),
    baseRefName: z.string().optional(),
    isCrossRepository: z.boolean().optional(),
    title: z.string().optional(),
    author: z.object({ login: z.string() }).nullish(),
  }),
);

const viewed = z.object({ state: z.enum(['OPEN', 'MERGED', 'CLOSED']) });

/** `owner/repo`, with the host where it is not GitHub's own (gh help environment). */
const repo = ({ repository: { host, path } }: ToolPlace): string =>
  `--repo=${host === 'github.com' || host === 'ssh.github.com' ? path : `${host}/${path}`}`;

/**
 * gh, as cli/cli has it (pkg/cmd/pr/{list,create,edit,merge,close,view}, pkg/cmd/issue/create). Texts
 * come on standard input.
 */
export const github: ForgeTool = {
  forge: 'github',
  program: 'gh',
  request: 'pull request',
  env: { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' },
  logins: [['auth', 'status']],
  login: (host) => (host === 'github.com' ? 'gh auth login' : `gh auth login --hostname ${host}`),
  list: (place, into) => ({
    args: [
      'pr',
      'list',
      '--state=open',
      ...(into === null ? [] : [`--base=${into}`]),
      '--limit=200',
      '--json=url,headRefName,baseRefName,isCrossRepository,title,author',
      repo(place),
    ],
  }),
  pagesFrom: null,
  readList: (stdout) =>
    readAs(listed, stdout)?.map((one) => ({
      id: one.url,
      url: one.url,
      branch: one.headRefName,
      into: one.baseRefName ?? '',
      isForeign: one.isCrossRepository === true,
      author: one.author?.login ?? null,
      title: one.title ?? '',
    })) ?? null,
  idOf: (url) => url,
  open: (place, { branch, into }, { title, body }) => ({
    args: [
      'pr',
      'create',
      `--head=${branch}`,
      `--base=${into}`,
      `--title=${title}`,
      '--body-file=-',
      repo(place),
    ],
    input: body,
  }),
  edit: (place, id, { title, body }) => ({
    args: ['pr', 'edit', id, `--title=${title}`, '--body-file=-', repo(place)],
    input: body,
  }),
  // The merge keeps the commit that the hosts run; a repository may allow other ways alone, and may
  // have no auto-merge.
  merge: (place, id, revision) => {
    const ways = ['--merge', '--rebase', '--squash'];
    const head = `--match-head-commit=${revision}`;
    return [
      ...ways.map((way) => ({ args: ['pr', 'merge', id, '--auto', way, head, repo(place)] })),
      ...ways.map((way) => ({ args: ['pr', 'merge', id, way, head, repo(place)] })),
      { args: ['pr', 'merge', id, '--merge', repo(place)] },
    ];
  },
  close: (place, id) => ({ args: ['pr', 'close', id, repo(place)] }),
  comment: (place, id, text) => ({
    args: ['pr', 'comment', id, '--body-file=-', repo(place)],
    input: text,
  }),
  state: (place, id) => ({ args: ['pr', 'view', id, '--json=state', repo(place)] }),
  readState: (stdout) => {
    const state = readAs(viewed, stdout)?.state;
    if (state === undefined) return null;
    return state === 'OPEN' ? 'open' : state === 'MERGED' ? 'merged' : 'closed';
  },
  issue: (place, { title, body }) => ({
    args: ['issue', 'create', `--title=${title}`, '--body-file=-', repo(place)],
    input: body,
  }),
  loginStatus: 4,
  signs: [
    [
      /gh auth login|HTTP 401|bad credentials|not logged in/i,
      ({ host }, words) =>
        /point to a known GitHub host|no git remotes found/i.test(words) || host !== 'github.com'
          ? {
              detail: `gh does not know ${host} as a GitHub host`,
              ...byCommand('log in there', github.login(host)),
            }
          : { detail: 'gh is not logged in', ...byCommand('log in', 'gh auth login') },
    ],
    [
      /point to a known GitHub host|no git remotes found/i,
      ({ host }) => ({
        detail: `gh does not know ${host} as a GitHub host`,
        ...byCommand('log in there', github.login(host)),
      }),
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
      /archived/i,
      () => ({
        detail: 'the repository is archived: it takes no pull requests',
        ...advised(advise('when it is yours', 'gh repo unarchive')),
      }),
    ],
    ...commonSigns('gh', 'GitHub', 'gh auth status'),
    [
      /HTTP 5\d\d|something went wrong/i,
      () => ({
        detail: 'GitHub has trouble of its own',
        isPassing: true,
        ...firstly('look at https://githubstatus.com'),
      }),
    ],
  ],
};
