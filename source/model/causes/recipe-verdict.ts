/** What a recipe of the fleet is for. */
export type RecipeUse = 'syntax' | 'validate' | 'test-all' | 'test-host';

/** How a recipe ended. `exitCode` is null when it did not end by itself. */
export interface RecipeEnding {
  readonly use: RecipeUse;
  /** The command as a person would type it. */
  readonly shown: string;
  readonly exitCode: number | null;
  /** Why it did not end by itself, or its last lines. */
  readonly tail: readonly string[];
}

/** What nixup found out by itself about the same question. */
export interface RecipeEvidence {
  /** Empty when all is well: each a sentence such as "razer does not build". */
  readonly failures: readonly string[];
}

export interface RecipeVerdict {
  readonly kind: 'agrees' | 'lies' | 'offline' | 'complains';
  /** Whether the step fails because of it, over and above the evidence. */
  readonly fails: boolean;
  readonly text: string;
}

const unreachable =
  /No route to host|Connection timed out|Operation timed out|Could not resolve hostname|Host is down|Network is unreachable|Connection refused/;

const lastLine = (tail: readonly string[]): string =>
  tail.findLast((line) => line.trim() !== '')?.trim() ?? 'it said nothing';

const ended = ({ exitCode }: RecipeEnding): string =>
  exitCode === null ? 'did not end' : `ended with ${exitCode}`;

/**
 * How much the result of a recipe counts. Evidence decides: a recipe that says that all is well
 * never makes it so, and one that fails is believed only where nixup has no evidence of its own.
 */
export const judgeRecipe = (ending: RecipeEnding, evidence: RecipeEvidence): RecipeVerdict => {
  const { shown, exitCode, tail, use } = ending;
  const [failure] = evidence.failures;
  if (failure !== undefined)
    return exitCode === 0
      ? {
          kind: 'lies',
          fails: false,
          text: `${shown} says that all is well, and it is not: ${failure}. The evidence counts.`,
        }
      : { kind: 'agrees', fails: false, text: `${shown} ${ended(ending)} as well.` };
  if (exitCode === 0) return { kind: 'agrees', fails: false, text: `${shown} agrees.` };
  const line = tail.find((one) => unreachable.test(one));
  if (line !== undefined)
    return {
      kind: 'offline',
      fails: false,
      text: `${shown} ${ended(ending)}, because a host could not be reached (asleep?): ${line.trim()}. That is no fault of the configuration.`,
    };
  if (use === 'validate')
    return { kind: 'complains', fails: true, text: `${shown} ${ended(ending)}: ${lastLine(tail)}` };
  const proof =
    use === 'syntax' ? 'every tracked file parses' : 'every system is built and valid in the store';
  return {
    kind: 'complains',
    fails: false,
    text: `${shown} ${ended(ending)} although ${proof}: ${lastLine(tail).replace(/\.+$/, '')}. The evidence counts; look at the recipe.`,
  };
};
