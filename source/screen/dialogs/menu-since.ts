import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import { showAge, showMoment } from '../../model/words/format-time.ts';
import type { AppState } from '../../state/state.ts';
import type { Menu, MenuItem } from '../overlay.ts';
import type { Ui } from '../ui.ts';

const minute = 60_000;

/** The digits are those of k9s: 0 the end, 1 the beginning, 2 to 6 the last so many minutes. */
const spans: readonly (readonly [letter: string, label: string, ms: number])[] = [
  ['2', '1 minute', minute],
  ['3', '5 minutes', 5 * minute],
  ['4', '15 minutes', 15 * minute],
  ['5', '30 minutes', 30 * minute],
  ['6', '1 hour', 60 * minute],
  ['7', '6 hours', 6 * 60 * minute],
  ['8', '1 day', 24 * 60 * minute],
];

/** When the run that is shown began; null where none is known. */
const runBegan = ({
  run,
  history,
}: AppState): { readonly at: number; readonly goal: string } | null => {
  if (run.kind === 'active' || run.kind === 'canceling') return { at: run.since, goal: run.goal };
  const [last] = history;
  return last === undefined ? null : { at: last.startedAt, goal: last.goal };
};

const row = (letter: string, label: string, detail: string, at: number | null): MenuItem => ({
  id: `since-${letter}`,
  label,
  detail,
  letter,
  wish:
    at === null
      ? { kind: 'log-since', since: null }
      : { kind: 'log-since', since: { at, words: label } },
  refused: null,
});

/** From when on the log is shown. */
export const sinceMenu = (app: AppState, { log, now: clock }: Ui, at: number): Menu => {
  const now = Math.max(clock, at);
  const began = runBegan(app);
  const isUnit = readUnitLogKey(log.host) !== null;
  return {
    kind: 'menu',
    title: 'Show the log since',
    note: [],
    items: [
      {
        id: 'since-0',
        label: 'end',
        detail: 'follow its newest lines; nothing is left out',
        letter: '0',
        wish: { kind: 'log-follow' },
        refused: null,
      },
      isUnit
        ? row('1', 'last change', 'since the host was changed last, as when it was opened', null)
        : row('1', 'beginning', 'all of it, since nixup was started', null),
      ...spans.map(([letter, label, ms]) =>
        row(letter, label, `since ${showMoment(now - ms)} UTC`, now - ms),
      ),
      ...(began === null
        ? []
        : [
            row(
              '9',
              `run: ${began.goal}`,
              `since the run began, ${showAge(now - began.at)} ago: ${showMoment(began.at)} UTC`,
              began.at,
            ),
          ]),
    ],
    cursor: null,
    careful: false,
    openedAt: at,
  };
};
