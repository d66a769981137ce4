import type { Action } from './action.ts';
import { afterTest } from './after-test.ts';
import { goingBack } from './going-back.ts';
import { leaving } from './leaving.ts';
import { marking } from './marking.ts';
import { moving } from './moving.ts';
import { movingOn } from './moving-on.ts';
import { opening } from './opening.ts';
import { reviewing } from './reviewing.ts';
import { runbook } from './runbook.ts';
import { viewing } from './viewing.ts';

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
