import { isInPlace } from '../../model/deploy/in-place.ts';
import type {
  DeployMode,
  DeployPlan,
  DeployTarget,
  HostCommands,
} from '../../model/deploy/plan.ts';
import { deployWay, waitingCommit } from '../../model/forge/waiting.ts';
import { generationOf } from '../../model/host/generation.ts';
import {
  type HostMemory,
  nothingRemembered,
  repeatOf,
  sicknessWords,
} from '../../model/host/setback.ts';
import { failedInTest } from '../failed-in-test.ts';
import { goesBackWords } from '../goes-back.ts';
import type { AppState } from '../state.ts';
import { type Decision, divide, leave, unreachable } from './decision.ts';

/** The tested lock may be that of a pull request, while HEAD has the one before it. */
const untestedWords = ({ waitingRequests }: AppState): string => {
  const [waiting] = waitingRequests;
  return waiting === undefined
    ? 'this exact system was not built and tested: test first'
    : `this exact system was not built and tested: ${waitingCommit(waiting)}. To deploy that commit: ${deployWay(waiting.revision)}`;
};

// Whole: every reason that leaves a host out, in the order in which they count.
const decideDeploy = (
  state: AppState,
  name: string,
  mode: DeployMode,
  commands: HostCommands,
  memory: HostMemory,
): Decision<DeployTarget> => {
  const host = state.hosts[name];
  if (host === undefined) return leave(name, 'refused', `the flake has no host ${name}`);
  const { entry, expectation, facts } = host;
  if (entry.role.kind !== 'deployable') return leave(name, 'skipped', entry.role.reason);
  if (expectation.kind === 'failed')
    return leave(
      name,
      'refused',
      `its configuration does not evaluate: ${expectation.failureText}`,
    );
  if (expectation.kind === 'evaluating')
    return leave(name, 'refused', 'its system is still being evaluated: wait a moment');
  if (expectation.kind !== 'known')
    return leave(name, 'refused', 'not evaluated and tested yet: run the tests first');
  const offline = unreachable(host);
  const answers = offline === null && facts !== null;
  const sick = mode === 'dry-activate' ? null : memory.sickness(name);
  // If it were made permanent, or told as unchanged, nobody would see its trouble any more.
  if (answers && sick?.toplevel === expectation.toplevel && facts.current === expectation.toplevel)
    return leave(name, 'unhealthy', sicknessWords(name, sick));
  if (answers && isInPlace(facts, expectation.toplevel, mode))
    return leave(name, 'unchanged', 'runs what the flake says');
  if (state.git !== null && state.git.tree !== expectation.tree)
    return leave(name, 'refused', 'the tree changed since this system was evaluated: test again');
  // A machine that builds its own system cannot be tested while it sleeps: that does not close the
  // gate.
  if (
    expectation.builtAt === null &&
    offline !== null &&
    (entry.buildOn === name || host.work.kind === 'pending')
  )
    return offline.kind === 'failed'
      ? leave(name, offline.kind, offline.reason)
      : leave(name, 'pending', `${offline.reason}, and it builds its own system`);
  if (expectation.builtAt === null)
    return leave(
      name,
      'refused',
      state.git === null
        ? 'outside of git no test is remembered by the next nixup: make the flake a repository (git init && git add --all), then test'
        : failedInTest(state, [name]).length > 0
          ? 'its test failed: Enter on it in the view Build says why'
          : untestedWords(state),
    );
  if (!answers)
    return {
      kind: 'left-out',
      leftOut: {
        host: name,
        ...(offline ?? { kind: 'pending', reason: 'did not answer yet' }),
        waiting: expectation.toplevel,
      },
    };
  const setback = mode === 'dry-activate' ? null : memory.setback(name, expectation.toplevel);
  const goesBack = goesBackWords(host, expectation.toplevel);
  return {
    kind: 'target',
    target: {
      host: name,
      from: facts.current,
      fromGeneration: generationOf(facts, facts.current),
      to: expectation.toplevel,
      policy: entry.policy,
      commands: commands.deploy(entry, facts, expectation.toplevel, mode),
      dirty: (state.git?.dirty.length ?? 0) > 0,
      notes: entry.notes,
      ...(setback === null ? {} : { repeats: repeatOf(setback, expectation.toplevel) }),
      ...(goesBack === null ? {} : { goesBack }),
    },
  };
};

/**
 * What a deploy would do, from the state of the hosts and not from the lock's
 * difference. The gate is the toplevel: exactly the path that was built and
 * tested for this tree. Pure.
 */
export const planDeploy = (
  state: AppState,
  hosts: readonly string[],
  mode: DeployMode,
  commands: HostCommands,
  memory: HostMemory = nothingRemembered,
): DeployPlan => ({
  mode,
  ...divide(hosts.map((name) => decideDeploy(state, name, mode, commands, memory))),
});
