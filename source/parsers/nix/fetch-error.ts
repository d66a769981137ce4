import { machineFaultOf } from '../../model/causes/machine-fault.ts';
import { saysNoRoom } from '../../model/causes/no-room.ts';
import type { NixCause, NixCauseClass } from '../../model/nix/cause.ts';

/** Nix's message when the git that it started failed; git printed the reason before. */
const gitFailed =
  /^program 'git' failed with exit code|^Failed to fetch git repository|^Cannot find Git revision|^resolving Git reference|^Git repository ".*" does not exist|^could not (?:fetch|clone)/;

/** Reasons why something cannot be fetched that do not lie in the network. */
const notThere =
  /^path '.*' does not exist|^getting status of '.*': No such file|is not tracked by Git/;

/** Lines of git and ssh that say that something failed. */
const spoken =
  /^(?:fatal: |error: |ssh: |remote: |.*Permission denied|Host key verification failed)/;

/**
 * True in every such failure, and therefore no reason; `Refusing to point HEAD` follows from an
 * empty answer.
 */
const empty =
  /Could not read from remote repository|Refusing to point HEAD|program 'git' failed|^error: ?$/;

const ofNetwork =
  /unable to access '|Could(?:n't| not) (?:resolve|connect)|Connection (?:timed out|refused|reset|closed)|Network is unreachable|No route to host|no answer within/i;

/** Whether a reason concerns the connection to a remote, and not its content. */
export const isOfNetwork = (reason: string): boolean => ofNetwork.test(reason);

const classOf = (reason: string): NixCauseClass => {
  if (saysNoRoom(reason)) return 'disk-full';
  if (machineFaultOf(reason) !== null) return 'build-machine';
  return isOfNetwork(reason) ? 'network' : 'fetch';
};

const reasonIn = (lines: readonly string[]): string | null => {
  const line = lines.find((one) => spoken.test(one) && !empty.test(one));
  return line?.replace(/^(?:fatal|error): /, '').trim() ?? null;
};

/** The input that Nix named in its trace, from 2.20 on. */
const inputIn = (lines: readonly string[]): string | null =>
  lines
    .flatMap(
      (line) => /^\s*… while (?:updating|fetching) the flake input '([^']+)'/.exec(line)?.[1] ?? [],
    )
    .at(-1) ?? null;

/**
 * The cause with what git or ssh said, where Nix reports only that they
 * failed, and with the input that was being fetched, where Nix named one.
 */
export const withFetchReason = (cause: NixCause, lines: readonly string[]): NixCause => {
  const input = inputIn(lines);
  const named = input === null ? cause : { ...cause, input };
  if (notThere.test(cause.message)) return input === null ? named : { ...named, class: 'fetch' };
  if (!gitFailed.test(cause.message)) return named;
  const reason = reasonIn(lines);
  if (reason === null) return { ...named, class: 'fetch' };
  return {
    ...named,
    class: classOf(reason),
    message: reason,
    tail: [reason, ...cause.tail],
  };
};
