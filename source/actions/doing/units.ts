import { explain } from '../../model/explain/explain.ts';
import { unitDetailsLines } from '../../model/host/unit-details.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { type UnitLog, unitLogKey } from '../../model/host/unit-journal.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { confirmRestartServices } from '../../screen/dialogs/confirm-restart-services.ts';
import type { UnitPlace } from '../../screen/overlay.ts';
import { unitText } from '../../screen/texts/unit.ts';
import type { ActionContext } from '../action.ts';
import { tellLeftOut, unlock } from './plans.ts';
import { tell, tellAsking } from './tell.ts';

/** Actions whose keys work in the pane of a unit, and act on it or on its host. */
const unitActs = ['log', 'restart-services', 'rollback'] as const;

/** Lines of the journal in the pane of a unit: file and difference stand below them, and a log shows all. */
const shownLines = 20;

/** Opens a unit: its status, its journal, its file and how that changed. */
export const openUnit = (context: ActionContext, { host, unit }: UnitPlace): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  tellAsking(context, `asking ${host} for ${showUnitFailure(unit)}`);
  context.start(async () => {
    const { lines: all, details } = await engine.hosts.unit(host, unit);
    const lines = details === null ? all : unitDetailsLines(details, host, shownLines);
    context.ui({
      type: 'opened',
      overlay: {
        kind: 'text',
        title: `${showUnitFailure(unit)} on ${host}`,
        lines: unitText(lines),
        top: 0,
        acts: unitActs,
        unit: { host, unit },
      },
    });
  });
};

/** Opens the journal of a unit as a log, which follows it. */
export const openUnitLog = (context: ActionContext, log: UnitLog): void =>
  context.ui({ type: 'log-opened', host: unitLogKey(log) });

/** Asks the host whether the unit can be restarted, then the person. */
export const askRestartUnit = (context: ActionContext, { host, unit }: UnitPlace): void => {
  tellAsking(context, `asking ${host} about ${showUnitFailure(unit)}`);
  context.start(async () => {
    const engine = context.engine();
    if (engine === undefined) return;
    const planned = await engine.health.planUnitRestart(host, unit);
    if (!planned.ok) {
      const { what, next } = explain(planned.failure);
      tell(context, `${what} ${adviceLine(next)}`, 'warn');
      return;
    }
    const plan = planned.value;
    if (plan.targets.length === 0) {
      tellLeftOut(context, plan.leftOut);
      return;
    }
    await unlock(context, engine, plan);
    context.ui({ type: 'opened', overlay: confirmRestartServices(plan, context.now()) });
  });
};
