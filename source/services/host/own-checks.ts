import type { HostEntry } from '../../model/host/host.ts';
import type { OwnCheck, OwnCheckKind } from '../../model/host/own-checks.ts';
import type { AskCheck, CheckTools } from './ask-check.ts';
import { createScriptCheck } from './script-check.ts';

export interface FailedCheck {
  /** The check's name. */
  readonly check: string;
  /** One sentence: what it said last, or why it could not be asked. */
  readonly problem: string;
}

/** How each kind is asked, a file each. */
const askers: { readonly [Kind in OwnCheckKind]: (tools: CheckTools) => AskCheck<Kind> } = {
  script: createScriptCheck,
};

const ask = async <Kind extends OwnCheckKind>(
  tools: CheckTools,
  check: OwnCheck<Kind>,
  entry: HostEntry,
  flake: string,
): Promise<string | null> => await askers[check.kind](tools)(check, entry, flake);

/** Asks checks of a host, one after the other. Answers those that fail. */
export const createOwnChecks =
  (tools: CheckTools) =>
  async (
    entry: HostEntry,
    checks: readonly OwnCheck[],
    flake: string,
  ): Promise<readonly FailedCheck[]> => {
    const failed: FailedCheck[] = [];
    for (const check of checks) {
      const problem = await ask(tools, check, entry, flake);
      if (problem !== null) failed.push({ check: check.name, problem: `${check.name} ${problem}` });
    }
    return failed;
  };
