import { join } from 'node:path';
import {
  type BisectProbe,
  type BisectProgress,
  type BisectVerdict,
  bisectSentence,
  nextBisectStep,
} from '../model/bisect.ts';
import { bisectOrder } from '../model/bisect-order.ts';
import { derivationName } from '../model/derivation-name.ts';
import { explain } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { StorePath } from '../model/host.ts';
import type { FlakeLock } from '../model/lock.ts';
import { revertInputs } from '../model/lock-splice.ts';
import { writeFlakeLock } from '../model/lock-write.ts';
import type { NixCauseClass } from '../model/nix-cause.ts';
import { failed, type Result, success } from '../model/result.ts';
import { shareCauses, type TestCause } from '../model/test-causes.ts';
import { parseFlakeLock } from '../parsers/flake-lock.ts';
import { parsePackageName } from '../parsers/package-name.ts';
import { openScratchFlake, type ScratchFlake } from '../services/scratch-flake.ts';
import { rememberBadRevisions } from './bad-revisions.ts';
import { openBisectRecords } from './bisect-records.ts';
import type { EngineContext } from './context.ts';
import { fingerprint } from './fingerprint.ts';
import { causeOfFailure } from './goals/test-causes.ts';
import type { RunSession } from './run-session.ts';
import { currentTree } from './survey.ts';

/** These are no fault of an input, and another try may end otherwise. */
const passing: ReadonlySet<NixCauseClass> = new Set([
  'network',
  'disk-full',
  'out-of-memory',
  'no-builder',
  'builder-lost',
  'canceled',
  'untrusted-settings',
]);

/** Causes whose input can be sought. */
export const isSearchable = ({ class: kind, hosts, step, isOfEarlierLock }: TestCause): boolean =>
  isOfEarlierLock !== true &&
  hosts.length > 0 &&
  (step === 'evaluate' || step === 'build') &&
  !passing.has(kind);

interface Locks {
  readonly oldText: string;
  readonly old: FlakeLock;
  readonly now: FlakeLock;
  readonly inputs: readonly string[];
}

const readLocks = (context: EngineContext): Result<Locks, Failure> => {
  const { lock } = context.state();
  const nothing = (detail: string): Result<Locks, Failure> =>
    failed({
      code: 'gate-closed',
      host: null,
      reason: detail,
      remedy: 'Look at the configuration itself: git diff HEAD',
    });
  if (lock.kind !== 'read') return nothing('there is no lock whose inputs could be tried');
  const inputs = bisectOrder(lock.changes);
  if (inputs.length === 0)
    return nothing('no input moved since the committed lock, so none can be to blame');
  const old = parseFlakeLock(lock.oldText, 'HEAD:flake.lock');
  if (!old.ok) return old;
  const now = parseFlakeLock(lock.newText, 'flake.lock');
  if (!now.ok) return now;
  return success({ oldText: lock.oldText, old: old.value, now: now.value, inputs });
};

/** Which package a derivation builds: with another lock it may be another version of it. */
const packageOf = (derivation: string): string => {
  const name = derivationName(derivation);
  return parsePackageName(name)?.name ?? name;
};

/** Whether a failure is the one that is sought: what depends on the lock (hashes, versions, lines) may differ. */
const isSame = (sought: TestCause, host: string, failure: Failure): boolean => {
  const cause = causeOfFailure(failure);
  if (cause.class !== sought.class) return false;
  if (cause.derivation !== null && sought.derivation !== null)
    return packageOf(cause.derivation) === packageOf(sought.derivation);
  const [shared] = shareCauses([{ host, step: sought.step, cause }]);
  return shared?.what.replaceAll(host, '') === sought.what.replaceAll(host, '');
};

type Try =
  | { readonly kind: 'verdict'; readonly verdict: BisectVerdict; readonly built: boolean }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** Tries sets of inputs on one host in a scratch copy. */
const createTrial = (
  context: EngineContext,
  session: RunSession,
  scratch: ScratchFlake,
  locks: Locks,
) => {
  const { nix } = context;
  /** Systems whose fate is known, by host and derivation: an input that a host does not use costs no build. */
  const known = new Map<string, BisectVerdict>();

  const judge = (sought: TestCause, host: string, failure: Failure, built: boolean): Try => {
    if (failure.code === 'canceled' || session.signal.aborted) return { kind: 'stop', failure };
    if (isSame(sought, host, failure)) return { kind: 'verdict', verdict: 'fails', built };
    if (passing.has(causeOfFailure(failure).class)) return { kind: 'stop', failure };
    return { kind: 'verdict', verdict: 'unclear', built };
  };

  const build = async (
    sought: TestCause,
    host: string,
    derivation: StorePath,
    toplevel: StorePath,
  ): Promise<Try> => {
    if (await nix.isValid(toplevel)) return { kind: 'verdict', verdict: 'passes', built: false };
    const builds = await nix.openBuilds({
      jobs: 1,
      signal: session.signal,
      rootsFolder: join(context.folder, 'roots', 'bisect'),
      // The whole is the test's: a search builds other systems, one at a time.
      onProgress: (who, progress) => {
        if (who !== null) session.say({ type: 'progress', host: who, ...progress });
      },
      onLog: (_host, line, derivation) => session.log(host, line, derivation),
    });
    if (!builds.ok) return { kind: 'stop', failure: builds.failure };
    const { outcome } = await builds.value.build({ host, derivation, toplevel });
    await builds.value.settled();
    return outcome.ok
      ? { kind: 'verdict', verdict: 'passes', built: true }
      : judge(sought, host, outcome.failure, true);
  };

  return async (sought: TestCause, host: string, updated: readonly string[]): Promise<Try> => {
    const back = locks.inputs.filter((input) => !updated.includes(input));
    const spliced = revertInputs(locks.old, locks.now, back);
    if (!spliced.ok) return { kind: 'verdict', verdict: 'unclear', built: false };
    const text = spliced.value === locks.old ? locks.oldText : writeFlakeLock(spliced.value);
    const written = await scratch.writeLock(text);
    if (!written.ok) return { kind: 'stop', failure: written.failure };
    const evaluated = await nix.evaluateToplevel(scratch.reference, host, {
      signal: session.signal,
    });
    if (!evaluated.ok) return judge(sought, host, evaluated.failure, false);
    // What is sought shows in the evaluation: a build would only find what else is wrong.
    if (sought.step === 'evaluate') return { kind: 'verdict', verdict: 'passes', built: false };
    const { derivation, toplevel } = evaluated.value;
    const key = `${host} ${derivation}`;
    const verdict = known.get(key);
    if (verdict !== undefined) return { kind: 'verdict', verdict, built: false };
    const tried = await build(sought, host, derivation, toplevel);
    if (tried.kind === 'verdict' && tried.verdict !== 'unclear') known.set(key, tried.verdict);
    return tried;
  };
};

const search = async (
  context: EngineContext,
  session: RunSession,
  locks: Locks,
  cause: TestCause,
  tryOne: ReturnType<typeof createTrial>,
): Promise<BisectProgress> => {
  const [host = ''] = cause.hosts;
  const { tree } = currentTree(context);
  const store = await openBisectRecords(
    context,
    fingerprint([tree, locks.oldText, host, cause.id].join('\n')),
  );
  const probes: BisectProbe[] = [...store.probes];
  let builds = 0;
  const show = (over: Partial<BisectProgress>): BisectProgress => {
    const progress: BisectProgress = {
      host,
      hosts: cause.hosts,
      what: cause.what,
      inputs: locks.inputs,
      probes: [...probes],
      trying: null,
      suspects: locks.inputs,
      atMost: 0,
      builds,
      outcome: { kind: 'searching' },
      ...over,
    };
    session.say({ type: 'bisected', progress });
    session.log(null, bisectSentence(progress));
    return progress;
  };

  for (;;) {
    const step = nextBisectStep(locks.inputs, probes);
    if (step.kind !== 'probe') {
      const suspects = step.kind === 'found' ? step.inputs : [];
      return show({ outcome: step, suspects });
    }
    if (session.signal.aborted)
      return show({
        outcome: { kind: 'stopped', why: 'canceled; the next search goes on from here' },
      });
    const { updated, suspects, atMost } = step;
    show({ trying: updated, suspects, atMost });
    const tried = await tryOne(cause, host, updated);
    if (tried.kind === 'stop')
      return show({ outcome: { kind: 'stopped', why: explain(tried.failure).what } });
    if (tried.built) builds += 1;
    const probe: BisectProbe = { updated, verdict: tried.verdict };
    probes.push(probe);
    await store.keep(probes);
  }
};

/**
 * Names the input, or the inputs together, whose move breaks hosts: locks are
 * spliced in a scratch copy, the working tree stays as it is. Each cause is
 * sought on one of its hosts. What was tried is kept, so that a search that was
 * canceled goes on.
 */
export const runBisect = async (
  context: EngineContext,
  session: RunSession,
  causes: readonly TestCause[],
): Promise<Result<readonly BisectProgress[], Failure>> => {
  const sought = causes.filter(isSearchable);
  if (sought.length === 0)
    return failed({
      code: 'gate-closed',
      host: null,
      reason: 'no host fails in a way that an input could be the reason of',
      remedy: 'Test first: nixup test',
    });
  const locks = readLocks(context);
  if (!locks.ok) return locks;
  const place = await context.git.place();
  if (!place.ok) return place;
  const tree = await context.git.treeHash();
  if (!tree.ok) return tree;
  const scratch = await openScratchFlake(
    context.world,
    place.value,
    tree.value,
    join(context.world.folders.cache, 'bisect', session.id),
  );
  if (!scratch.ok) return scratch;
  try {
    const tryOne = createTrial(context, session, scratch.value, locks.value);
    const searches: BisectProgress[] = [];
    for (const cause of sought) {
      const progress = await search(context, session, locks.value, cause, tryOne);
      searches.push(progress);
      const { outcome } = progress;
      if (outcome.kind === 'found' && outcome.isExact)
        await rememberBadRevisions(context, session.id, outcome.inputs, cause.hosts, cause.what);
      if (session.signal.aborted) break;
    }
    return success(searches);
  } finally {
    await scratch.value.remove();
  }
};
