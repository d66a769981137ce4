import { z } from 'zod';
import { webPage } from '../../model/forge/remote.ts';
import { numberAtEnd, readAs } from './read-as.ts';
import { byCommand, commonSigns } from './signs.ts';
import type { ForgeTool, ToolPlace } from './tool.ts';

const request = z.object({
  iid: z.number(),
  web_url: z.string(),
  source_branch: z.string(),
  target_branch: z.string().optional(),
  source_project_id: z.number().optional(),
  target_project_id: z.number().optional(),
  title: z.string().optional(),
  author: z.object({ username: z.string() }).nullish(),
});

const viewed = z.object({ state: z.string() });

/** By its address: glab takes a short name for one of its default host (glab(1), --repo). */
const repo = ({ repository }: ToolPlace): string => `--repo=${webPage(repository)}`;

/**
 * glab, as gitlab-org/cli has it (docs.gitlab.com/cli/mr). It reads a description from no file: `-`
 * opens an editor, so it is one word of the command line.
 */
export const gitlab: ForgeTool = {
  forge: 'gitlab',
  program: 'glab',
  request: 'merge request',
  env: { NO_PROMPT: '1', GLAB_CHECK_UPDATE: 'false', NO_COLOR: '1' },
  // Without `--all` newer ones look at one instance alone; older ones do not know it, and look at all.
  logins: [
    ['auth', 'status', '--all'],
    ['auth', 'status'],
  ],
  login: (host) => `glab auth login --hostname ${host}`,
  list: (place, into, page) => ({
    args: [
      'mr',
      'list',
      ...(into === null ? [] : [`--target-branch=${into}`]),
      '--per-page=100',
      `--page=${page}`,
      '--output=json',
      repo(place),
    ],
  }),
  // The most that GitLab gives in one (docs.gitlab.com/api/rest, Pagination).
  pagesFrom: 100,
  readList: (stdout) =>
    readAs(z.array(request), stdout.trim() === '' ? '[]' : stdout)?.map((one) => ({
      id: String(one.iid),
      url: one.web_url,
      branch: one.source_branch,
      into: one.target_branch ?? '',
      isForeign: one.source_project_id !== one.target_project_id,
      author: one.author?.username ?? null,
      title: one.title ?? '',
    })) ?? null,
  idOf: numberAtEnd,
  open: (place, { branch, into }, { title, body }) => ({
    args: [
      'mr',
      'create',
      `--source-branch=${branch}`,
      `--target-branch=${into}`,
      `--title=${title}`,
      `--description=${body}`,
      '--yes',
      repo(place),
    ],
  }),
  edit: (place, id, { title, body }) => ({
    args: ['mr', 'update', id, `--title=${title}`, `--description=${body}`, '--yes', repo(place)],
  }),
  // `--when-pipeline-succeeds` before glab 1.31.
  merge: (place, id, revision) => [
    { args: ['mr', 'merge', id, '--auto-merge', `--sha=${revision}`, '--yes', repo(place)] },
    {
      args: [
        'mr',
        'merge',
        id,
        '--when-pipeline-succeeds',
        `--sha=${revision}`,
        '--yes',
        repo(place),
      ],
    },
  ],
  close: (place, id) => ({ args: ['mr', 'close', id, repo(place)] }),
  comment: (place, id, text) => ({ args: ['mr', 'note', id, `--message=${text}`, repo(place)] }),
  state: (place, id) => ({ args: ['mr', 'view', id, '--output=json', repo(place)] }),
  readState: (stdout) => {
    const state = readAs(viewed, stdout)?.state;
    if (state === 'merged' || state === 'closed') return state;
    return state === undefined ? null : 'open';
  },
  issue: (place, { title, body }) => ({
    args: ['issue', 'create', `--title=${title}`, `--description=${body}`, '--yes', repo(place)],
  }),
  loginStatus: null,
  signs: [
    [
      /glab auth login|\b401\b|unauthorized|not (?:been )?(?:logged in|authenticated)|invalid_token|no token/i,
      ({ host }) => ({
        detail: `glab is not logged in at ${host}`,
        ...byCommand('log in', gitlab.login(host)),
      }),
    ],
    ...commonSigns('glab', 'GitLab', 'glab auth status'),
  ],
};
