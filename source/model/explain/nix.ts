import { machineFaultIn, machineFaultOf } from '../causes/machine-fault.ts';
import { reasonIn } from '../causes/reason-line.ts';
import { remediesOf } from '../causes/remedies.ts';
import type { Failure } from '../failure.ts';
import type { NixCause, NixCauseClass } from '../nix/cause.ts';
import { type Advice, adviceOf, adviceSentence, advise } from '../words/advice.ts';
import { type Explanation, nearestHint, shell, told } from './explanation.ts';

/** Failures of evaluating, building, and changing the lock. */
type NixFailure = Extract<
  Failure,
  {
    code:
      | 'evaluation-failed'
      | 'build-failed'
      | 'input-unknown'
      | 'lock-not-written'
      | 'fetch-failed'
      | 'revert-refused';
  }
>;

const onHost = (host: string | null): string => (host === null ? '' : ` of ${host}`);

/** Nix says only that a builder failed; the reason is in the lines of the builder. */
const lastWords = (cause: string, tail: readonly string[]): string => {
  const last = reasonIn(tail)?.trim() ?? '';
  return last === '' || !/\bbuilder\b.*\bfailed\b/.test(cause) || cause.includes(last)
    ? ''
    : `${/[.!?]$/.test(cause) ? '' : '.'} It said: ${last}`;
};

/** From where inputs come, and why they could not be fetched; the lock is unchanged. */
const explainFetch = ({
  inputs,
  detail,
  isNew,
}: Extract<NixFailure, { code: 'fetch-failed' }>): Explanation => {
  const [first] = inputs;
  if (first === undefined)
    return told(
      `An input could not be fetched, and Nix does not say which: ${detail}`,
      advise('Update them one by one to find it', 'nixup update INPUT'),
    );
  const whys = [...new Set(inputs.map(({ why }) => why))];
  const what = whys
    .map((why) => {
      const named = inputs
        .filter((one) => one.why === why)
        .map(({ name, place }) => (place === null ? name : `${name} (${place})`));
      return `The input${named.length === 1 ? '' : 's'} ${named.join(', ')} could not be fetched: ${why}`;
    })
    .join('. ');
  const remedy =
    first.remedy === null
      ? 'See that it can be reached, or correct it in flake.nix.'
      : adviceSentence(adviceOf({ ...first, remedy: first.remedy }));
  return told(
    isNew === true
      ? `${what}. flake.nix asks for it and the lock does not have it, so nothing else can be updated before`
      : what,
    advise(
      `${remedy}${/[.!?]$/.test(remedy) ? ' Then' : '; then'}`,
      shell('nixup', 'update', ...inputs.map(({ name }) => name)),
    ),
  );
};

/** Why there is no new lock; the old one is still there. */
const explainUnwritten = ({
  detail,
  isMoved,
}: Extract<NixFailure, { code: 'lock-not-written' }>): Explanation => {
  if (isMoved === true)
    return told(
      `Nix failed after it had changed flake.lock: ${detail}`,
      advise(
        'Correct that, and look at the difference (nixup diff); to take it back',
        'nixup revert --undo',
      ),
    );
  const fault = machineFaultOf(detail);
  return fault === null
    ? told(
        `The lock file was not written: ${detail}`,
        advise('The lock is as it was. See what Nix says with', 'nix flake update'),
      )
    : told(`The lock file was not written because ${fault.what}: ${detail}`, {
        text: `The lock is as it was. ${fault.text}`,
        command: fault.command,
      });
};

/** Failures of this machine, its network or its settings: the configuration may be fine. */
const notOfTheCode: ReadonlySet<NixCauseClass> = new Set<NixCauseClass>([
  'build-machine',
  'disk-full',
  'out-of-memory',
  'network',
  'no-builder',
  'builder-lost',
  'untrusted-settings',
]);

/** Why nothing was evaluated: the configuration, the machine, or nixup itself. */
const notEvaluated = ({
  host,
  because,
}: Extract<NixFailure, { code: 'evaluation-failed' }>): string => {
  if (because === undefined || !notOfTheCode.has(because.class))
    return `The configuration${onHost(host)} does not evaluate`;
  const fault = machineFaultIn(because);
  return `Nix could not evaluate the configuration${onHost(host)}${fault === null ? '' : ` because ${fault.what}`}`;
};

/** Errors that say little of what is to be done. */
const nextOf = (cause: NixCause | undefined): Advice | null => {
  if (cause === undefined) return null;
  const isOwn = cause.class === 'missing-file' || cause.class === 'missing-input';
  if (!isOwn && !notOfTheCode.has(cause.class)) return null;
  const [first] = remediesOf(cause, { hosts: [], movedInputs: [], input: null });
  return first === undefined ? null : { text: first.text, command: first.command };
};

/** What Nix failed at, or did not write. */
export const explainNix = (failure: NixFailure): Explanation => {
  switch (failure.code) {
    case 'evaluation-failed':
      return told(
        `${notEvaluated(failure)}: ${failure.cause}`,
        nextOf(failure.because) ??
          (failure.host === null
            ? advise('Correct the configuration, then run', 'nixup test')
            : advise('Correct the configuration, then run', shell('nixup', 'test', failure.host))),
        failure.tail,
      );
    case 'build-failed':
      return told(
        `The build${onHost(failure.host)} failed: ${failure.cause}${lastWords(failure.cause, failure.tail)}`,
        failure.derivation === null
          ? failure.host === null
            ? advise('Correct the cause, then run', 'nixup test')
            : advise('Correct the cause, then run', shell('nixup', 'test', failure.host))
          : advise('Read the whole log with', shell('nix', 'log', failure.derivation)),
        failure.tail,
      );
    case 'input-unknown':
      return told(
        `The flake has no input ${failure.name}.${nearestHint(failure.nearest)}`,
        advise('See the inputs with', 'nix flake metadata'),
      );
    case 'lock-not-written':
      return explainUnwritten(failure);
    case 'fetch-failed':
      return explainFetch(failure);
    case 'revert-refused':
      if (failure.instead !== undefined)
        return told(
          `${failure.input} comes with ${failure.instead}, and goes back with it alone: ${failure.detail}`,
          advise('Put that back', shell('nixup', 'revert', failure.instead)),
        );
      return told(
        `${failure.input === 'flake.lock' ? 'flake.lock' : `The input ${failure.input}`} cannot be put back: ${failure.detail}`,
        failure.input === 'flake.lock'
          ? advise('See what was done to it with', 'nixup history')
          : advise('Put the whole lock back with', 'nixup revert --all'),
      );
  }
};
