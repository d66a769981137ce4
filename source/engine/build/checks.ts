import type { RecipeEnding, RecipeEvidence } from '../../model/causes/recipe-verdict.ts';
import type { HostCause } from '../../model/causes/test-causes.ts';
import { explain } from '../../model/explain/explain.ts';
import type { EngineContext } from '../run/context.ts';
import type { TestOptions } from '../run/options.ts';
import type { RunSession } from '../run/session.ts';
import { causeOfFailure, syntaxCause } from './causes.ts';
import { findRecipes, type Recipe, runRecipe, tellVerdicts } from './recipes.ts';

/** What is known before anything is evaluated for a host. */
interface TestChecks {
  /** The flake's tracked files. */
  readonly files: ReadonlySet<string>;
  readonly causes: readonly HostCause[];
  /** Why the test ends here; null when it goes on. */
  readonly obstacle: string | null;
  /** What passed, as one types it. */
  readonly passed: readonly string[];
  /** Recipes that test hosts, for after the builds. */
  readonly hostRecipes: readonly Recipe[];
}

/** Recipes that say that all is well, where nixup found nothing else. */
const passedOf = (
  endings: readonly RecipeEnding[],
  evidence: (ending: RecipeEnding) => RecipeEvidence,
): readonly string[] =>
  endings
    .filter((ending) => ending.exitCode === 0 && evidence(ending).failures.length === 0)
    .map(({ shown }) => shown);

const runAll = async (
  context: EngineContext,
  session: RunSession,
  recipes: readonly Recipe[],
): Promise<readonly RecipeEnding[]> => {
  const endings: RecipeEnding[] = [];
  for (const recipe of recipes)
    if (!session.signal.aborted) endings.push(await runRecipe(context, session, recipe));
  return endings;
};

/**
 * The quick checks: the syntax of every tracked file, the fleet's own recipes, and, on request,
 * `nix flake check`. Recipes run first, so that the evidence is newer than they are.
 */
export const runChecks = async (
  context: EngineContext,
  session: RunSession,
  options: TestOptions,
): Promise<TestChecks> => {
  const { nix, flake } = context;
  const found = await findRecipes(context);
  if (found.offer !== null) session.log(null, found.offer);
  const endings = await runAll(
    context,
    session,
    found.recipes.filter(({ use }) => use === 'syntax' || use === 'validate'),
  );

  const syntax = await nix.checkFlakeSyntax(flake, { signal: session.signal });
  const files = new Set(syntax.ok ? syntax.value.files : []);
  const problems = syntax.ok ? syntax.value.problems : [];
  const names = problems.map(({ file, line }) => (line === null ? file : `${file}:${line}`));
  const evidence = (): RecipeEvidence => ({
    failures: names.map((name) => `Nix cannot parse ${name}`),
  });
  const passed = [...passedOf(endings, evidence)];
  const end = (obstacle: string | null, causes: readonly HostCause[] = []): TestChecks => ({
    files,
    causes,
    obstacle,
    passed,
    hostRecipes: found.recipes.filter(({ use }) => use === 'test-all' || use === 'test-host'),
  });
  if (session.signal.aborted) return end(null);
  if (!syntax.ok) return end(explain(syntax.failure).what);
  const { checked } = syntax.value;
  if (checked > 0)
    session.log(null, `Parsed ${checked} Nix files, ${problems.length} with errors.`);
  const complaints = tellVerdicts(context, session, endings, evidence);
  if (problems.length > 0)
    return end(
      `Nix cannot parse ${names.join(', ')}`,
      problems.map(
        (problem): HostCause => ({ host: null, step: 'syntax', cause: syntaxCause(problem) }),
      ),
    );
  const [complaint] = complaints;
  if (complaint !== undefined) return end(complaint.text);

  if (options.validate === undefined) return end(null);
  const checkedFlake = await nix.flakeCheck(flake, options.validate, {
    signal: session.signal,
    onLine: (line) => session.log(null, line),
  });
  if (checkedFlake.ok)
    passed.push(options.validate === 'quick' ? 'nix flake check --no-build' : 'nix flake check');
  if (checkedFlake.ok || session.signal.aborted) return end(null);
  return end('nix flake check found errors', [
    { host: null, step: 'check', cause: causeOfFailure(checkedFlake.failure) },
  ]);
};

/** Runs the recipes that test hosts, and compares their result with what was built. Answers those that passed. */
export const runHostRecipes = async (
  context: EngineContext,
  session: RunSession,
  recipes: readonly Recipe[],
  hosts: readonly string[],
  failedHosts: readonly string[],
): Promise<readonly string[]> => {
  const one = recipes.find(({ use }) => use === 'test-host');
  const all = recipes.find(({ use }) => use === 'test-all');
  const byHost = new Map<RecipeEnding, string>();
  const endings: RecipeEnding[] = [];
  if (one !== undefined && (all === undefined || hosts.length === 1))
    for (const host of hosts) {
      if (session.signal.aborted) break;
      const ending = await runRecipe(context, session, one, host);
      byHost.set(ending, host);
      endings.push(ending);
    }
  else if (all !== undefined && !session.signal.aborted)
    endings.push(await runRecipe(context, session, all));
  if (session.signal.aborted) return [];
  const evidence = (ending: RecipeEnding): RecipeEvidence => {
    const host = byHost.get(ending);
    const broken = host === undefined ? failedHosts : failedHosts.filter((name) => name === host);
    return { failures: broken.map((name) => `${name} is not built`) };
  };
  tellVerdicts(context, session, endings, evidence);
  return passedOf(endings, evidence);
};
