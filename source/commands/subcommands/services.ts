import { laterServiceLine } from '../../model/host/old-code.ts';
import { fullUnitName } from '../../model/host/unit-name.ts';
import { type Result, success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { counted } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import { allRead, type Invocation } from '../arguments/invocation.ts';
import { saysYes, typesCount } from '../program/agreement.ts';
import { answerQuestion } from '../program/answer.ts';
import { unlockTargets } from '../program/checks.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { commandLines } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { type Program, type Refused, refused } from '../program/open.ts';
import { isNothingKnown, servicesJson, servicesText } from '../reports/services.ts';

/** The hosts of the invocation that can be deployed. */
const namedHosts = async (
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

/** The same, once they said which services run old code. */
const askedHosts = async (
  program: Program,
  invocation: Invocation<'services'>,
): Promise<Result<readonly string[], Refused>> => {
  const named = await namedHosts(program, invocation);
  if (named.ok) await program.engine.health.askOldCode(named.value);
  return named;
};

const targetLines = ({ host, units, cuts, later }: RestartTarget): readonly string[] => [
  aboutHost(host, `restarts ${units.join(', ')}`),
  ...(cuts ? [aboutHost(host, 'the connection may drop briefly')] : []),
  ...later.map((service) => aboutHost(host, laterServiceLine(service))),
];

const planLines = ({ targets, leftOut }: RestartPlan): readonly string[] => [
  ...targets.flatMap(targetLines),
  ...leftOut.map(({ host, reason }) => aboutHost(host, reason)),
  ...commandLines(targets.flatMap(({ commands }) => commands)),
];

/** A protected host is left out unless it is named. */
const withoutProtected = (
  { targets, leftOut }: RestartPlan,
  confirmed: readonly string[],
): RestartPlan => {
  const isRefused = ({ host, policy }: RestartTarget): boolean =>
    policy === 'protected' && !confirmed.includes(host);
  return {
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

/** What systemd and the journals of hosts say of one unit. */
const answerUnit = async (
  invocation: Invocation<'services'>,
  context: CommandContext,
  unit: string,
): Promise<number> =>
  await answerQuestion(invocation, context, async (program) => {
    const named = await namedHosts(program, invocation);
    if (!named.ok) return named;
    const answers = await Promise.all(
      named.value.map(async (name) => ({
        name,
        unit,
        lines: await program.engine.hosts.unitDetails(name, unit),
      })),
    );
    // What could not be asked is one sentence, without the parts of an answer.
    const isTold = answers.some(({ lines }) => lines[0]?.startsWith('Status of ') === true);
    return success({
      text: answers.map(({ lines }) => lines.join('\n')).join('\n\n'),
      json: { version: 1, hosts: answers },
      exitCode: isTold ? 0 : 1,
    });
  });

/** Shows which services run code of an earlier system; restarts them where that is asked for. */
export const run: CommandRun<'services'> = async (invocation, context) => {
  const { restart, unit, ...rest } = invocation.own;
  allRead(rest);
  if (unit !== null) return await answerUnit(invocation, context, fullUnitName(unit));
  if (!restart)
    return await answerQuestion(invocation, context, async (program) => {
      const asked = await askedHosts(program, invocation);
      if (!asked.ok) return asked;
      const state = program.state();
      return success({
        text: servicesText(state, asked.value),
        json: servicesJson(state, asked.value),
        exitCode: isNothingKnown(state, asked.value) ? 1 : 0,
      });
    });
  return await doRun(invocation, context, async (program) => {
    const { console } = context;
    const asked = await askedHosts(program, invocation);
    if (!asked.ok) return asked;
    const { health } = program.engine;
    const plan = withoutProtected(health.planRestarts(asked.value), invocation.flags.confirm);
    if (!invocation.flags.json) for (const line of planLines(plan)) console.tell(line);
    if (!(await isAgreedTo(plan, invocation, context)))
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: 'nobody agreed to it',
        ...advised(advise('When it is what you want, run', 'nixup services --restart --yes')),
      });
    await unlockTargets(program, plan, console);
    return success({ result: await health.restart(plan) });
  });
};
