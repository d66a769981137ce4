import type { Command } from '../../model/command.ts';
import type { CommitPlan } from '../../model/commit/commit-plan.ts';
import type { RequestPlan, RequestProblem } from '../../model/commit/request-plan.ts';
import { explainInLine } from '../../model/explain/explain.ts';
import { knownTip, mergeCommand } from '../../services/forge/carry.ts';
import { leaveCommands } from '../../services/forge/leave-branch.ts';
import {
  type Forge,
  type ForgeRefusal,
  forgeCommand,
  ownBranch,
} from '../../services/forge/requests.ts';
import { beforeCommit } from '../../services/forge/signs.ts';
import type { OpenRequest } from '../../services/forge/tool.ts';
import type { GitPlace } from '../../services/git/command.ts';
import { pushCommand } from '../../services/git/push.ts';
import { deployedPart } from '../../state/part-of-fleet.ts';
import type { EngineContext } from '../run/context.ts';
import { askForge } from './propose.ts';
import { carriedBelow } from './request-facts.ts';
import { majorFacts } from './request-range.ts';
import { belowOwn } from './take-off.ts';

/** Where the words are not known before the commit. */
const commitWord = 'COMMIT';
/** A person may still edit the message, and the text is long. */
const written = { title: 'TITLE', body: 'TEXT' };

/** The calls of the forge's program: for a new request, or the one that is open. */
const forgeCommands = (
  forge: Forge,
  open: OpenRequest | null,
  branches: { readonly branch: string; readonly into: string },
  isMajor: boolean,
): readonly Command[] => {
  const { tool } = forge;
  if (open !== null) return [forgeCommand(forge, tool.edit(forge, open.id, written))];
  const request = forgeCommand(forge, tool.open(forge, branches, written));
  return isMajor ? [request, forgeCommand(forge, tool.issue(forge, written))] : [request];
};

/** The push: of the commit, or of a merge with what the branch of the open request has. */
const pushCommands = async (
  { world }: EngineContext,
  place: GitPlace,
  what: { readonly remote: string; readonly branch: string; readonly into: string },
  open: OpenRequest | null,
  commit: string,
): Promise<readonly Command[]> => {
  const { remote, branch, into } = what;
  const target = { remote, branch: into, remoteRef: `refs/heads/${branch}` };
  return open === null
    ? [pushCommand(place.root, { ...target, revision: commit })]
    : [
        await mergeCommand(world, place, branch, 'TIP', commit),
        pushCommand(place.root, { ...target, revision: 'MERGE' }),
      ];
};

/** Whether the request would bring a major update, which gets an issue. */
const bringsMajor = async (
  context: EngineContext,
  into: string,
  { facts }: Pick<CommitPlan, 'facts'>,
  { made, below }: { readonly made: string | null; readonly below: string | null },
): Promise<boolean> => {
  if (made !== null) return (await majorFacts(context, { into, revision: made })) !== null;
  return (
    facts !== undefined && (await majorFacts(context, { into, below, planned: facts })) !== null
  );
};

/** A refusal of the forge, told before there is a commit. */
export const problemOf = ({ kind, failure }: ForgeRefusal): RequestProblem => {
  const before = failure.code === 'git-refused' ? beforeCommit(failure) : failure;
  return {
    kind: kind === 'silent' ? 'unsure' : kind,
    failure: before,
    why: explainInLine(before),
  };
};

/** The commit below the request's, and the one that the branch goes back to. */
const baseOf = async (
  context: EngineContext,
  made: string | null,
  upstream: string | null,
): Promise<{ readonly below: string | null; readonly to: string | null }> => {
  const head = context.state().git?.head ?? null;
  const below = made === null ? head : await context.git.firstParent(made);
  if (below === null) return { below, to: null };
  const own = await belowOwn(context, made ?? below, upstream);
  return { below, to: (own.ok ? own.value : null) ?? (made === null ? below : null) };
};

/**
 * What a pull request for the commit of this plan would do; `made`: for that commit, which exists. Null
 * where none can be opened: the refusal says why.
 */
export const planRequest = async (
  context: EngineContext,
  plan: Pick<CommitPlan, 'facts'>,
  made: string | null = null,
): Promise<RequestPlan | null> => {
  const { git } = context.state();
  const place = await context.git.place();
  const into = git?.branch ?? null;
  if (git === null || into === null || !place.ok) return null;
  const remote = git.remote ?? 'origin';
  const commit = made ?? commitWord;
  const own = ownBranch(commit);
  const asked = await askForge(context, { branch: own, into });
  const open = asked.ok ? asked.value.own : null;
  const branch = open?.branch ?? own;
  const tip = await knownTip(context.world, place.value, remote, into);
  const { below, to } = await baseOf(context, made, tip);
  const isMajor = open === null && (await bringsMajor(context, into, plan, { made, below }));
  return {
    into,
    commands: [
      ...(await pushCommands(context, place.value, { remote, branch, into }, open, commit)),
      ...(asked.ok
        ? [
            ...forgeCommands(asked.value.forge, open, { branch, into }, isMajor),
            ...(to === null
              ? []
              : leaveCommands(place.value.root, { branch: into, from: commit, to })),
          ]
        : []),
    ],
    carried: await carriedBelow(context, into, below),
    undeployed: deployedPart(context.state()).left,
    ...(asked.ok ? {} : { problem: problemOf(asked.failure) }),
  };
};
