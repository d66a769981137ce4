import type { Action } from '../../actions/action.ts';
import { foundGroups } from '../../actions/found.ts';
import { showRevision } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { menuLetters } from '../../screen/dialogs/menu-letters.ts';
import {
  type Confirmation,
  inField,
  type Menu,
  type Overlay,
  wantedText,
} from '../../screen/overlay.ts';
import { commandPlace, shownCommands } from '../../screen/reducer/commands.ts';
import { commitPlace, commitUnderCursor } from '../../screen/reducer/commits.ts';
import { foldKey } from '../../screen/reducer/confirmation-layout.ts';
import { chosenItem } from '../../screen/reducer/menu-layout.ts';
import { commitLines } from '../../screen/texts/commits.ts';
import type { ScreenState } from '../../store.ts';
import {
  closing,
  differenceChanges,
  differencePage,
  placeInDifference,
  placeInText,
  textChanges,
  textPage,
} from './pages.ts';
import { sentence, spoken, spokenLine } from './words.ts';

const choiceWords = ({ choices, focus, required, typed }: Confirmation): string => {
  if (focus === inField) return `typed: ${typed}`;
  const choice = choices[focus];
  if (choice === undefined) return 'no choice';
  const isLocked = choice.guarded && required.kind !== 'nothing' && typed !== wantedText(required);
  const taken = isLocked ? `type ${wantedText(required)} to take it` : 'Enter takes it';
  return `choice ${choice.label}, ${focus + 1} of ${choices.length}, ${taken}`;
};

/** More commands are said only where they are asked for: the question and its choices come first. */
const fewCommands = 4;

const commandWords = ({ commands, isUnfolded }: Confirmation): readonly string[] => {
  if (commands.length === 0) return [];
  const count = `${counted(commands.length, 'command')} will run`;
  return commands.length > fewCommands && isUnfolded !== true
    ? [`${count}, ${foldKey} says them`]
    : // As they run: a command is not read as a sentence.
      [`${count}:`, ...commands.map((command) => `  ${command}`)];
};

const confirmationWords = (dialog: Confirmation): readonly string[] => [
  `Dialog: ${dialog.title}`,
  // What is said in short is said in full after it.
  ...dialog.body.flatMap(({ text, isBrief }) => (isBrief === true ? [] : [spoken(text)])),
  ...commandWords(dialog),
  `Choices: ${dialog.choices.map(({ label }) => label).join('; ')}. Left and right choose`,
  choiceWords(dialog),
];

const itemWords = (menu: Menu, at: number): string => {
  const item = menu.items[at];
  if (item === undefined) return `nothing can be chosen, ${closing()}`;
  const letter = menuLetters(menu.items).get(item.id);
  return sentence([
    ...(letter === undefined ? [] : [letter]),
    spoken(item.label),
    ...(item.detail === '' ? [] : [spoken(item.detail)]),
    ...(item.refused === null ? [] : [`not now: ${spoken(item.refused)}`]),
  ]);
};

const menuWords = (menu: Menu): readonly string[] => [
  `Menu: ${menu.title}`,
  ...menu.note.map(({ text }) => spoken(text)),
  ...menu.items.map((_, at) => itemWords(menu, at)),
  `${menu.items.length} choices: a letter takes one, ${closing()}`,
];

const listWords = (
  list: Extract<Overlay, { kind: 'help' | 'palette' }>,
  table: readonly Action[],
  state: ScreenState,
): string => {
  const rows = foundGroups(list, table, state).flatMap((group) => group.rows);
  const row = rows.find(({ id }) => id === list.cursor) ?? rows[0];
  if (row === undefined) return `search ${list.filter}, nothing found`;
  const { keys, title, about, reason } = row;
  return sentence([
    ...(list.filter === '' ? [] : [`search ${list.filter}`]),
    title,
    ...(keys.trim() === '' ? [] : [`key ${keys.trim()}`]),
    spoken(about),
    ...(reason === null ? [] : [`not now: ${spoken(reason)}`]),
    `${rows.indexOf(row) + 1} of ${rows.length}`,
  ]);
};

/** The row or choice that keys have moved to in what is open. */
export const placeWords = (
  overlay: Overlay,
  state: ScreenState,
  table: readonly Action[],
): string => {
  switch (overlay.kind) {
    case 'confirm':
      return choiceWords(overlay);
    case 'menu':
      return `${itemWords(overlay, chosenItem(overlay))}, ${chosenItem(overlay) + 1} of ${overlay.items.length}`;
    case 'help':
    case 'palette':
      return listWords(overlay, table, state);
    case 'text':
      return placeInText(overlay, state.ui);
    case 'difference':
      return placeInDifference(overlay, state.ui);
    case 'commits': {
      const commit = commitUnderCursor(overlay);
      if (commit === undefined) return 'no commit';
      const { revision, at, author, subject } = commit;
      return `commit ${showRevision(revision)}, ${showDate(at * 1_000)}, ${author ?? 'author not known'}, ${spoken(subject)}, ${commitPlace(overlay) + 1} of ${overlay.subjects.length}`;
    }
    case 'commands': {
      const commands = shownCommands(state.app.commands, state.ui.find.text);
      const record = commands[commandPlace(commands, overlay.cursor)];
      return record === undefined
        ? 'no command ran yet'
        : sentence([
            record.line,
            record.host ?? 'here',
            record.ending === '' ? 'done' : record.ending,
            `${commands.indexOf(record) + 1} of ${commands.length}`,
          ]);
    }
    case 'message': {
      const { lines, row } = lineOfMessage(overlay);
      return `line ${row + 1} of ${lines}: ${overlay.area.text.split('\n')[row] ?? ''}`;
    }
  }
};

const lineOfMessage = ({ area }: Extract<Overlay, { kind: 'message' }>) => ({
  lines: area.text.split('\n').length,
  row: area.text.slice(0, area.at).split('\n').length - 1,
});

/** All of what was opened, line by line. */
export const overlayWords = (
  overlay: Overlay,
  state: ScreenState,
  table: readonly Action[],
): readonly string[] => {
  const place = placeWords(overlay, state, table);
  switch (overlay.kind) {
    case 'confirm':
      return confirmationWords(overlay);
    case 'menu':
      return menuWords(overlay);
    case 'text':
      return textPage(overlay, state.ui);
    case 'difference':
      return differencePage(overlay, state.ui);
    case 'commits':
      return overlay.isOpen
        ? commitLines(
            commitUnderCursor(overlay) ?? { revision: '', subject: '', at: 0 },
            overlay,
            state.app,
            1_000,
          ).map(spokenLine)
        : [spoken(overlay.title), place];
    case 'help':
      return [`Keys. Type to search, up and down move, Enter does it, ${closing()}`, place];
    case 'palette':
      return [`Search for an action, a host, an input or a log. ${closing()}`, place];
    case 'commands':
      return [`Commands that ran, the newest last`, place];
    case 'message':
      return [`Message of the commit`, ...overlay.area.text.split('\n'), place];
  }
};

const titleOf = (overlay: Overlay): string =>
  `${overlay.kind} ${'title' in overlay ? overlay.title : ''}`;

/** Lines that were not there before, and where the keys are now where that is another place. */
const newLines = (
  before: { readonly overlay: Overlay; readonly state: ScreenState },
  overlay: Overlay,
  state: ScreenState,
  table: readonly Action[],
): readonly string[] => {
  const place = placeWords(overlay, state, table);
  const isMoved = placeWords(before.overlay, before.state, table) !== place;
  const known = new Set(
    overlay.kind === 'message' ? [] : overlayWords(before.overlay, before.state, table),
  );
  const lines =
    overlay.kind === 'message'
      ? []
      : overlayWords(overlay, state, table).filter((line) => !known.has(line));
  return [...lines, ...(isMoved && !lines.includes(place) ? [place] : [])];
};

/** What has changed of what is open: nothing, what is new of it, or all of another one. Null: it was closed. */
export const overlayChanges = (
  before: ScreenState,
  now: ScreenState,
  table: readonly Action[],
): readonly string[] | null => {
  const [old, overlay] = [before.ui.overlay, now.ui.overlay];
  if (overlay === null) return old === null ? [] : null;
  if (old === null || titleOf(old) !== titleOf(overlay)) return overlayWords(overlay, now, table);
  if (overlay === old && overlay.kind !== 'commands') return [];
  if (overlay.kind === 'text' && old.kind === 'text') return textChanges(old, overlay, now.ui);
  if (overlay.kind === 'difference' && old.kind === 'difference')
    return differenceChanges(old, overlay, now.ui);
  return newLines({ overlay: old, state: before }, overlay, now, table);
};
