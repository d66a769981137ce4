import { memoLast } from '../../model/memo.ts';
import type { CommandRecord } from '../../state/events.ts';
import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';

/** Names a command among those that ran, however many come after it. */
const commandId = ({ startedAt, host, line }: CommandRecord): string =>
  `${startedAt} ${host ?? ''} ${line}`;

/** What is looked for in a command: all words, without those after a `!`. */
const fits = (record: CommandRecord, words: readonly string[]): boolean => {
  const text =
    `${record.host ?? ''} ${record.does ?? ''} ${record.line} ${record.ending}`.toLowerCase();
  return words.every((word) =>
    word.startsWith('!') ? !text.includes(word.slice(1)) : text.includes(word),
  );
};

/**
 * The commands that the filter shows, which is what was searched in their list, in the order in which they
 * began: they are recorded as they end, and their column says when they began.
 */
export const shownCommands = memoLast(
  (recorded: readonly CommandRecord[], filter: string): readonly CommandRecord[] => {
    const commands = recorded.toSorted((one, other) => one.startedAt - other.startedAt);
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => !/^!?$/.test(word));
    return words.length === 0 ? commands : commands.filter((record) => fits(record, words));
  },
);

/** Place of the cursor; the newest where it has none or its command is forgotten; -1 when none ran. */
export const commandPlace = (commands: readonly CommandRecord[], cursor: string | null): number => {
  const place =
    cursor === null ? -1 : commands.findIndex((command) => commandId(command) === cursor);
  return place === -1 ? commands.length - 1 : place;
};

/** Moves the cursor of the list; at its end it goes with the newest again. */
export const moveCommand = (app: AppState, ui: Ui, by: number): Ui => {
  const commands = shownCommands(app.commands, ui.find.text);
  const { overlay } = ui;
  if (overlay?.kind !== 'commands') return ui;
  const last = commands.length - 1;
  const to = Math.max(0, Math.min(commandPlace(commands, overlay.cursor) + by, last));
  const command = commands[to];
  const cursor = to === last || command === undefined ? null : commandId(command);
  return { ...ui, overlay: { ...overlay, cursor } };
};
