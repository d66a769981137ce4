import { z } from 'zod';
import { numberAtEnd, readAs } from './read-as.ts';
import { byCommand, commonSigns } from './signs.ts';
import type { ForgeTool, ToolCall, ToolPlace } from './tool.ts';

/** tea prints every value as a text (modules/print/table.go). */
const listed = z.array(
  z.object({
    index: z.union([z.string(), z.number()]),
    head: z.string(),
    base: z.string().optional(),
    url: z.string(),
    title: z.string().optional(),
    author: z.string().optional(),
    state: z.string().optional(),
  }),
);

/** The login is found by the remote: a bare name of a repository would be one of its default login. */
const remote = (place: ToolPlace): string => `--remote=${place.remote}`;

const fields = '--fields=index,title,author,head,base,url,state';

/** tea asks for one page alone (cmd/flags, PaginationFlags). */
const listOf = (place: ToolPlace, state: 'open' | 'all', page: number): ToolCall => ({
  args: [
    'pulls',
    'list',
    `--state=${state}`,
    '--limit=50',
    `--page=${page}`,
    fields,
    '--output=json',
    remote(place),
  ],
});

/**
 * tea, as gitea.com/gitea/tea has it (cmd/pulls, cmd/login), for Forgejo and Gitea. It reads a
 * description from no file, and has no merge that waits for checks.
 */
export const forgejo: ForgeTool = {
  forge: 'forgejo',
  program: 'tea',
  request: 'pull request',
  env: { NO_COLOR: '1' },
  logins: [['login', 'list', '--output=simple']],
  login: (host) => `tea login add --url https://${host}`,
  list: (place, _into, page) => listOf(place, 'open', page),
  // A server gives 50 at most, or fewer by its own setting (app.ini, MAX_RESPONSE_ITEMS).
  pagesFrom: 1,
  readList: (stdout) =>
    readAs(listed, stdout.trim() === '' ? '[]' : stdout)?.map((one) => ({
      id: String(one.index),
      url: one.url,
      branch: one.head,
      into: one.base ?? '',
      // The head of a fork is `owner:branch`.
      isForeign: one.head.includes(':'),
      author: one.author ?? null,
      title: one.title ?? '',
    })) ?? null,
  idOf: numberAtEnd,
  open: (place, { branch, into }, { title, body }) => ({
    args: [
      'pulls',
      'create',
      `--head=${branch}`,
      `--base=${into}`,
      `--title=${title}`,
      `--description=${body}`,
      remote(place),
    ],
  }),
  edit: (place, id, { title, body }) => ({
    args: ['pulls', 'edit', `--title=${title}`, `--description=${body}`, remote(place), id],
  }),
  merge: (place, id) =>
    ['merge', 'rebase', 'squash'].map((style) => ({
      args: ['pulls', 'merge', `--style=${style}`, remote(place), id],
    })),
  close: (place, id) => ({ args: ['pulls', 'close', remote(place), id] }),
  comment: (place, id, text) => ({ args: ['comment', remote(place), id, text] }),
  state: (place, _id, page) => listOf(place, 'all', page),
  isOnLaterPage: (stdout) =>
    (readAs(listed, stdout.trim() === '' ? '[]' : stdout)?.length ?? 0) > 0,
  readState: (stdout, id) => {
    const state = readAs(listed, stdout.trim() === '' ? '[]' : stdout)?.find(
      ({ index }) => String(index) === id,
    )?.state;
    if (state === 'merged' || state === 'closed') return state;
    return state === undefined ? null : 'open';
  },
  issue: (place, { title, body }) => ({
    args: ['issues', 'create', `--title=${title}`, `--description=${body}`, remote(place)],
  }),
  loginStatus: null,
  signs: [
    [
      /tea login add|\b401\b|unauthorized|no (?:gitea )?login|not logged in|no available login/i,
      ({ host }) => ({
        detail: `tea is not logged in at ${host}`,
        ...byCommand('log in', forgejo.login(host)),
      }),
    ],
    ...commonSigns('tea', 'the server', 'tea login list'),
  ],
};
