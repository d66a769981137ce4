import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type RequestBranches, requestLink } from '../../model/forge/forge.ts';
import { trackingIssue } from '../../model/forge/issue.ts';
import type { Proposal } from '../../model/forge/proposal.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { carriedCommit } from '../../services/forge/carry.ts';
import {
  editRequest,
  type Forge,
  type ForgeRefusal,
  type OwnRequest,
  openIssue,
  openRequest,
  ownBranch,
} from '../../services/forge/requests.ts';
import type { OpenRequest } from '../../services/forge/tool.ts';
import { toolOf } from '../../services/forge/which.ts';
import { findPlace, type GitPlace } from '../../services/git/command.ts';
import type { RequestRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { pushTold } from './push-told.ts';
import { requestText, systemsNow } from './request-facts.ts';
import { majorFacts } from './request-range.ts';
import { takeOff } from './take-off.ts';

const refused = (detail: string, text: string, command?: string): Failure => ({
  code: 'git-refused',
  operation: 'open a pull request',
  detail,
  ...advised(command === undefined ? { text } : advise(text, command)),
});

/** What is proposed: a commit of the branch that HEAD is on. */
export interface Wanted {
  readonly revision: string;
  readonly message: string;
}

/** The forge of the remote, and its program; why there is none. */
const forgeOrWhy = async (context: EngineContext): Promise<Result<Forge, ForgeRefusal>> => {
  const { git } = context.state();
  const remote = git?.remote ?? null;
  const because = (
    kind: ForgeRefusal['kind'],
    ...why: Parameters<typeof refused>
  ): Result<never, ForgeRefusal> => failed({ kind, failure: refused(...why) });
  if (git === null || git.remoteUrl === null || remote === null)
    return because('sure', 'the repository has no remote', 'Push it by hand', 'git push');
  const place = await context.askedForge.which(
    context.world,
    [git.remoteUrl, ...(git.pushesTo ?? [])],
    context.config.commit.forge,
  );
  if (place === null)
    return because(
      'sure',
      `nobody says which forge is at ${git.remoteUrl}`,
      'Say it in nixup.toml: [commit] forge = "github", "gitlab", "forgejo" or "sourcehut". Or log in there with gh, glab or tea',
    );
  const tool = toolOf(place.forge);
  if (tool === null)
    return because(
      'by-hand',
      'sourcehut takes changes by mail',
      `Prepare them on ${requestLink(place.forge, place.repository, { branch: git.branch ?? 'main', into: 'main' })}`,
    );
  return success({ tool, repository: place.repository, remote, root: git.root });
};

/** The forge of the remote, and its program; in words where there is none. */
export const forgeHere = async (context: EngineContext): Promise<Result<Forge, Failure>> => {
  const found = await forgeOrWhy(context);
  return found.ok ? found : failed(found.failure.failure);
};

/** The forge, with the request of nixup's own that is open into the branch. */
interface ForgeWithOwn {
  readonly forge: Forge;
  readonly own: OwnRequest | null;
}

/** Asks the forge for its open requests, where it was not asked just now; why it gave none. */
export const askForge = async (
  context: EngineContext,
  branches: RequestBranches,
  wanted: 'known' | 'opens' = 'known',
): Promise<Result<ForgeWithOwn, ForgeRefusal>> => {
  const forge = await forgeOrWhy(context);
  if (!forge.ok) return forge;
  const own = await context.askedForge.own(
    context.world,
    forge.value,
    branches,
    wanted === 'opens',
  );
  return own.ok ? success({ forge: forge.value, own: own.value }) : own;
};

/** A push of the commit to the branch of the request, with what that branch has already. */
const carry = async (
  context: EngineContext,
  session: RunSession,
  place: GitPlace,
  what: {
    readonly remote: string;
    readonly branch: string;
    readonly into: string;
    readonly revision: string;
  },
): Promise<Result<string, Failure>> => {
  const { remote, branch, into, revision } = what;
  const carried = await carriedCommit(context.world, place, { remote, branch, revision });
  if (!carried.ok) return carried;
  const pushed = await session.perform(
    { host: null, deed: `push to ${branch}` },
    () =>
      pushTold(context, session, {
        branch: into,
        revision: carried.value,
        remoteRef: `refs/heads/${branch}`,
      }),
    () => `the remote branch ${branch} points at ${showCommit(carried.value)}`,
  );
  return pushed.ok ? success(carried.value) : pushed;
};

/** Which request has the commit now, and how that came. */
interface Had {
  readonly url: string;
  readonly id: string;
  readonly branch: string;
  readonly state: 'opened' | 'edited';
}

const openOrEdit = async (
  context: EngineContext,
  session: RunSession,
  forge: Forge,
  open: OpenRequest | null,
  what: { readonly branch: string; readonly into: string } & Wanted,
): Promise<Result<Had, Failure>> => {
  const { branch, into, revision, message } = what;
  const text = await requestText(context, { revision, message, into }, systemsNow(context));
  const edit = async (id: string, url: string): Promise<Result<Had, Failure>> => {
    const edited = await session.perform(
      { host: null, deed: `edit the ${forge.tool.request}` },
      () => editRequest(context.world, forge, { id, branch, into }, text),
      () => url,
    );
    return edited.ok ? success({ url, id, branch, state: 'edited' }) : edited;
  };
  if (open !== null) return edit(open.id, open.url);
  const made = await session.perform(
    { host: null, deed: `open a ${forge.tool.request}` },
    () => openRequest(context.world, forge, { branch, into }, text),
    ({ url }) => url,
  );
  if (!made.ok) return made;
  const { kind, url } = made.value;
  const id = forge.tool.idOf(url);
  return kind === 'found' ? edit(id, url) : success({ url, id, branch, state: 'opened' });
};

/** The issue that tracks a major update, beside its new request; null where it is no major one. */
const track = async (
  context: EngineContext,
  session: RunSession,
  forge: Forge,
  what: { readonly revision: string; readonly into: string },
  url: string,
): Promise<{ readonly url: string | null; readonly words: string }> => {
  const facts = await majorFacts(context, what);
  if (facts === null) return { url: null, words: '' };
  const made = await session.perform(
    { host: null, deed: 'open an issue' },
    () => openIssue(context.world, forge, trackingIssue(facts, url)),
    (issue) => issue,
  );
  return made.ok
    ? { url: made.value, words: ` The steps of this major update are in an issue (${made.value}).` }
    : { url: null, words: ` ${explainInLine(made.failure)}` };
};

/** What was proposed, in sentences. */
interface Proposed {
  readonly proposal: Proposal;
  readonly words: string;
}

/** Where no request can be opened, its branch is there for whoever opens one by hand. */
const pushAlone = async (
  context: EngineContext,
  session: RunSession,
  place: GitPlace,
  failure: Failure,
  {
    remote,
    ...what
  }: {
    readonly remote: string | null;
    readonly branch: string;
    readonly into: string;
    readonly revision: string;
  },
): Promise<Failure> => {
  const pushed = remote === null ? null : await carry(context, session, place, { ...what, remote });
  return pushed?.ok === true && failure.code === 'git-refused'
    ? { ...failure, detail: `${failure.detail}; the branch ${what.branch} is pushed` }
    : failure;
};

/** Remembers the request, so that later runs merge or close it. */
const remember = (
  context: EngineContext,
  had: Had,
  what: Pick<RequestRecord, 'into' | 'revision' | 'tip'>,
  issue: string | null,
): Promise<Result<void, Failure>> =>
  context.records.keepRequest({
    ...what,
    url: had.url,
    id: had.id,
    branch: had.branch,
    at: context.world.clock.now(),
    state: 'open',
    systems: systemsNow(context),
    ...(issue === null ? {} : { issue }),
  });

/** The words for a branch that does not take the commit. */
const refusedByBranch = ({ tool }: Forge, open: OpenRequest | null, failure: Failure): Failure =>
  open === null || failure.code !== 'git-refused'
    ? failure
    : {
        ...failure,
        detail: `the ${tool.request} ${open.url} is open, and its branch does not take this commit: ${failure.detail}`,
        ...advised(advise('Merge or close it, then', 'nixup commit --pr')),
      };

/** Where the branch had commits that this one does not come after, it got a merge of both. */
const mergedWords = (revision: string, tip: string): string =>
  tip === revision
    ? ''
    : ` Its branch is at ${showCommit(tip)}, which has this commit and what was there before.`;

/** One request alone gets the commit: others of nixup's are for a person to close. */
const othersWords = ({ tool }: Forge, open: OwnRequest | null): string =>
  open === null || open.others.length === 0
    ? ''
    : ` Open besides it, and left as they are: ${open.others.join(', ')}. Close each ${tool.request} that is not wanted.`;

/**
 * Takes the commit to a branch of its own, with a request into the branch that it was made on; where
 * nixup's own is open already, that one gets the commit and another text. The commit leaves the local
 * branch once the remote has it.
 */
export const runPropose = async (
  context: EngineContext,
  session: RunSession,
  { revision, message }: Wanted,
): Promise<Result<Proposed, Failure>> => {
  const { git } = context.state();
  const into = git?.branch ?? null;
  if (git === null || into === null)
    return failed(refused('HEAD is detached', 'Push it by hand', 'git push'));
  const place = await findPlace(context.world.exec, context.flake);
  if (!place.ok) return place;
  const own = ownBranch(revision);
  const remote = git.remote ?? 'origin';
  const asked = await askForge(context, { branch: own, into }, 'opens');
  if (!asked.ok)
    return failed(
      await pushAlone(context, session, place.value, asked.failure.failure, {
        remote: git.remoteUrl === null ? null : remote,
        branch: own,
        into,
        revision,
      }),
    );
  const { forge, own: open } = asked.value;
  context.askedForge.forget();
  const branch = open?.branch ?? own;
  const tip = await carry(context, session, place.value, { remote, branch, into, revision });
  if (!tip.ok) return failed(refusedByBranch(forge, open, tip.failure));
  const had = await openOrEdit(context, session, forge, open, { branch, into, revision, message });
  if (!had.ok) return had;
  const { url, state } = had.value;
  const before = context.records.requests().find((one) => one.url === url)?.issue;
  const what = { into, revision, tip: tip.value };
  // At once: the issue is another call of the forge, and nixup may be killed meanwhile.
  let kept = await remember(context, had.value, what, before ?? null);
  const issue =
    state === 'opened'
      ? await track(context, session, forge, { revision, into }, url)
      : { url: null, words: '' };
  if (issue.url !== null) kept = await remember(context, had.value, what, issue.url);
  const proposal: Proposal = { url, state, branch, into, revision, reason: null };
  session.pullRequest = proposal;
  session.say({ type: 'proposed', ...proposal });
  const back = await takeOff(context, session, place.value, { remote, into, revision, url });
  const which =
    state === 'edited'
      ? `The ${forge.tool.request} that was open has it now (${url}).${mergedWords(revision, tip.value)}${othersWords(forge, open)}`
      : `The ${forge.tool.request} is open (${url}).`;
  const forgotten = kept.ok ? '' : ` It is not remembered: ${explainInLine(kept.failure)}`;
  return success({ proposal, words: `${which}${issue.words}${back}${forgotten}` });
};
