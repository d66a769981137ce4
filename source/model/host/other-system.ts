import type { StorePath } from '../nix/store-path.ts';
import { showStorePath } from '../words/format.ts';
import { showMoment } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { nameGeneration } from './generation.ts';
import type { HostFacts } from './host.ts';
import { lastActivation } from './last-activations.ts';
import { olderNixos } from './system-version.ts';

/** When a host first had a system, by the number of its generation; null where no generation has it. */
const firstNumber = (
  { generations }: Pick<HostFacts, 'generations'>,
  path: StorePath,
): number | null => {
  const numbers = generations.filter((one) => one.path === path).map(({ number }) => number);
  return numbers.length === 0 ? null : Math.min(...numbers);
};

/** Whether a host runs an older system than the one that was deployed to it last. */
export const isBackward = (
  facts: Pick<HostFacts, 'current' | 'generations'>,
  deployed: StorePath,
): boolean => {
  const { current } = facts;
  if (current === null || current === deployed) return false;
  const [before, after] = [firstNumber(facts, current), firstNumber(facts, deployed)];
  return (
    (before !== null && after !== null && before < after) || olderNixos(deployed, current) !== null
  );
};

/** When the host came to run what it runs, by the link of its profile, ms since the epoch; null where none has it. */
export const runsSince = ({
  current,
  generations,
}: Pick<HostFacts, 'current' | 'generations'>): number | null =>
  generations.findLast(({ path }) => path === current)?.at ?? null;

/**
 * A host that runs another system than nixup deployed to it: since when, by the link of its profile,
 * and whether it went backward. Null where it runs what was deployed. Pure.
 */
export const otherSystemWords = (
  facts: Pick<HostFacts, 'current' | 'generations' | 'activations'>,
  deployed: StorePath,
): string | null => {
  const { current, generations } = facts;
  if (current === deployed) return null;
  if (current === null) return 'runs an unknown system and not what was deployed last';
  const own = generations.findLast(({ path }) => path === current);
  const since =
    own === undefined ? '' : ` (${nameGeneration(own.number)}, made ${showMoment(own.at)})`;
  const last = lastActivation(facts);
  const who = last === null ? '' : ` (by ${last.by}, run ${last.run})`;
  return `runs ${showStorePath(current)}${since}${who} and not what was deployed last${isBackward(facts, deployed) ? '; it went backward, to an older system' : ''}`;
};

/** The same before the host is changed again, in one line; null where it runs what was deployed. */
export const otherSystemShort = (
  facts: Pick<HostFacts, 'current' | 'generations'>,
  deployed: StorePath,
): string | null => {
  if (facts.current === deployed) return null;
  return isBackward(facts, deployed)
    ? 'went backward: it runs an older system than nixup deployed last'
    : 'runs another system than nixup deployed last';
};

/** Files of `/etc` that two systems have differently. */
export interface FileChanges {
  /** Unit files, with their folders beside the units' own: `nginx.service`, `multi-user.target.wants/x.service`. */
  readonly units: readonly string[];
  readonly files: readonly string[];
  /** There may be more than these: not all could be compared. */
  readonly isCut: boolean;
}

/** A system that somebody else brought a host to, compared with the one that nixup deployed last. */
export interface OtherSystem {
  readonly deployed: StorePath;
  /** When the host came to run it, ms since the epoch; null where nobody knows. */
  readonly since: number | null;
  readonly backward: boolean;
  /** `3 upgraded, 1 removed`; null where that could not be compared. */
  readonly packages: string | null;
  /** Null where that could not be compared. */
  readonly changed: FileChanges | null;
}

const namedFiles = 5;

const someFiles = (files: readonly string[], what: string, isCut: boolean): readonly string[] => {
  if (files.length === 0) return [];
  const named = files.slice(0, namedFiles).join(', ');
  const more = files.length > namedFiles ? `, ${files.length - namedFiles} more` : '';
  return [`${isCut ? 'at least ' : ''}${counted(files.length, what)} (${named}${more})`];
};

/** Which files of `/etc` differ: what was not compared is never told as alike. */
const fileWords = (changed: FileChanges | null): readonly string[] => {
  if (changed === null) return ['the files of /etc were not compared'];
  const { units, files, isCut } = changed;
  const found = [...someFiles(units, 'unit file', isCut), ...someFiles(files, 'other file', isCut)];
  if (found.length > 0) return found;
  return [
    isCut
      ? 'not all files of /etc could be compared, and the others do not differ'
      : 'no file of /etc differs',
  ];
};

/** What changed since the system that nixup deployed, as a sentence; null where nothing is known of it. */
export const changedSinceWords = ({
  packages,
  changed,
}: Pick<OtherSystem, 'packages' | 'changed'>): string | null =>
  packages === null && changed === null
    ? null
    : `changed since: ${[
        packages === null ? 'the packages were not compared' : `packages: ${packages}`,
        ...fileWords(changed),
      ].join('; ')}`;
