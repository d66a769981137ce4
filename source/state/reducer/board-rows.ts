import { inGroups, isAnswered, troubleFirst } from '../../model/board/board.ts';
import type { AppState } from '../state.ts';

/** Rows with the time of their answers; one that an earlier event told keeps its own. */
export const answeredAt = (rows: AppState['board'], at: number): AppState['board'] =>
  rows.map((row) =>
    row.state === 'checking' || row.askedAt !== undefined ? row : { ...row, askedAt: at },
  );

/**
 * Newly answered rows take their places; when the last one is answered, trouble comes
 * first, and stays there while the same is asked again. A group is answered as a whole, so its
 * rows that were not answered are gone (push rights of a repository that is no
 * more); hosts arrive one by one.
 */
export const mergeRows = (state: AppState, rows: AppState['board']): AppState => {
  const whole = new Set<string>(rows.map(({ group }) => group));
  whole.delete('hosts');
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const lasting = state.board.filter((row) => !whole.has(row.group) || fresh.has(row.id));
  const kept = lasting.map((row) => {
    const replacement = fresh.get(row.id);
    fresh.delete(row.id);
    return replacement ?? row;
  });
  const board = [...kept, ...fresh.values()];
  const isFirst = state.board.length === 0;
  return {
    ...state,
    remembered: state.remembered === null ? null : { ...state.remembered, board: null },
    board: isAnswered(board) ? troubleFirst(board) : isFirst ? inGroups(board) : board,
  };
};
