import type { Action } from './action.ts';
import { moving } from './rows/cursor.ts';
import { opening } from './rows/files.ts';
import { reviewing } from './rows/lock.ts';
import { marking } from './rows/marking.ts';
import { movingOn } from './rows/next-step.ts';
import { leaving } from './rows/quit.ts';
import { goingBack } from './rows/rollback.ts';
import { runbook } from './rows/runbook.ts';
import { afterTest } from './rows/test.ts';
import { viewing } from './rows/views.ts';

/** THE key table: handler, footer, help, palette and the README's table come from it. */
export const actionTable: readonly Action[] = [
  movingOn,
  ...runbook,
  ...afterTest,
  goingBack,
  ...opening,
  ...reviewing,
  ...marking,
  ...viewing,
  ...moving,
  ...leaving,
];

/** The table with other keys, as `[keys]` of nixup.toml gives them: id of an action to its keys. */
export const withKeys = (
  table: readonly Action[],
  keys: Readonly<Record<string, readonly string[]>>,
): readonly Action[] =>
  table.map((row) => {
    const own = keys[row.id];
    return own === undefined ? row : { ...row, keys: own };
  });
