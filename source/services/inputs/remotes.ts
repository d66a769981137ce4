import type { Failure } from '../../model/failure.ts';
import type { Attributes } from '../../model/lock/lock.ts';
import { textOf } from '../../model/lock/lock-attributes.ts';
import { repositoryOf } from '../../model/lock/source.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseLsRemote } from '../../parsers/git/ls-remote.ts';
import { reasonOf } from '../git/command.ts';
import type { World } from '../world/world.ts';
import { isFetchable, remoteEnvironment } from './git-remote.ts';

const timeoutMs = 12_000;

/** Where git finds an input; null for what no git has. */
export const remoteUrl = (original: Attributes): string | null => {
  const type = textOf(original, 'type');
  if (type === 'git') return textOf(original, 'url')?.replace(/^git\+/, '') ?? null;
  if (type !== 'github' && type !== 'gitlab' && type !== 'sourcehut') return null;
  const repository = repositoryOf(original);
  return repository === null
    ? null
    : `https://${repository.host}/${repository.owner}/${repository.repo}`;
};

/** What the remote of an input answers. */
export type RemoteAnswer =
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'no-ref'; readonly url: string; readonly ref: string }
  /** Paths, archives and pins have no revision that could be asked for. */
  | { readonly kind: 'unasked' };

const unasked: RemoteAnswer = { kind: 'unasked' };

/**
 * What the remote of an input has now, by `git ls-remote`: nothing is fetched,
 * no API is asked, the lock is not written.
 */
export const newestRevision = async (
  world: Pick<World, 'exec' | 'environment'>,
  original: Attributes,
): Promise<Result<RemoteAnswer, Failure>> => {
  const url = remoteUrl(original);
  const ref = textOf(original, 'ref') ?? null;
  if (url === null || textOf(original, 'rev') !== undefined) return success(unasked);
  if (!isFetchable(url) || ref?.startsWith('-') === true) return success(unasked);
  const refs = ref === null ? ['HEAD'] : [ref, `${ref}^{}`];
  const answer = await world.exec(
    {
      file: 'git',
      args: ['ls-remote', '--', url, ...refs],
      env: { ...remoteEnvironment(world), GIT_ASKPASS: 'false' },
    },
    { quiet: true, timeoutMs },
  );
  if (answer.ok) {
    const revision = parseLsRemote(answer.value.stdout, ref);
    return success(
      revision === null
        ? { kind: 'no-ref', url, ref: ref ?? 'HEAD' }
        : { kind: 'revision', revision },
    );
  }
  return failed({
    code: 'git-refused',
    operation: `ask ${url}`,
    detail: reasonOf(answer.failure),
    ...advised(advise('see what git says', `git ls-remote ${url}`)),
  });
};
