import type { StorePath } from '../nix/store-path.ts';
import { showMoment } from '../words/format-time.ts';
import { nameGeneration } from './generation.ts';
import type { HostFacts } from './host.ts';
import { olderNixos } from './system-version.ts';

/** When a host first had a system, by the number of its generation; null where no generation has it. */
const firstNumber = (
  { generations }: Pick<HostFacts, 'generations'>,
  path: StorePath,
): number | null => {
  const numbers = generations.filter((one) => one.path === path).map(({ number }) => number);
  return numbers.length === 0 ? null : Math.min(...numbers);
};

/**
 * A host that runs another system than nixup deployed to it: since when, by the link of its profile,
 * and whether it went backward. Null where it runs what was deployed. Pure.
 */
export const otherSystemWords = (
  facts: Pick<HostFacts, 'current' | 'generations'>,
  deployed: StorePath,
): string | null => {
  const { current, generations } = facts;
  if (current === deployed) return null;
  if (current === null) return 'runs an unknown system and not what was deployed last';
  const own = generations.findLast(({ path }) => path === current);
  const since =
    own === undefined ? '' : ` (${nameGeneration(own.number)}, made ${showMoment(own.at)})`;
  const [before, after] = [firstNumber(facts, current), firstNumber(facts, deployed)];
  const isBackward =
    (before !== null && after !== null && before < after) || olderNixos(deployed, current) !== null;
  return `runs ${current}${since} and not what was deployed last${isBackward ? '; it went backward, to an older system' : ''}`;
};
