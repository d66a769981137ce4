import { showCommand } from '../../model/command.ts';
import { hardRestartWords, laterServiceLine } from '../../model/host/old-code.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { type Result, success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { counted } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import type { RunResult } from '../../state/run.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { saysYes, typesCount } from '../program/agreement.ts';
import { unlockTargets } from '../program/checks.ts';
import type { CommandContext } from '../program/command.ts';
import { commandLines } from '../program/confirm-plan.ts';
import { type Program, type Refused, refused } from '../program/open.ts';

/** The hosts of the invocation that can be deployed. */
export const namedHosts = async (
  program: Program,
  { words }: Invocation<'services'>,
): Promise<Result<readonly string[], Refused>> => {
  const surveyed = await program.survey({ probe: false, evaluate: false, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  const { hosts } = program.state();
  return success(chosen.value.filter((name) => hosts[name]?.entry.role.kind === 'deployable'));
};

const targetLines = (
  { host, units, cuts, later }: RestartTarget,
  of: RestartPlan['of'],
): readonly string[] => [
  aboutHost(host, `restarts ${units.map(showUnitFailure).join(', ')}`),
  ...(cuts ? [aboutHost(host, 'the connection may drop briefly')] : []),
  ...later.map((service) =>
    aboutHost(host, of === 'unit' ? hardRestartWords(service) : laterServiceLine(service)),
  ),
];

const planLines = ({ of, targets, leftOut }: RestartPlan): readonly string[] => [
  ...targets.flatMap((target) => targetLines(target, of)),
  ...leftOut.map(({ host, reason }) => aboutHost(host, reason)),
  ...commandLines(targets.flatMap(({ commands }) => commands)),
];

/** A protected host is left out unless it is named. */
const withoutProtected = (
  { of, targets, leftOut }: RestartPlan,
  confirmed: readonly string[],
): RestartPlan => {
  const isRefused = ({ host, policy }: RestartTarget): boolean =>
    policy === 'protected' && !confirmed.includes(host);
  return {
    of,
    targets: targets.filter((target) => !isRefused(target)),
    leftOut: [
      ...leftOut,
      ...targets.filter(isRefused).map(({ host }) => ({
        host,
        kind: 'protected' as const,
        reason: `protected: it needs --confirm ${host}`,
      })),
    ],
  };
};

const isAgreedTo = async (
  { targets }: RestartPlan,
  { flags }: Invocation<'services'>,
  { console }: CommandContext,
): Promise<boolean> => {
  if (targets.length === 0 || flags.yes) return true;
  if (!console.canAsk) return false;
  const units = targets.reduce((sum, target) => sum + target.units.length, 0);
  return targets.length === 1
    ? await saysYes(console, `Restart ${counted(units, 'service')} on ${targets[0]?.host ?? ''}?`)
    : await typesCount(
        console,
        targets.length,
        `restart ${counted(units, 'service')} on ${counted(targets.length, 'host')}`,
      );
};

/** Shows what would be restarted, and restarts it when somebody agrees. */
export const restartPlanned = async (
  program: Program,
  invocation: Invocation<'services'>,
  context: CommandContext,
  asked: RestartPlan,
): Promise<Result<{ readonly result: RunResult }, Refused>> => {
  const { console } = context;
  const plan = withoutProtected(asked, invocation.flags.confirm);
  if (!invocation.flags.json) for (const line of planLines(plan)) console.tell(line);
  if (!(await isAgreedTo(plan, invocation, context))) {
    const { unit } = invocation.own;
    return refused(3, {
      code: 'gate-closed',
      host: null,
      reason: 'nobody agreed to it',
      ...advised(
        advise(
          'When it is what you want, run',
          showCommand({
            file: 'nixup',
            args: [
              'services',
              ...invocation.words,
              ...(unit === null ? [] : ['--unit', unit]),
              '--restart',
              '--yes',
            ],
          }),
        ),
      ),
    });
  }
  await unlockTargets(program, plan, console);
  return success({ result: await program.engine.health.restart(plan) });
};
