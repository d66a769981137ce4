import type { Line } from '../../model/words/line.ts';
import type { ListName } from '../../screen/ui.ts';
import { shownBoard } from '../../state/remembered.ts';
import type { ScreenState } from '../../store.ts';
import { emptyBuildLines } from '../build/build-view.tsx';
import { emptyFleetLines } from '../fleet/empty.ts';
import { emptyHealthWords } from '../host/health-view.tsx';
import { emptyGenerationsWords } from '../host/host-view.tsx';
import { emptyPackageWords } from '../lock/packages-view.tsx';
import { emptyLockLines } from '../lock/title.ts';
import { emptyCheckLines } from '../run/check-view.tsx';
import { emptyHistoryWords } from '../run/history-view.tsx';
import { spokenLine, verbatim } from './words.ts';

/** Nothing is wrapped in so many cells. */
const cells = 10_000;

const joined = (lines: readonly Line[]): string => lines.map(spokenLine).join(' ');

// One case for each list, and the compiler asks for each.
/**
 * Why a list has no row, and which key helps: the same as a view says in place of its rows. A filter that was pasted may have
 * columns, and is said without them.
 */
export const emptyWordsOf = ({ app, ui }: ScreenState, list: ListName): string => {
  const { filter } = ui.lists[list];
  switch (list) {
    case 'fleet':
      return joined(emptyFleetLines(app, { ...ui, columns: cells }));
    case 'lock':
      return joined(emptyLockLines(app.lock, filter, cells));
    case 'packages':
      return verbatim(emptyPackageWords(filter));
    case 'check':
      return joined(emptyCheckLines(shownBoard(app).length === 0, filter, cells).slice(1));
    case 'build':
      return joined(emptyBuildLines(filter, cells).slice(1));
    case 'health':
      return verbatim(emptyHealthWords(filter));
    case 'history':
      return verbatim(emptyHistoryWords(filter, app.packageRuns, app.history.length));
    case 'generations':
      return emptyGenerationsWords();
  }
};
