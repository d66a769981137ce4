import { showKey } from '../keys.ts';
import { nameKeys } from '../screen/key-names.ts';
import type { Action } from './action.ts';
import { cursorKeys } from './rows/cursor.ts';
import { fileKeys } from './rows/files.ts';
import { fleetKeys } from './rows/fleet.ts';
import { chartKeys } from './rows/health.ts';
import { historyKeys } from './rows/history.ts';
import { lockKeys } from './rows/lock.ts';
import { logKeys } from './rows/log.ts';
import { nextStepKey } from './rows/next-step.ts';
import { quitKeys } from './rows/quit.ts';
import { rollbackKey } from './rows/rollback.ts';
import { runbookKeys } from './rows/runbook.ts';
import { terminalKeys } from './rows/terminal.ts';
import { testKeys } from './rows/test.ts';
import { viewKeys } from './rows/views.ts';

/** The rows of each file of `rows/`, in the order of the help. The keys of a view are in the file of its name. */
export const keyFiles: readonly { readonly file: string; readonly rows: readonly Action[] }[] = [
  { file: 'next-step', rows: [nextStepKey] },
  { file: 'runbook', rows: runbookKeys },
  { file: 'test', rows: testKeys },
  { file: 'rollback', rows: [rollbackKey] },
  { file: 'files', rows: fileKeys },
  { file: 'lock', rows: lockKeys },
  { file: 'fleet', rows: fleetKeys },
  { file: 'health', rows: chartKeys },
  { file: 'history', rows: historyKeys },
  { file: 'views', rows: viewKeys },
  { file: 'log', rows: logKeys },
  { file: 'terminal', rows: terminalKeys },
  { file: 'cursor', rows: cursorKeys },
  { file: 'quit', rows: quitKeys },
];

/** THE key table: handler, footer, help, palette and the README's table come from it. */
export const actionTable: readonly Action[] = keyFiles.flatMap(({ rows }) => rows);

/** The table with other keys, as `[keys]` of nixup.toml gives them: id of an action to its keys. */
export const withKeys = (
  table: readonly Action[],
  keys: Readonly<Record<string, readonly string[]>>,
): readonly Action[] =>
  table.map((row) => {
    const own = keys[row.id];
    return own === undefined ? row : { ...row, keys: own };
  });

/** From now on texts name the keys of this table. */
export const nameKeysOf = (table: readonly Action[]): void =>
  nameKeys(
    new Map(
      table.flatMap(({ id, keys: [key] }) => (key === undefined ? [] : [[id, showKey(key)]])),
    ),
  );

nameKeysOf(actionTable);
