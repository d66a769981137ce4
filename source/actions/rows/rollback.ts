import { type RollbackAsked, rollbackMenu } from '../../screen/dialogs/menu-rollback.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import type { Action, ActionContext } from '../action.ts';
import { openRollback } from '../doing/plans.ts';
import { becauseNotNow, becauseReadOnly, firstReason } from '../reasons.ts';

/** In the generations of a host, the one under the cursor is meant. */
const rollBackTo = (context: ActionContext, host: string, number: number): void => {
  const plan = context.engine()?.rollback.plan([host], { kind: 'generation', number });
  if (plan === undefined) return;
  openRollback(context, plan);
};

/** `r`: takes back any step. */
export const rollbackKey: Action = {
  id: 'rollback',
  keys: ['r'],
  label: 'rollback',
  help: 'Take hosts back to the system before or a chosen generation, or the lock to the committed one.',
  where: ['everywhere'],
  danger: 'host',
  named: true,
  disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow),
  perform: (context) => {
    const { app, ui } = context.state();
    if (ui.screen.kind === 'host' && ui.screen.tab === 'generations') {
      const id = selectedId(app, ui);
      if (id !== undefined) rollBackTo(context, ui.screen.host, Number(id));
      return;
    }
    const wayBack: RollbackAsked = (hosts) =>
      context.engine()?.rollback.plan(hosts, { kind: 'recorded' }) ?? { targets: [], leftOut: [] };
    context.ui({ type: 'opened', overlay: rollbackMenu(app, ui, context.now(), wayBack) });
  },
};
