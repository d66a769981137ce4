import { hostList } from '../model/words/sentences.ts';
import { otherMachineOf } from '../screen/dialogs/confirm-machine.ts';
import { keyName } from '../screen/key-names.ts';
import { hostOfScreen, targetHosts } from '../screen/rows/targets.ts';
import { aRun } from '../state/run-words.ts';
import type { HostState } from '../state/state.ts';
import type { ScreenState } from '../store.ts';

/** The first reason that holds. */
export const firstReason = (
  state: ScreenState,
  ...checks: readonly ((state: ScreenState) => string | undefined)[]
): string | undefined => {
  for (const check of checks) {
    const reason = check(state);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

export const becauseReadOnly = ({ app }: ScreenState): string | undefined =>
  app.readOnly ? 'nixup was started with --read-only' : undefined;

export const becauseRunning = ({ app }: ScreenState): string | undefined => {
  switch (app.run.kind) {
    case 'active':
      return `${aRun(app.run.goal)} is running; ${keyName('cancel')} cancels it`;
    case 'canceling':
      return `the ${app.run.goal} is being stopped; wait for its end`;
    case 'none':
    case 'done':
      return undefined;
  }
};

/** Before the flake is open git, lock and past runs are not known; hosts are listed after that. */
export const becauseStarting = ({ app }: ScreenState): string | undefined =>
  app.fleet.kind === 'unknown'
    ? 'nixup is still reading the flake; press it again in a moment'
    : undefined;

/** Why the engine cannot do it now. */
export const becauseNotNow = (state: ScreenState): string | undefined =>
  becauseStarting(state) ?? becauseRunning(state);

/** Whether nixup is still starting: a key for all hosts can wait for the hosts. */
export const isReadingHosts = ({ app }: ScreenState): boolean =>
  app.fleet.kind === 'unknown' || app.fleet.kind === 'listing';

export const becauseNeverHosts = (state: ScreenState): string | undefined =>
  isReadingHosts(state) ? undefined : becauseNoHosts(state);

export const becauseNoHosts = ({ app }: ScreenState): string | undefined => {
  switch (app.fleet.kind) {
    case 'unknown':
    case 'listing':
      return 'the hosts are still being read';
    case 'failed':
      return 'the hosts could not be read; R tries again';
    case 'listed':
      return app.hostNames.length === 0 ? 'the flake has no hosts' : undefined;
  }
};

const leftOutReason = (app: ScreenState['app'], host: string): string | undefined => {
  const role = app.hosts[host]?.entry.role;
  return role?.kind === 'left-out' || role?.kind === 'refused'
    ? `${host} is left out of tests and deploys: ${role.reason}`
    : undefined;
};

export const becauseNoTarget = ({ app, ui }: ScreenState): string | undefined => {
  const targets = targetHosts(app, ui);
  const [first] = targets;
  if (first === undefined) return 'no host is selected here; 1 shows the fleet';
  return targets.every((host) => leftOutReason(app, host) !== undefined)
    ? leftOutReason(app, first)
    : undefined;
};

/** Not one answer of this start is there yet: what a row shows may be from an earlier one, and nothing is done by it. */
const isUnanswered = (app: ScreenState['app'], { facts, probe }: HostState): boolean => {
  if (facts !== null) return false;
  if (probe.kind !== 'never') return probe.kind === 'probing';
  // It waits for its turn while others are asked.
  return app.hostNames.some((name) => app.hosts[name]?.probe.kind === 'probing');
};

const stillAsked = (
  { app, ui }: ScreenState,
  isAsked: (app: ScreenState['app'], host: HostState) => boolean,
): string | undefined => {
  const asked = targetHosts(app, ui).filter((name) => {
    const host = app.hosts[name];
    return host !== undefined && isAsked(app, host);
  });
  return asked.length === 0
    ? undefined
    : `${hostList(asked)} ${asked.length === 1 ? 'is' : 'are'} still being asked; press it again in a moment`;
};

export const becauseUnanswered = (state: ScreenState): string | undefined =>
  stillAsked(state, isUnanswered);

/** A deploy needs what the host runs, and what it should run. */
export const becauseUnknownYet = (state: ScreenState): string | undefined =>
  stillAsked(
    state,
    (app, host) => isUnanswered(app, host) || host.expectation.kind === 'evaluating',
  );

/** Where hosts are deployed from the commit, it comes first. */
export const becauseCommitFirst = ({ app }: ScreenState): string | undefined => {
  const dirty = app.git?.dirty ?? [];
  return app.commitsFirst && dirty.length > 0
    ? `this fleet is deployed from its commit ([commit] when = "before-deploy"), and ${hostList(dirty)} ${dirty.length === 1 ? 'is' : 'are'} not committed; ${keyName('commit')} commits`
    : undefined;
};

/** The selected host is the machine that it is known as, or does not answer. */
export const becauseSameMachine = ({ app, ui }: ScreenState): string | undefined => {
  const targets = targetHosts(app, ui);
  return targets.some((host) => otherMachineOf(app.hosts[host]) !== null)
    ? undefined
    : `no other machine answers for ${targets.join(', ')}`;
};

/** The row under the cursor is a host that no mark could bring into a test or deploy. */
export const becauseLeftOut = ({ app, ui }: ScreenState): string | undefined => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'fleet') return undefined;
  const host = hostOfScreen(app, ui);
  return host === undefined ? undefined : leftOutReason(app, host);
};

export const becauseNoLock = ({ app }: ScreenState): string | undefined => {
  switch (app.lock.kind) {
    case 'absent':
      return 'there is no flake.lock yet';
    case 'unreadable':
      return 'the lock file cannot be read; see the view Lock';
    case 'read':
      return undefined;
  }
};

export const becauseNoGit = ({ app }: ScreenState): string | undefined =>
  app.git === null ? (app.gitProblem ?? 'the flake is in no git repository') : undefined;

/** Whether the screen shows a log. */
export const inLog = ({ ui }: ScreenState): boolean =>
  ui.screen.kind === 'host' ? ui.screen.tab === 'log' : ui.screen.view === 'log';

/** Reasons that nothing can be changed now, and further ones. */
export const changeReason =
  (...more: readonly ((state: ScreenState) => string | undefined)[]) =>
  (state: ScreenState): string | undefined =>
    firstReason(state, becauseReadOnly, becauseNotNow, ...more);
