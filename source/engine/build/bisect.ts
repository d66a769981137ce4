import {
  type BisectProbe,
  type BisectProgress,
  bisectSentence,
  guiltyInputs,
  nextBisectStep,
} from '../../model/causes/bisect.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { nixupCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { openScratchFlake } from '../../services/nix/scratch-flake.ts';
import { scratchFolder } from '../../services/world/left-behind.ts';
import { rememberBadRevisions } from '../inputs/bad-revisions.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { type BisectLocks, openBisectRecords, readBisectLocks } from './bisect-records.ts';
import { createTrial } from './bisect-trial.ts';
import { isSearchable } from './bisect-verdict.ts';
import { isToBlame } from './blame.ts';
import { currentTree } from './expectations.ts';

interface Searched {
  readonly progress: BisectProgress;
  /** A builder ended well in the meantime: so builders work. */
  readonly hasBuilt: boolean;
}

const search = async (
  context: EngineContext,
  session: RunSession,
  locks: BisectLocks,
  cause: TestCause,
  tryOne: ReturnType<typeof createTrial>,
): Promise<Searched> => {
  const [host = ''] = cause.hosts;
  const tree = currentTree(context);
  const store = await openBisectRecords(
    context,
    fingerprint([tree, locks.oldText, host, cause.id].join('\n')),
  );
  const probes: BisectProbe[] = [...store.probes];
  let builds = 0;
  let hasBuilt = false;
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
      return { progress: show({ outcome: step, suspects }), hasBuilt };
    }
    const stop = (why: string): Searched => ({
      progress: show({ outcome: { kind: 'stopped', why } }),
      hasBuilt,
    });
    if (session.signal.aborted) return stop('canceled; the next search continues from here');
    const { updated, suspects, atMost } = step;
    show({ trying: updated, suspects, atMost });
    const tried = await tryOne(cause, host, updated);
    if (tried.kind === 'stop') return stop(explain(tried.failure).what);
    if (tried.built) builds += 1;
    if (tried.built && tried.verdict === 'passes') hasBuilt = true;
    const probe: BisectProbe = { updated, verdict: tried.verdict };
    probes.push(probe);
    await store.keep(probes);
  }
};

/**
 * Finds the input, or the inputs together, whose update breaks hosts. Locks are put together in a
 * scratch copy; the working tree is not changed. Each cause is sought on one of its hosts. Tries
 * are recorded, so that a search that was canceled continues.
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
      ...advised(advise('Test first', 'nixup test')),
    });
  const locks = readBisectLocks(context);
  if (!locks.ok) return locks;
  const place = await context.git.place();
  if (!place.ok) return place;
  const tree = await context.git.treeHash();
  if (!tree.ok) return tree;
  const scratch = await openScratchFlake(
    context.world,
    place.value,
    tree.value,
    await scratchFolder(context.world, 'bisect'),
  );
  if (!scratch.ok) return scratch;
  try {
    const tryOne = createTrial(context, session, scratch.value, locks.value);
    const searches: BisectProgress[] = [];
    for (const cause of sought) {
      const { progress, hasBuilt } = await search(context, session, locks.value, cause, tryOne);
      searches.push(progress);
      const { outcome } = progress;
      if (session.signal.aborted) break;
      if (outcome.kind !== 'found' || !outcome.isExact) continue;
      const [input = ''] = outcome.inputs;
      if (await isToBlame(context, session, cause, input, hasBuilt))
        await rememberBadRevisions(context, session.id, outcome.inputs, cause.hosts, cause.what);
    }
    return success(searches);
  } finally {
    await scratch.value.remove();
  }
};

/** What a search found, and the command that continues without the guilty inputs. */
export const bisectSummary = (searches: readonly BisectProgress[]): string => {
  const told = searches.map((search) => `${bisectSentence(search)}.`);
  const guilty = guiltyInputs(searches);
  return guilty.length === 0
    ? told.join(' ')
    : `${told.join(' ')} Hold ${guilty.length === 1 ? 'it' : 'them'} and keep the rest: ${nixupCommand('hold', ...guilty)}, then: nixup test`;
};

export const bisectGoal =
  (context: EngineContext, causes: readonly TestCause[]): GoalBody =>
  async (session) => {
    const searched = await runBisect(context, session, causes);
    if (!searched.ok) return endWith(searched.failure);
    const isFound = searched.value.every(({ outcome }) => outcome.kind === 'found');
    return { ...(isFound ? {} : { exitCode: 1 }), summary: bisectSummary(searched.value) };
  };
