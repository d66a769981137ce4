import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { inert } from '../../model/forge/inert.ts';
import type { Proposal } from '../../model/forge/proposal.ts';
import { tendingOf } from '../../model/forge/tend.ts';
import type { Result } from '../../model/result.ts';
import { showCommit } from '../../model/words/format.ts';
import { remoteTip } from '../../services/forge/carry.ts';
import {
  closeRequest,
  editRequest,
  type Forge,
  mergeRequest,
  requestState,
} from '../../services/forge/requests.ts';
import { findPlace } from '../../services/git/command.ts';
import { hostStories, type OfTree } from '../../state/reducer/host-story.ts';
import { observeGit } from '../lock/observe.ts';
import type { RequestRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody, GoalEnding } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { describedCommit } from './described.ts';
import { type JournaledRun, recentRuns } from './message-facts.ts';
import { forgeHere } from './propose.ts';
import { requestText, requestWatch } from './request-facts.ts';

/** The step commit waits for the merge of its request. */
const tellMerged = (
  { state, world }: EngineContext,
  session: RunSession,
  { url }: Pick<Proposal, 'url'>,
): void => {
  const { stages, waitingRequests } = state();
  if (stages.commit.kind === 'partly' && waitingRequests.some((one) => one.url === url))
    session.stage('commit', { kind: 'passed', evidence: `merged: ${url}`, at: world.clock.now() });
};

/** Tells what became of a request, and remembers it as long as it is open. */
const settle = async (
  context: EngineContext,
  session: RunSession,
  record: RequestRecord,
  state: 'merging' | 'merged' | 'closed',
  reason: string | null,
): Promise<void> => {
  const { url, branch, into, revision } = record;
  const proposal: Proposal = { url, state, branch, into, revision, reason };
  session.pullRequest = proposal;
  session.say({ type: 'proposed', ...proposal });
  if (state === 'merged') tellMerged(context, session, proposal);
  if (state === 'merging') await context.records.keepRequest({ ...record, state });
  else await context.records.dropRequest(url);
};

/** Which request it is stands in the sentence of the refusal itself, where that one is about the request. */
const failedWords = (name: string, { tool }: Forge, failure: Failure): string => {
  const about = `the ${tool.request}`;
  if (failure.code !== 'git-refused' || !failure.operation.endsWith(about))
    return `${name}: ${explainInLine(failure)}`;
  const operation = `${failure.operation.slice(0, -about.length)}${name.replace('The', 'the')}`;
  return explainInLine({ ...failure, operation });
};

const deedOf = async <Value>(
  session: RunSession,
  deed: string,
  act: () => Promise<Result<Value, Failure>>,
  evidence: string,
): Promise<Result<Value, Failure>> => session.perform({ host: null, deed }, act, () => evidence);

/** What was done with each host for its system of the request. `of`: what its commit is a commit of. */
const tendedHosts = async (
  { git }: EngineContext,
  { systems, revision }: RequestRecord,
  runs: readonly JournaledRun[],
  of: OfTree | undefined,
): Promise<Parameters<typeof tendingOf>[0]> => {
  const storyOf = hostStories(runs, of ?? { tree: await git.treeAt(revision), lock: null });
  return Object.entries(systems).map(([name, system]) => {
    const story = storyOf(name, system);
    return { name, work: story?.work ?? null, isHealthy: story?.isHealthy ?? false };
  });
};

/**
 * Why what would be merged is not what the hosts run; null where it is. Asked of the remote itself: not
 * every program of a forge can be told which commit it may merge.
 */
const otherTip = async (
  { world, flake }: EngineContext,
  { remote }: Forge,
  { branch, tip }: RequestRecord,
): Promise<string | null> => {
  const place = await findPlace(world.exec, flake);
  const now = place.ok ? await remoteTip(world, place.value, remote, branch) : place;
  if (!now.ok) return `its branch could not be asked for: ${explainInLine(now.failure)}`;
  if (now.value === tip) return null;
  return now.value === null
    ? `the remote has no branch ${branch}`
    : `its branch ${branch} is at ${showCommit(now.value)} and not at ${showCommit(tip)}, which was deployed; look at it and merge it by hand`;
};

/** Sets it to be merged, or merges it; answers a sentence about that. */
const merge = async (
  context: EngineContext,
  session: RunSession,
  forge: Forge,
  record: RequestRecord,
  name: string,
): Promise<string> => {
  const { url } = record;
  const { request } = forge.tool;
  const other = await otherTip(context, forge, record);
  if (other !== null) return `${name} waits: ${other}.`;
  const merged = await deedOf(
    session,
    `merge the ${request}`,
    () => mergeRequest(context.world, forge, record, record.tip),
    url,
  );
  if (!merged.ok) return failedWords(name, forge, merged.failure);
  await settle(context, session, record, merged.value, null);
  return merged.value === 'merged'
    ? `${name} is merged: the fleet is healthy.`
    : `${name} is set to be merged by its forge: the fleet is healthy.`;
};

/** Merges or closes it, or edits its text by what is known now; answers a sentence, null for nothing new. */
const tendOne = async (
  context: EngineContext,
  session: RunSession,
  forge: Forge,
  record: RequestRecord,
  runs: readonly JournaledRun[],
): Promise<string | null> => {
  const { world } = context;
  const { url, systems, revision } = record;
  const { request } = forge.tool;
  // Its address was told just now where this very run opened or edited it.
  const name = session.pullRequest?.url === url ? `The ${request}` : `The ${request} ${url}`;
  const now = await requestState(world, forge, record);
  if (!now.ok) return failedWords(name, forge, now.failure);
  if (now.value !== 'open') {
    await settle(context, session, record, now.value, null);
    return `${name} is ${now.value}.`;
  }
  const described = describedCommit(runs, revision);
  const tending = tendingOf(
    await tendedHosts(context, record, runs, described?.of),
    requestWatch(context, systems),
  );
  if (tending.kind === 'close') {
    const done = await deedOf(
      session,
      `close the ${request}`,
      () => closeRequest(world, forge, record, `nixup: ${inert(tending.reason)}.`),
      url,
    );
    if (!done.ok) return failedWords(name, forge, done.failure);
    const { state, unsaid } = done.value;
    await settle(context, session, record, state, tending.reason);
    const silent = unsaid === null ? '' : ` ${explainInLine(unsaid)}`;
    return state === 'closed'
      ? `${name} is closed: ${tending.reason}.${silent}`
      : `${name} was merged before it could be closed; revert it: git revert.`;
  }
  // What this very run wrote into it is what is known now.
  if (described !== null && session.pullRequest?.url !== url) {
    const text = await requestText(
      context,
      { revision, message: described.message, into: record.into },
      systems,
      runs,
    );
    const edited = await deedOf(
      session,
      `edit the ${request}`,
      () => editRequest(world, forge, record, text),
      url,
    );
    if (!edited.ok) return failedWords(name, forge, edited.failure);
  }
  if (tending.kind === 'wait' || record.state === 'merging' || !context.config.commit.merge)
    return tending.kind === 'wait' ? `${name} waits: ${tending.why}.` : null;
  return merge(context, session, forge, record, name);
};

/** What is done with each open request of nixup's own after a run that changed or compared hosts. */
export const tendRequests = async (
  context: EngineContext,
  session: RunSession,
): Promise<readonly string[]> => {
  await context.records.reload();
  const open = context.records.requests();
  if (open.length === 0 || session.signal.aborted || context.state().readOnly) return [];
  const forge = await forgeHere(context);
  if (!forge.ok)
    return [`Open pull requests were left as they are: ${explainInLine(forge.failure)}`];
  const told: string[] = [];
  const runs = await recentRuns(context);
  for (const record of open) {
    const words = await tendOne(context, session, forge.value, record, runs);
    if (words !== null) told.push(words);
  }
  // Which of them are open is known from now on.
  if (told.length > 0) await observeGit(context);
  return told;
};

const withWords = (ending: GoalEnding, words: readonly string[]): GoalEnding =>
  words.length === 0
    ? ending
    : {
        ...ending,
        summary: [
          /[.!?]$/.test(ending.summary) ? ending.summary : `${ending.summary}.`,
          ...words,
        ].join(' '),
      };

/** A goal after which open requests are merged, edited or closed. */
export const tending =
  (context: EngineContext, body: GoalBody): GoalBody =>
  async (session) =>
    withWords(await body(session), await tendRequests(context, session));
