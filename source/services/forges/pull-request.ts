import type { Command } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { redact } from '../../parsers/redact.ts';
import type { World } from '../world.ts';

/** A program that opens pull requests, as data. */
export interface Forge {
  readonly name: 'github';
  readonly program: string;
  /** Whether it serves the repository at this address. */
  serves(remoteUrl: string): boolean;
  /** The body comes on standard input. */
  open(request: PullRequest): readonly string[];
}

export interface PullRequest {
  readonly branch: string;
  /** The branch that it is merged into. */
  readonly into: string;
  readonly title: string;
}

const hostOf = (remoteUrl: string): string =>
  /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)/i.exec(remoteUrl)?.[1]?.toLowerCase() ?? '';

/** Options take their value after `=`: a title cannot become an option. */
const forges: readonly Forge[] = [
  {
    name: 'github',
    program: 'gh',
    serves: (url) => hostOf(url).includes('github'),
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

const pullRequestCommand = (forge: Forge, root: string, request: PullRequest): Command => ({
  file: forge.program,
  args: forge.open(request),
  cwd: root,
});

/** Opens a pull request for a branch that was pushed; answers its address. */
export const openPullRequest = async (
  world: Pick<World, 'exec'>,
  root: string,
  remoteUrl: string,
  request: PullRequest & { readonly body: string },
): Promise<Result<string, Failure>> => {
  const refused = (detail: string, remedy: string): Result<never, Failure> =>
    failed({ code: 'git-refused', operation: 'open a pull request', detail, remedy });
  const forge = forgeOf(remoteUrl);
  if (forge === null)
    return refused(
      `no known forge is at ${redact(remoteUrl)}`,
      `the branch ${request.branch} is pushed: open the pull request there by hand`,
    );
  const answer = await world.exec(pullRequestCommand(forge, root, request), {
    input: request.body,
    timeoutMs: 60_000,
  });
  if (!answer.ok) {
    if (answer.failure.code === 'program-missing')
      return refused(
        `${forge.program} is not installed`,
        `install ${forge.program}, or open the pull request of ${request.branch} by hand`,
      );
    const told = 'tail' in answer.failure ? (answer.failure.tail.at(-1) ?? '') : '';
    return refused(redact(told), `${forge.program} auth login, then try again`);
  }
  const url = /https?:\/\/\S+/.exec(answer.value.stdout)?.[0];
  return url === undefined
    ? refused(`${forge.program} printed no address`, 'look at the pull requests of the repository')
    : success(url);
};
