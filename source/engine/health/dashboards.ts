import type { CheckRow } from '../../model/board/board.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import { monitoringRows } from '../../services/board/monitoring-rows.ts';
import type { EngineContext } from '../run/context.ts';

/** Asks Prometheus, Grafana and the fleet's own web checks; tells the board as well. */
const askDashboards = async (context: EngineContext): Promise<readonly CheckRow[]> => {
  const { world, config, emitter } = context;
  const rows = await monitoringRows(
    world,
    createMonitoring(world, config.monitoring),
    config.checks,
  );
  emitter.emit({ type: 'board-observed', rows });
  return rows;
};

const redIds = (rows: readonly CheckRow[]): readonly string[] =>
  rows.filter(({ state }) => state === 'red').map(({ id }) => id);

/** What was red before a deploy: a check that failed before never counts against it. */
export const keepDashboardBaseline = async (context: EngineContext): Promise<void> => {
  const red = redIds(await askDashboards(context));
  await context.records.keepDashboards({ at: context.world.clock.now(), red: [...red] });
};

interface DashboardVerdict {
  readonly asked: number;
  readonly newlyRed: readonly CheckRow[];
}

/** What is red now and was not before the last deploy. */
export const compareDashboards = async (context: EngineContext): Promise<DashboardVerdict> => {
  const before = new Set(context.records.dashboards()?.red ?? []);
  const rows = await askDashboards(context);
  return {
    asked: rows.filter(({ state }) => state !== 'not-set-up').length,
    newlyRed: rows.filter(({ state, id }) => state === 'red' && !before.has(id)),
  };
};
