import { success } from '../../model/result.ts';
import { answerQuestion, interruptionHint } from '../program/answer.ts';
import type { FlaglessRun } from '../program/command.ts';
import {
  isLockSought,
  isNobodyThere,
  nobodyAnswered,
  statusJson,
  statusText,
} from '../reports/status.ts';

/** Every host: what it runs, where that stands against the flake, what failed; and where the runbook stands. */
export const run: FlaglessRun<'status'> = async (invocation, context) =>
  await answerQuestion(invocation, context, async (program) => {
    const hint = interruptionHint(program.state());
    if (hint !== null) context.console.tell(hint);
    const surveyed = await program.survey({ probe: true, evaluate: true, words: invocation.words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(invocation.words);
    if (!chosen.ok) return chosen;
    // The newest runs are read already; an older one may have brought what a host runs.
    if (isLockSought(program.state(), chosen.value)) await program.engine.runs.listAll();
    const state = program.state();
    const isNobodyKnown = isNobodyThere(state, chosen.value);
    if (isNobodyKnown) context.console.tell(nobodyAnswered);
    const now = context.world.clock.now();
    return success({
      text: statusText(state, chosen.value, now),
      json: statusJson(state, chosen.value, now),
      // Some hosts that sleep are an answer; nothing asked is nothing proven.
      exitCode: isNobodyKnown ? 1 : 0,
    });
  });
