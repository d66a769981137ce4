import { showCommand } from '../../model/command.ts';
import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { deployWay, waitingCommit } from '../../model/forge/waiting.ts';
import { type Result, success } from '../../model/result.ts';
import { showCommit } from '../../model/words/format.ts';
import { hostList } from '../../model/words/sentences.ts';
import { remoteTip } from '../../services/forge/carry.ts';
import { leaveBranch } from '../../services/forge/leave-branch.ts';
import type { GitPlace } from '../../services/git/command.ts';
import { deployedPart } from '../../state/part-of-fleet.ts';
import { observeGit, observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/**
 * The commit below the commits of nixup's own that only the request needs: what the remote's branch has
 * is needed there too, whoever made it. Null where none is to leave the branch.
 */
export const belowOwn = async (
  { git, records }: EngineContext,
  tip: string,
  upstream: string | null,
): Promise<Result<string | null, Failure>> => {
  const made = new Set(records.commits().map(({ revision }) => revision));
  let at: string | null = tip;
  while (at !== null && made.has(at)) {
    const has = upstream === null ? success(false) : await git.isAncestor(at, upstream);
    if (!has.ok) return has;
    if (has.value) break;
    at = await git.firstParent(at);
  }
  return success(at === tip ? null : at);
};

/** How the tested lock comes onto hosts that do not run it, once the branch is back; nothing where all do. */
const deployWords = (
  { config }: EngineContext,
  revision: string,
  hosts: readonly string[],
): string =>
  hosts.length === 0
    ? ''
    : ` ${hostList(hosts)} ${hosts.length === 1 ? 'does' : 'do'} not run the systems of this commit. They can be deployed before the merge (${deployWay(revision, config.commit.when === 'before-deploy')}).`;

/** Takes the commit off the branch that it was made on; answers a sentence about that. */
export const takeOff = async (
  context: EngineContext,
  session: RunSession,
  place: GitPlace,
  {
    remote,
    into,
    revision,
    url,
  }: {
    readonly remote: string;
    readonly into: string;
    readonly revision: string;
    readonly url: string;
  },
): Promise<string> => {
  // What HEAD gives them afterwards is the lock before the commit.
  const without = deployedPart(context.state()).left;
  const upstream = await remoteTip(context.world, place, remote, into);
  const stays = (failure: Failure): string =>
    ` The commit stays on ${into} here: ${explainInLine(failure)}`;
  if (!upstream.ok) return stays(upstream.failure);
  const below = await belowOwn(context, revision, upstream.value);
  if (!below.ok) return stays(below.failure);
  const to = below.value;
  if (to === null) return '';
  const left = await session.perform(
    { host: null, deed: `take ${into} back`, from: revision, to },
    () =>
      leaveBranch(context.world, place, {
        branch: into,
        from: revision,
        to,
        upstream: upstream.value,
      }),
    (done) => (done.kind === 'back' ? `${into} is at ${showCommit(to)}` : done.why),
  );
  await observeGit(context);
  await observeLock(context);
  const waiting = context.state().waitingRequests.find((one) => one.url === url);
  if (waiting !== undefined)
    session.stage('commit', {
      kind: 'partly',
      ending: 'partly',
      evidence: waitingCommit(waiting),
      at: context.world.clock.now(),
    });
  if (!left.ok) return ` ${explainInLine(left.failure)}`;
  return left.value.kind === 'back'
    ? ` ${into} is back at ${showCommit(to)} here; after the merge it gets the commit by a pull (${showCommand({ file: 'git', args: ['pull'] })}).${deployWords(context, revision, without)}`
    : ` The commit stays on ${into} here: ${left.value.why}.`;
};
