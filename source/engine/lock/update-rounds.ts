import { join } from 'node:path';
import type { Failure, UnfetchedInput } from '../../model/failure.ts';
import { canNixName } from '../../model/inputs/input-name.ts';
import type { Unfetched } from '../../model/inputs/standing.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { rootOf } from '../../model/lock/paths.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { Advised } from '../../model/words/advice.ts';
import { inputNamedIn, placeOfInput } from '../../parsers/lock/flake-inputs.ts';
import { askStandings } from '../inputs/standings.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { updateAround } from './update-around.ts';

/** Failures that may be caused by an input that cannot be fetched: Nix does not always say so. */
const mayBeFetch: ReadonlySet<Failure['code']> = new Set<Failure['code']>([
  'fetch-failed',
  'lock-not-written',
  'evaluation-failed',
]);

const unfetchedBy = (failure: Failure): readonly UnfetchedInput[] =>
  failure.code === 'fetch-failed' ? failure.inputs : [];

const wordsOf = (failure: Failure): string => {
  if (failure.code === 'fetch-failed' || failure.code === 'lock-not-written') return failure.detail;
  return failure.code === 'evaluation-failed' ? failure.cause : '';
};

/** Obstacles that are certain, whoever asks. */
const isCertain = ({ obstacle }: Unfetched): boolean =>
  obstacle === 'missing' || obstacle === 'untracked' || obstacle === 'no-ref';

const readFlake = async (context: EngineContext): Promise<string> => {
  const read = await context.world.files.read(join(context.flake, 'flake.nix'));
  return read.ok ? (read.value ?? '') : '';
};

/**
 * Which inputs could not be fetched. Nix's text names one at most, and up to 2.19 none; folders and
 * remotes tell the others, so that not each needs a try of its own. A remote that refuses git may
 * still answer Nix, which has tokens: it counts only where nothing else explains the failure.
 */
const commandOf = ({ command }: Partial<Advised>): { readonly command?: string } =>
  command === undefined ? {} : { command };

const findUnfetched = async (
  context: EngineContext,
  lock: FlakeLock | null,
  failure: Failure,
  left: readonly string[],
): Promise<readonly UnfetchedInput[]> => {
  const flakeText = await readFlake(context);
  const found = new Map<string, UnfetchedInput>();
  const add = (name: string, why: string, next: Partial<Advised> = {}): void => {
    if (!found.has(name))
      found.set(name, {
        name,
        place: placeOfInput(flakeText, name),
        why,
        remedy: next.remedy ?? null,
        ...commandOf(next),
      });
  };
  const asked =
    lock === null ? [] : [...(await askStandings(context, lock, (name) => left.includes(name)))];
  const silent = asked.flatMap(([name, standing]) =>
    standing.kind === 'unfetched' ? [{ name, standing }] : [],
  );
  const words = wordsOf(failure);
  const certain = silent.filter(({ standing }) => isCertain(standing));
  for (const { name, standing } of certain) {
    // For a single input Nix's own text is clear.
    const isPlain = certain.length === 1 && failure.code === 'fetch-failed';
    add(name, isPlain ? `${standing.why}: ${words}` : standing.why, standing);
  }
  for (const { name, why } of unfetchedBy(failure)) {
    const own = silent.find((one) => one.name === rootOf(name))?.standing;
    add(rootOf(name), why, own);
  }
  const named = failure.code === 'fetch-failed' ? inputNamedIn(flakeText, words) : null;
  if (found.size === 0 && named !== null) {
    const own = silent.find(({ name }) => name === named.name)?.standing;
    add(named.name, words, own);
  }
  const isAlone = found.size === 0;
  for (const { name, standing } of silent)
    if (standing.obstacle === 'network' || isAlone) add(name, standing.why, standing);
  return [...found.values()];
};

/** Names of the flake's own inputs, as far as the lock was read. */
const ownNames = ({ state }: EngineContext): readonly string[] => {
  const { lock } = state();
  return lock.kind === 'read' ? lock.inputs.map(({ name }) => name) : [];
};

const nameAll = (inputs: readonly string[] | 'all'): string =>
  inputs === 'all' ? 'all inputs' : inputs.join(', ');

const letNixUpdate = (
  context: EngineContext,
  session: RunSession,
  inputs: readonly string[] | 'all',
): Promise<Result<unknown, Failure>> => {
  session.log(null, `update of ${nameAll(inputs)}`);
  const update = (which: readonly string[] | 'all'): Promise<Result<unknown, Failure>> =>
    context.nix.updateInputs(context.flake, which, {
      signal: session.signal,
      onLine: (line) => session.log(null, line),
    });
  return session.perform(
    { host: null, deed: `update ${nameAll(inputs)}` },
    () =>
      inputs === 'all' || inputs.every((name) => canNixName(name, ownNames(context)))
        ? update(inputs)
        : updateAround(context, inputs, () => update('all')),
    () => 'nix flake update ended; the lock is compared next',
  );
};

/** One of several inputs cannot be fetched, and nobody says which: each is updated alone. */
const updateOneByOne = async (
  context: EngineContext,
  session: RunSession,
  left: readonly string[],
): Promise<Result<readonly UnfetchedInput[], Failure>> => {
  const flakeText = await readFlake(context);
  const refused: UnfetchedInput[] = [];
  let passed = 0;
  for (const name of left) {
    const one = await letNixUpdate(context, session, [name]);
    if (one.ok) {
      passed += 1;
      continue;
    }
    const { failure } = one;
    const same = refused.filter(({ why }) => why === wordsOf(failure)).length;
    // The same message for every input: the cause is none of them, but something that flake.nix now
    // asks for.
    if (failure.code !== 'fetch-failed' || (passed === 0 && same > 0)) return failed(failure);
    refused.push({
      name,
      place: placeOfInput(flakeText, rootOf(name)),
      why: failure.detail,
      remedy: null,
    });
  }
  return success(refused);
};

/** Inputs that Nix updates only all together, of which one cannot be fetched. */
const withoutName = async (
  context: EngineContext,
  inputs: readonly string[],
  unfetched: readonly UnfetchedInput[],
): Promise<readonly UnfetchedInput[]> => {
  const flakeText = await readFlake(context);
  const others = unfetched.map(({ name }) => name).join(', ');
  return inputs
    .filter((name) => !canNixName(name, ownNames(context)))
    .map((name) => ({
      name,
      place: placeOfInput(flakeText, rootOf(name)),
      why: `Nix's command line cannot name it, so it is updated only together with ${others}`,
      remedy: `Repair ${others} first, or give it a name that begins with a letter and has only letters, digits, - and _.`,
    }));
};

/**
 * Lets Nix update inputs; when some cannot be fetched, the others. Answers
 * those that could not; fails when there were no others, or when Nix fails
 * for another reason.
 */
export const updateWhatCanBeFetched = async (
  context: EngineContext,
  session: RunSession,
  wanted: readonly string[] | 'all',
  lock: FlakeLock | null,
  names: readonly string[],
): Promise<Result<readonly UnfetchedInput[], Failure>> => {
  const unfetched: UnfetchedInput[] = [];
  let round = wanted;
  for (;;) {
    const updated = await letNixUpdate(context, session, round);
    if (updated.ok) return success(unfetched);
    const { failure } = updated;
    if (!mayBeFetch.has(failure.code) || session.signal.aborted) return updated;
    const left = round === 'all' ? names : round;
    const found = await findUnfetched(context, lock, failure, left.map(rootOf));
    const isNew = ({ name }: UnfetchedInput): boolean =>
      !unfetched.some((one) => one.name === name);
    const fresh = found.filter(isNew);
    // Nix fetches it although it was left out: flake.nix asks for something that the lock does not
    // have.
    const isStuck = fresh.length === 0 && found.length > 0;
    if (fresh.length === 0 && !isStuck) {
      if (failure.code !== 'fetch-failed' || left.length < 2) return updated;
      const rest = await updateOneByOne(context, session, left);
      return rest.ok ? success([...unfetched, ...rest.value]) : rest;
    }
    unfetched.push(...fresh);
    const free = left.filter((name) => !unfetched.some((one) => one.name === rootOf(name)));
    unfetched.push(...(await withoutName(context, free, unfetched)));
    const rest = free.filter((name) => canNixName(name, ownNames(context)));
    if (isStuck || rest.length === 0)
      return failed({
        code: 'fetch-failed',
        inputs: unfetched,
        detail: wordsOf(failure),
        ...(isStuck ? { isNew: true } : {}),
      });
    session.log(
      null,
      `${unfetched.map(({ name }) => name).join(', ')} could not be fetched; the rest is updated without`,
    );
    round = rest;
  }
};
