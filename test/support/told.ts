import type { CheckRow } from '../../source/model/board/board.ts';

/** `state: evidence`, and the command that mends it. */
export const told = (row: CheckRow): readonly [string, string | undefined] => [
  `${row.state}: ${row.evidence}`,
  row.remedy?.command ?? row.remedy?.text,
];
