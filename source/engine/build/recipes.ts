import { join } from 'node:path';
import {
  judgeRecipe,
  type RecipeEnding,
  type RecipeEvidence,
  type RecipeUse,
  type RecipeVerdict,
} from '../../model/causes/recipe-verdict.ts';
import { type Command, showCommand } from '../../model/command.ts';
import type { CommandsConfig } from '../../model/config/settings.ts';
import { explain } from '../../model/explain/explain.ts';
import { showDuration } from '../../model/words/format-time.ts';
import { type JustRecipe, readJustRecipes } from '../../parsers/config/justfile.ts';
import { createTrust } from '../../services/config/trust.ts';
import { repeat } from '../../services/world/timer.ts';
import type { World } from '../../services/world/world.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** A recipe of the fleet that may run; `{host}` in its words stands for a host's name. */
export interface Recipe {
  readonly use: RecipeUse;
  readonly words: readonly string[];
}

interface FoundRecipes {
  readonly recipes: readonly Recipe[];
  /** A recipe that exists and may not run, with what to do about it; null when there is none. */
  readonly offer: string | null;
}

/** How just finds its file. */
const justfileNames = ['justfile', 'Justfile', '.justfile', 'JUSTFILE'];

/** The names that fleets give to these recipes. */
const knownRecipes: readonly (readonly [RecipeUse, string, number])[] = [
  ['syntax', 'check-syntax', 0],
  ['validate', 'validate-quick', 0],
  ['test-all', 'quick-test', 0],
  ['test-host', 'test-host', 1],
];

interface Justfile {
  readonly path: string;
  readonly text: string;
}

/** The Justfile beside flake.nix; null when there is none. */
export const readJustfile = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<Justfile | null> => {
  for (const name of justfileNames) {
    const path = join(flake, name);
    const text = await world.files.read(path);
    if (text.ok && text.value !== undefined) return { path, text: text.value };
  }
  return null;
};

const configured = (commands: CommandsConfig): readonly Recipe[] =>
  (
    [
      ['syntax', commands.syntax],
      ['validate', commands.validate],
      ['test-all', commands.testAll],
      ['test-host', commands.testHost],
    ] as const
  ).flatMap(([use, words]) => (words === null ? [] : [{ use, words }]));

const offered = (recipes: readonly JustRecipe[]): readonly Recipe[] =>
  knownRecipes.flatMap(([use, name, parameters]) =>
    recipes.some((one) => one.name === name && one.parameters === parameters)
      ? [{ use, words: ['just', name, ...(parameters === 0 ? [] : ['{host}'])] }]
      : [],
  );

const callsJust = ({ words }: Recipe): boolean => words[0]?.split('/').at(-1) === 'just';

/**
 * The fleet's own recipes: those of `[commands]`, and those that a Justfile has
 * under the usual names. Each runs only when the file that it comes from was
 * trusted as it is now; a command that calls just needs the Justfile's trust too.
 */
export const findRecipes = async (context: EngineContext): Promise<FoundRecipes> => {
  const { world, config, flake, isTrusted } = context;
  const named = configured(config.commands);
  const justfile = await readJustfile(world, flake);
  const fromJust =
    justfile === null
      ? []
      : offered(readJustRecipes(justfile.text)).filter(
          ({ use }) => !named.some((one) => one.use === use),
        );
  const trustsJust =
    justfile !== null && (await createTrust(world).isTrusted(justfile.path, justfile.text));
  const mayRun = (recipe: Recipe, isNamed: boolean): boolean =>
    (!isNamed || isTrusted) && (!callsJust(recipe) || trustsJust);
  const all = [
    ...named.map((recipe) => ({ recipe, runs: mayRun(recipe, true) })),
    ...fromJust.map((recipe) => ({ recipe, runs: mayRun(recipe, false) })),
  ];
  const refused = all.filter(({ runs }) => !runs).map(({ recipe }) => recipe.words.join(' '));
  return {
    recipes: all.filter(({ runs }) => runs).map(({ recipe }) => recipe),
    offer:
      refused.length === 0
        ? null
        : `The fleet's own ${refused.length === 1 ? 'recipe' : 'recipes'} ${refused.join(', ')} did not run: read the file, and when you trust it: nixup test --trust`,
  };
};

const minute = 60_000;

/** A recipe that takes longer hangs, ms; one that builds the whole fleet may take a night. */
const longestMs: Readonly<Record<RecipeUse, number>> = {
  syntax: 15 * minute,
  validate: 60 * minute,
  'test-host': 6 * 60 * minute,
  'test-all': 12 * 60 * minute,
};

/** Silence after which a recipe is said to be silent, ms. */
const silentMs = 2 * minute;

const recipeCommand = (recipe: Recipe, flake: string, host: string | null): Command => {
  const [file = '', ...args] = recipe.words.map((word) =>
    host === null ? word : word.replaceAll('{host}', host),
  );
  return { file, args, cwd: flake };
};

/** Runs a recipe to its end, shows its output, and answers how it ended. */
export const runRecipe = async (
  context: EngineContext,
  session: RunSession,
  recipe: Recipe,
  host: string | null = null,
): Promise<RecipeEnding> => {
  const command = recipeCommand(recipe, context.flake, host);
  const shown = showCommand({ file: command.file, args: command.args });
  const { use } = recipe;
  const { clock } = context.world;
  session.log(host, `$ ${shown}`);
  let heardAt = clock.now();
  let isTold = false;
  const stopWatching = repeat(clock, silentMs / 4, () => {
    if (isTold || clock.now() - heardAt < silentMs) return;
    isTold = true;
    const text = `${shown} has said nothing for ${showDuration(clock.now() - heardAt)}; ^c cancels, and it is ended after ${showDuration(longestMs[use])}`;
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
  });
  const result = await context.world
    .exec(command, {
      signal: session.signal,
      timeoutMs: longestMs[use],
      group: true,
      discardOutput: true,
      onLine: (line) => {
        heardAt = clock.now();
        isTold = false;
        session.log(host, line);
      },
    })
    .finally(stopWatching);
  if (result.ok) return { use, shown, exitCode: 0, tail: [] };
  const { failure } = result;
  return failure.code === 'command-failed'
    ? { use, shown, exitCode: failure.exitCode, tail: failure.tail }
    : { use, shown, exitCode: null, tail: [explain(failure).what] };
};

/**
 * Compares how recipes ended with the evidence, and tells the result. Answers those that fail the
 * step.
 */
export const tellVerdicts = (
  context: EngineContext,
  session: RunSession,
  endings: readonly RecipeEnding[],
  evidence: (ending: RecipeEnding) => RecipeEvidence,
): readonly RecipeVerdict[] => {
  const verdicts = endings.map((ending) => judgeRecipe(ending, evidence(ending)));
  for (const { kind, text } of verdicts) {
    session.log(null, text);
    if (kind !== 'agrees') context.emitter.emit({ type: 'noticed', tone: 'warning', text });
  }
  return verdicts.filter(({ fails }) => fails);
};
