import { showGeneration } from '../../model/host/generation.ts';
import { success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import type { CleanPlan, CleanTarget } from '../../state/plans/clean.ts';
import { alignRows } from '../arguments/text-table.ts';
import { typesCount } from '../program/agreement.ts';
import { unlockTargets } from '../program/checks.ts';
import type { FlaglessRun } from '../program/command.ts';
import { commandLines } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { refused } from '../program/open.ts';

const rowsOf = ({ remove, keep }: CleanTarget): readonly (readonly string[])[] =>
  [
    ...keep.map(({ generation, why }) => ({ generation, what: `stays: ${why.join(', ')}` })),
    ...remove.map((generation) => ({ generation, what: 'goes' })),
  ]
    .sort((one, other) => other.generation.number - one.generation.number)
    .map(({ generation, what }) => [
      `  ${showGeneration(generation.number)}`,
      showMoment(generation.at),
      generation.nixosVersion ?? '',
      what,
    ]);

const planText = (plan: CleanPlan): readonly string[] => [
  ...plan.targets.flatMap((target) => [
    `${target.host}: ${counted(target.remove.length, 'generation')} of ${target.remove.length + target.keep.length}`,
    ...alignRows(rowsOf(target)),
  ]),
  ...plan.leftOut.map(({ host, reason }) => aboutHost(host, reason)),
  ...commandLines(plan.targets.flatMap(({ commands }) => commands)),
];

/** Shows which generations go and which stay, asks, and removes exactly those. */
export const run: FlaglessRun<'clean'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const { console } = context;
    const surveyed = await program.survey({ probe: true, evaluate: false, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const whole = program.engine.clean.plan(chosen.value);
    const isRefused = ({ host, policy }: CleanTarget): boolean =>
      policy === 'protected' && !flags.confirm.includes(host);
    const plan: CleanPlan = {
      targets: whole.targets.filter((target) => !isRefused(target)),
      leftOut: [
        ...whole.leftOut,
        ...whole.targets.filter(isRefused).map(({ host }) => ({
          host,
          kind: 'protected' as const,
          reason: `protected: it needs --confirm ${host}`,
        })),
      ],
    };
    if (!flags.json) for (const line of planText(plan)) console.tell(line);
    const count = plan.targets.reduce((sum, { remove }) => sum + remove.length, 0);
    const mayAsk = console.canAsk && !flags.yes;
    const isAgreed =
      count === 0 ||
      flags.yes ||
      (mayAsk && (await typesCount(console, count, `remove ${counted(count, 'generation')}`)));
    if (!isAgreed)
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: 'nobody agreed to it',
        ...advised(advise('When it is what you want, run', 'nixup clean --yes')),
      });
    await unlockTargets(program, plan, console);
    return success({ result: await program.engine.clean.run(plan) });
  });
