import { hardRestartWords, laterServiceLine } from '../../model/host/old-code.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { counted } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import type { Confirmation, Required, TonedText } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

const targetLines = (
  { host, units, cuts, later }: RestartTarget,
  of: RestartPlan['of'],
): readonly TonedText[] => [
  plain(aboutHost(host, `restarts ${units.map(showUnitFailure).join(', ')}`)),
  ...(cuts ? [warning(aboutHost(host, 'the connection may drop briefly'))] : []),
  ...later.map((service) =>
    of === 'unit'
      ? warning(aboutHost(host, hardRestartWords(service)))
      : quiet(aboutHost(host, laterServiceLine(service))),
  ),
];

/** A protected host wants its name, several hosts their count. */
const requiredFor = ({ targets }: RestartPlan): Required => {
  const guarded = targets.filter(({ policy }) => policy === 'protected').map(({ host }) => host);
  const others = targets.length - guarded.length;
  if (guarded.length > 0)
    return { kind: 'name', names: guarded, count: others > 0 ? targets.length : null };
  return targets.length > 1 ? { kind: 'count', count: targets.length } : { kind: 'nothing' };
};

/** Asks before services that run old code are restarted. */
export const confirmRestartServices = (plan: RestartPlan, at: number): Confirmation => {
  const [only, ...others] = plan.targets;
  const units = plan.targets.reduce((sum, target) => sum + target.units.length, 0);
  const where = others.length === 0 ? (only?.host ?? '') : counted(plan.targets.length, 'host');
  return ask({
    title:
      plan.of === 'unit'
        ? `Restart ${showUnitFailure(only?.units[0] ?? '')} on ${where}`
        : `Restart ${counted(units, 'service')} on ${where}`,
    body: [
      ...plan.targets.flatMap((target) => targetLines(target, plan.of)),
      ...plan.leftOut
        .filter(({ kind }) => kind !== 'unchanged')
        .map(({ host, reason }) => quiet(aboutHost(host, reason))),
      plain(
        plan.of === 'unit'
          ? 'nixup then waits until it runs, and says how it ended.'
          : 'They run code of an earlier system until they are restarted.',
      ),
    ],
    commands: plan.targets.flatMap(({ commands }) => commands),
    choices: [
      no,
      {
        label: `Restart on ${where}`,
        wish: { kind: 'restart-services', plan },
        guarded: true,
      },
    ],
    required: requiredFor(plan),
    at,
  });
};
