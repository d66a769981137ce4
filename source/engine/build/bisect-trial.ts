import { join } from 'node:path';
import type { BisectVerdict } from '../../model/causes/bisect.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import { revertInputs } from '../../model/lock/splice.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { ScratchFlake } from '../../services/nix/scratch-flake.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import type { BisectLocks } from './bisect-records.ts';
import { verdictOf } from './bisect-verdict.ts';

/** What one try found; `stop` where nothing can be found and the search ends. */
type Try =
  | { readonly kind: 'verdict'; readonly verdict: BisectVerdict; readonly built: boolean }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** Tries sets of inputs on one host in a scratch copy. */
// Whole: write, evaluate, build are one try, and what is known of systems belongs to all tries of one search.
export const createTrial = (
  context: EngineContext,
  session: RunSession,
  scratch: ScratchFlake,
  locks: BisectLocks,
) => {
  const { nix } = context;
  /**
   * Systems whose result is known, by cause, host and derivation: an input that a host does not use
   * costs no build.
   */
  const known = new Map<string, BisectVerdict>();

  const judge = (sought: TestCause, host: string, failure: Failure, built: boolean): Try => {
    if (failure.code === 'canceled' || session.signal.aborted) return { kind: 'stop', failure };
    const verdict = verdictOf(sought, host, failure);
    return verdict === null ? { kind: 'stop', failure } : { kind: 'verdict', verdict, built };
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
      // The progress of the whole belongs to the test: a search builds other systems, one at a
      // time.
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
    // The failure that is sought shows in the evaluation: a build could only find others.
    if (sought.step === 'evaluate') return { kind: 'verdict', verdict: 'passes', built: false };
    const { derivation, toplevel } = evaluated.value;
    // One system may fail for several causes, and pass for none of them.
    const key = `${sought.id} ${host} ${derivation}`;
    const verdict = known.get(key);
    if (verdict !== undefined) return { kind: 'verdict', verdict, built: false };
    const tried = await build(sought, host, derivation, toplevel);
    if (tried.kind === 'verdict' && tried.verdict !== 'unclear') known.set(key, tried.verdict);
    return tried;
  };
};
