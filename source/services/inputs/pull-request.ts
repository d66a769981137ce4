import { z } from 'zod';
import type { Command } from '../../model/command.ts';
import { forPullRequest } from '../../model/commit/pull-request-text.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, adviceOf, advise, advised } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { redact } from '../../parsers/redact.ts';
import type { World } from '../world/world.ts';
import { readForgeRefusal } from './github-refusals.ts';

/** A program that opens pull requests, as data. */
interface Forge {
  readonly name: 'github';
  readonly program: string;
  /** Whether it serves the repository at this address. */
  serves(remoteUrl: string): boolean;
  /** Lists what is open into a branch, as JSON: `[{"url","headRefName","isCrossRepository"}]`. */
  list(into: string): readonly string[];
  /** The body comes on standard input. */
  open(request: PullRequest): readonly string[];
}

interface PullRequest {
  readonly branch: string;
  /** The branch that it is merged into. */
  readonly into: string;
  readonly title: string;
}

interface OpenPullRequest {
  readonly url: string;
  readonly branch: string;
}

const hostOf = (remoteUrl: string): string =>
  /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)/i.exec(remoteUrl)?.[1]?.toLowerCase() ?? '';

/** Options take their value after `=`: a title cannot become an option. */
const forges: readonly Forge[] = [
  {
    name: 'github',
    program: 'gh',
    serves: (url) => hostOf(url).includes('github'),
    list: (into) => [
      'pr',
      'list',
      '--state=open',
      `--base=${into}`,
      '--limit=200',
      '--json=url,headRefName,isCrossRepository',
    ],
    open: ({ branch, into, title }) => [
      'pr',
      'create',
      `--head=${branch}`,
      `--base=${into}`,
      `--title=${title}`,
      '--body-file=-',
    ],
  },
];

export const forgeOf = (remoteUrl: string): Forge | null =>
  forges.find((forge) => forge.serves(remoteUrl)) ?? null;

/** The branch of nixup's own pull request for a commit. */
export const ownBranch = (revision: string): string => `nixup/${showCommit(revision)}`;

/** Whether a branch is one of these: a person may have branches below `nixup/` too. */
const isOwnBranch = (branch: string): boolean => /^nixup\/[0-9a-f]{12}$/.test(branch);

const listed = z.array(
  z.object({
    url: z.string(),
    headRefName: z.string(),
    isCrossRepository: z.boolean().optional(),
  }),
);

const timeoutMs = 60_000;

/** gh asks nothing and says no news of itself; what it would ask is a failure in words. */
const forgeCommand = (forge: Forge, root: string, args: readonly string[]): Command => ({
  file: forge.program,
  args,
  cwd: root,
  env: { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' },
});

type Branches = Pick<PullRequest, 'branch' | 'into'>;

const refused = (detail: string, next: Advice | string): Result<never, Failure> =>
  failed({ code: 'git-refused', operation: 'open a pull request', detail, ...advised(next) });

const forgeFailure = (
  forge: Forge,
  failure: Failure,
  remoteUrl: string,
  place: Branches,
): Result<never, Failure> => {
  if (failure.code === 'program-missing')
    return refused(
      `${forge.program} is not installed`,
      advise(
        `install ${forge.program} (nix shell nixpkgs#gh), then open it for the commit that exists`,
        'nixup commit --pr',
      ),
    );
  if (failure.code === 'canceled') return failed(failure);
  const tail =
    failure.code === 'command-timeout'
      ? ['timed out']
      : 'tail' in failure
        ? failure.tail.map(redact)
        : [];
  const exitCode = failure.code === 'command-failed' ? failure.exitCode : null;
  const refusal = readForgeRefusal(tail, exitCode, {
    ...place,
    host: hostOf(remoteUrl),
  });
  return refused(refusal.detail, adviceOf(refusal));
};

const unknownForge = (remoteUrl: string, way: Advice | string): Result<never, Failure> =>
  refused(`no known forge is at ${redact(remoteUrl)}`, way);

/** The pull request of nixup's that is open into a branch; null when there is none. */
export const findPullRequest = async (
  world: Pick<World, 'exec'>,
  root: string,
  remoteUrl: string,
  place: Branches,
): Promise<Result<OpenPullRequest | null, Failure>> => {
  const forge = forgeOf(remoteUrl);
  if (forge === null) return success(null);
  const command = forgeCommand(forge, root, forge.list(place.into));
  const answer = await world.exec(command, { quiet: true, timeoutMs });
  if (!answer.ok) return forgeFailure(forge, answer.failure, remoteUrl, place);
  let read: unknown;
  try {
    read = JSON.parse(answer.value.stdout);
  } catch {
    read = undefined;
  }
  const open = listed.safeParse(read);
  if (!open.success)
    return refused(
      `${forge.program} did not list the open pull requests in a form that nixup knows`,
      advise('look at them', `${forge.program} pr list`),
    );
  const own = open.data.find(
    ({ headRefName, isCrossRepository }) => isOwnBranch(headRefName) && isCrossRepository !== true,
  );
  return success(own === undefined ? null : { url: own.url, branch: own.headRefName });
};

const urlIn = (text: string): string | undefined => /https?:\/\/\S+/.exec(text)?.[0];

/** The result of opening a pull request: a new one, or the one that was open already. */
type OpenedPullRequest = { readonly kind: 'opened' | 'found'; readonly url: string };

/** Opens a pull request for a branch that was pushed. */
export const openPullRequest = async (
  world: Pick<World, 'exec'>,
  root: string,
  remoteUrl: string,
  request: PullRequest & { readonly body: string },
): Promise<Result<OpenedPullRequest, Failure>> => {
  const forge = forgeOf(remoteUrl);
  if (forge === null)
    return unknownForge(
      remoteUrl,
      `the branch ${request.branch} is pushed: open the pull request there by hand`,
    );
  const { title, body } = forPullRequest(request.title, request.body);
  const answer = await world.exec(forgeCommand(forge, root, forge.open({ ...request, title })), {
    input: body,
    timeoutMs,
  });
  if (!answer.ok) {
    // `a pull request for branch "x" into branch "main" already exists:` and its address.
    const words = 'tail' in answer.failure ? answer.failure.tail.join('\n') : '';
    const there = /already exists/i.test(words) ? urlIn(words) : undefined;
    return there === undefined
      ? forgeFailure(forge, answer.failure, remoteUrl, request)
      : success({ kind: 'found', url: there });
  }
  const url = urlIn(answer.value.stdout);
  return url === undefined
    ? refused(
        `${forge.program} printed no address`,
        advise('look at the pull requests of the repository', `${forge.program} pr list`),
      )
    : success({ kind: 'opened', url });
};
