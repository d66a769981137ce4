import type { Action } from '../../actions/action.ts';
import { foundGroups } from '../../actions/found.ts';
import { showRevision } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { menuLetters } from '../../screen/dialogs/menu-letters.ts';
import { keyName } from '../../screen/key-names.ts';
import {
  type Confirmation,
  inField,
  type Menu,
  type Overlay,
  wantedText,
} from '../../screen/overlay.ts';
import { commandPlace, shownCommands } from '../../screen/reducer/commands.ts';
import { commitPlace, commitUnderCursor } from '../../screen/reducer/commits.ts';
import { chosenItem } from '../../screen/reducer/menu-layout.ts';
import { unifiedOnce } from '../../screen/reducer/overlay.ts';
import { commitLines } from '../../screen/texts/commits.ts';
import type { ScreenState } from '../../store.ts';
import { sentence, spoken, spokenLine } from './words.ts';

const closing = (): string => `${keyName('back')} closes`;

const choiceWords = ({ choices, focus, required, typed }: Confirmation): string => {
  if (focus === inField) return `typed: ${typed}`;
  const choice = choices[focus];
  if (choice === undefined) return 'no choice';
  const locked =
    choice.guarded && required.kind !== 'nothing' && typed !== wantedText(required)
      ? `, not yet: type ${wantedText(required)}`
      : '';
  return `choice ${choice.label}, ${focus + 1} of ${choices.length}${locked}, Enter takes it`;
};

const confirmationWords = (dialog: Confirmation): readonly string[] => [
  `Dialog: ${dialog.title}`,
  ...dialog.body.map(({ text }) => spoken(text)),
  ...(dialog.commands.length === 0 ? [] : [`${dialog.commands.length} commands:`]),
  // As they run: a command is not read as a sentence.
  ...dialog.commands.map((command) => `  ${command}`),
  `Choices: ${dialog.choices.map(({ label }, at) => `${at + 1} ${label}`).join(', ')}. Left and right choose`,
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

/** Longer ones are said from where they are scrolled to. */
const mostLines = 400;

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
      return (
        spoken(overlay.lines[overlay.top]?.text ?? '') || `${overlay.title}, all of it was said`
      );
    case 'difference': {
      const row = unifiedOnce(overlay.rows)[overlay.top];
      if (row === undefined) return overlay.title;
      if (row.kind === 'line') return `${row.line.kind} ${row.line.text.trim()}`;
      return row.kind === 'folded'
        ? spoken(row.text)
        : spoken([row.text, ...row.alarms, row.dates, row.lines].join('  '));
    }
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
        : `${record.line}, ${record.host ?? 'here'}, ${record.ending === '' ? 'done' : record.ending}`;
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
      return [
        `${overlay.title}:`,
        ...overlay.lines.map(({ text }) => spoken(text)).slice(0, mostLines),
        `End of ${overlay.title}, ${closing()}`,
      ];
    case 'difference': {
      const rows = unifiedOnce(overlay.rows).slice(overlay.top, overlay.top + mostLines);
      return [
        `${overlay.title}:`,
        ...rows
          .filter((row) => row.kind !== 'line' || row.line.kind !== 'same')
          .map((_, at) => placeWords({ ...overlay, top: overlay.top + at }, state, table)),
        `End of the difference, ${closing()}`,
      ];
    }
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
