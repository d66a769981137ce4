import { pushObstacle } from '../model/commit/push-obstacle.ts';
import { requestNumber } from '../model/forge/waiting.ts';
import { showUnitFailure } from '../model/host/unit-failure.ts';
import { counted, hostList } from '../model/words/sentences.ts';
import { failedInTest } from './failed-in-test.ts';
import { awaitsReboot, deployableHosts, isLeftBehind, troubleOf, unwellUnits } from './hosts.ts';
import { deployedPart, deployRest, testedPart } from './part-of-fleet.ts';
import type { UnpushedBranch } from './run.ts';
import { isProven, type StageName, stageNames } from './stage.ts';
import type { AppState, HostState } from './state.ts';
import { unreviewedAlarms } from './undone-before.ts';

/** A reason why a runbook whose steps are all closed is not done. */
export type LeftOver =
  | {
      readonly kind:
        | 'failed'
        | 'test-failed'
        | 'not-tested'
        | 'unreachable'
        | 'rolled-back'
        | 'unhealthy'
        | 'not-deployed'
        | 'asleep'
        | 'reboot';
      readonly hosts: readonly string[];
    }
  /** Units that failed before the deploy as well: no step fails for them, and nobody has accepted them. */
  | { readonly kind: 'known'; readonly hosts: readonly string[]; readonly units: readonly string[] }
  | { readonly kind: 'alarms'; readonly inputs: readonly string[] }
  /** A step that a person closed before it was done. */
  | { readonly kind: 'closed'; readonly stage: StageName; readonly reason: string }
  /**
   * Its holds and settings are only in this working tree: another clone or a timer does not have
   * them.
   */
  | { readonly kind: 'settings'; readonly path: string }
  /** Its commit is not in the branch yet. */
  | { readonly kind: 'request'; readonly url: string }
  | { readonly kind: 'unpushed'; readonly commits: number };

/** Units that fail or do not run on a host that answers, and that nobody has accepted. */
const notAccepted = (app: AppState, name: string): readonly string[] => {
  const host = app.hosts[name];
  const accepted = app.accepted[name] ?? [];
  return host === undefined || host.probe.kind === 'failed'
    ? []
    : unwellUnits(host).filter((unit) => !accepted.includes(unit));
};

/** By itself, or by a person: its system before runs again. */
export const isTakenBack = ({ work }: HostState): boolean =>
  work.kind === 'rolledBack' || (work.kind === 'succeeded' && work.deed === 'rollback');

/** Systems that are only built, such as images: no deploy tells that they were not. */
const imagesLeft = (
  app: AppState,
  deployed: readonly string[],
): { readonly failed: readonly string[]; readonly untested: readonly string[] } => {
  const { left, waiting } = testedPart(app);
  const isDone = app.stages.test.kind === 'passed';
  const images = isDone ? [] : [...left, ...waiting].filter((name) => !deployed.includes(name));
  const failed = failedInTest(app, images);
  return { failed, untested: images.filter((name) => !failed.includes(name)) };
};

const hostsLeft = (app: AppState): readonly LeftOver[] => {
  const names = deployableHosts(app);
  const images = imagesLeft(app, names);
  const inTrouble = (trouble: 'failed' | 'unreachable' | 'unhealthy'): readonly string[] =>
    names.filter((name) => {
      const host = app.hosts[name];
      return host !== undefined && troubleOf(host) === trouble;
    });
  const isBack = (name: string): boolean => {
    const host = app.hosts[name];
    return host !== undefined && isTakenBack(host) && isLeftBehind(host);
  };
  const { ready, broken } = deployRest(app);
  const isBroken = new Set(broken);
  const failed = inTrouble('failed').filter((name) => !isBack(name) && !isBroken.has(name));
  const unreachable = inTrouble('unreachable');
  const back = names.filter(isBack);
  const unhealthy = inTrouble('unhealthy').filter(
    (name) => app.hosts[name]?.work.kind === 'unhealthy' || notAccepted(app, name).length > 0,
  );
  const told = new Set([...failed, ...broken, ...unreachable, ...back, ...unhealthy]);
  const part = deployedPart(app);
  const asleep = part.waiting.filter((name) => !told.has(name));
  const reboot = names.filter((name) => {
    const host = app.hosts[name];
    return host !== undefined && awaitsReboot(host);
  });
  const isUnhealthy = new Set(unhealthy);
  const sick = names.filter((name) => !isUnhealthy.has(name) && notAccepted(app, name).length > 0);
  const kinds = [
    { kind: 'failed', hosts: failed },
    { kind: 'test-failed', hosts: [...broken, ...images.failed] },
    { kind: 'not-tested', hosts: images.untested },
    { kind: 'unreachable', hosts: unreachable },
    { kind: 'rolled-back', hosts: back },
    { kind: 'unhealthy', hosts: unhealthy },
    { kind: 'known', hosts: sick, units: sick.flatMap((name) => notAccepted(app, name)) },
    { kind: 'not-deployed', hosts: ready.filter((name) => !told.has(name)) },
    { kind: 'asleep', hosts: asleep },
    { kind: 'reboot', hosts: reboot },
  ] as const;
  return kinds.filter(({ hosts }) => hosts.length > 0);
};

/** Commits that the remote has not; 0 where there is nothing to push to, or nothing to push. */
export const unpushedCommits = ({ git, stages }: AppState): number => {
  if (git === null || pushObstacle(git) !== null) return 0;
  if (git.upstream !== null) return git.ahead;
  return stages.commit.kind === 'passed' ? 1 : 0;
};

/** The branch with what its remote does not have; undefined where nothing is to be pushed. */
export const unpushedBranch = (app: AppState): UnpushedBranch | undefined => {
  const commits = unpushedCommits(app);
  const { git } = app;
  return git === null || commits === 0
    ? undefined
    : { branch: git.branch, upstream: git.upstream, commits };
};

/** `1 commit is not pushed yet`; null where nothing is to be pushed. */
export const unpushedWords = (app: AppState): string | null => {
  const commits = unpushedCommits(app);
  if (commits === 0) return null;
  return `${counted(commits, 'commit')} ${commits === 1 ? 'is' : 'are'} not pushed yet`;
};

/** Whether closing it before it was done is told by nothing else. */
const isToldByItself = (stage: StageName): boolean => {
  switch (stage) {
    case 'check':
    case 'update':
    case 'verify':
    case 'watch':
      return true;
    case 'review':
    case 'test':
    case 'deploy':
    case 'commit':
      return false;
  }
};

/**
 * What is left when every step of the runbook is closed. *Done* means that nothing is left. Pure.
 */
export const leftOvers = (app: AppState): readonly LeftOver[] => {
  const { review } = app.stages;
  const unseen = unreviewedAlarms(app).map(({ input }) => input);
  // After a commit the lock shows none of them any more.
  const inputs =
    unseen.length > 0 ? unseen : review.kind === 'skipped' ? (review.alarms ?? []) : [];
  const commits = unpushedCommits(app);
  const settings = app.git?.dirty.find((path) => path.split('/').at(-1) === 'nixup.toml');
  return [
    ...hostsLeft(app),
    ...(inputs.length === 0 ? [] : [{ kind: 'alarms' as const, inputs }]),
    ...stageNames.flatMap((stage): readonly LeftOver[] => {
      const state = app.stages[stage];
      // Its hosts tell it already, or it is the review, whose alarms do.
      return state.kind === 'skipped' && isToldByItself(stage)
        ? [{ kind: 'closed', stage, reason: state.reason }]
        : [];
    }),
    ...(settings === undefined ? [] : [{ kind: 'settings' as const, path: settings }]),
    ...app.waitingRequests.map(({ url }) => ({ kind: 'request' as const, url })),
    ...(commits === 0 ? [] : [{ kind: 'unpushed' as const, commits }]),
  ];
};

/** What a commit of the deployed lock does not wait for: hosts that do not run it yet, or not well, and a step before it. */
export const openBeforeCommit = (app: AppState): readonly string[] => {
  if (!isProven(app.stages.deploy) && app.stages.deploy.kind !== 'failed') return [];
  const { verify } = app.stages;
  return [
    ...hostsLeft(app).map(leftWords),
    ...(isProven(verify) ? [] : [verify.kind === 'failed' ? 'verify failed' : 'not verified']),
  ];
};

const countOf = (left: LeftOver): number => {
  switch (left.kind) {
    case 'alarms':
      return left.inputs.length;
    case 'closed':
    case 'settings':
    case 'request':
      return 1;
    case 'unpushed':
      return left.commits;
    case 'failed':
    case 'test-failed':
    case 'not-tested':
    case 'unreachable':
    case 'rolled-back':
    case 'unhealthy':
    case 'known':
    case 'not-deployed':
    case 'asleep':
    case 'reboot':
      return left.hosts.length;
  }
};

/** How many things are left: hosts, inputs, commits. */
export const countLeft = (left: readonly LeftOver[]): number =>
  left.reduce((sum, one) => sum + countOf(one), 0);

/** `p510 failed`, `2 commits not pushed`. */
export const leftWords = (left: LeftOver): string => {
  switch (left.kind) {
    case 'failed':
      return `${hostList(left.hosts)} failed`;
    case 'test-failed':
      return `${hostList(left.hosts)} failed in the test`;
    case 'not-tested':
      return `${hostList(left.hosts)} not tested`;
    case 'unreachable':
      return `${hostList(left.hosts)} unreachable`;
    case 'rolled-back':
      return `${hostList(left.hosts)} rolled back`;
    case 'unhealthy':
      return `${hostList(left.hosts)} unhealthy`;
    case 'known':
      return `known trouble on ${hostList(left.hosts)}: ${left.units.map(showUnitFailure).join(', ')}`;
    case 'not-deployed':
      return `${hostList(left.hosts)} not deployed`;
    case 'asleep':
      return `${hostList(left.hosts)} asleep`;
    case 'reboot':
      return `${hostList(left.hosts)} to reboot`;
    case 'alarms':
      return `${counted(left.inputs.length, 'input')} with alarms that nobody looked at: ${left.inputs.join(', ')}`;
    case 'closed':
      return `${left.stage} closed: ${left.reason}`;
    case 'settings':
      return `${left.path} not committed`;
    case 'request':
      return `request ${requestNumber(left.url)} not merged`;
    case 'unpushed':
      return `${counted(left.commits, 'commit')} not pushed`;
  }
};

/** The same for the header: `1 failed`. */
export const leftShort = (left: LeftOver): string => {
  switch (left.kind) {
    case 'failed':
    case 'unreachable':
    case 'unhealthy':
    case 'asleep':
      return `${left.hosts.length} ${left.kind}`;
    case 'test-failed':
      return `${left.hosts.length} failed in the test`;
    case 'not-tested':
      return `${left.hosts.length} not tested`;
    case 'rolled-back':
      return `${left.hosts.length} rolled back`;
    case 'known':
      return `${left.hosts.length} with known trouble`;
    case 'not-deployed':
      return `${left.hosts.length} not deployed`;
    case 'reboot':
      return `${left.hosts.length} to reboot`;
    case 'alarms':
      return `${left.inputs.length} not reviewed`;
    case 'closed':
      return `${left.stage} closed`;
    case 'settings':
      return '1 file to commit';
    case 'request':
      return `${requestNumber(left.url)} to merge`;
    case 'unpushed':
      return `${left.commits} to push`;
  }
};
