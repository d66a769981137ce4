import { nixupCommand } from '../../model/command.ts';
import { lockedSide } from '../../model/lock/change.ts';
import { type LogLines, stampedLine } from '../../model/words/log.ts';
import { counted } from '../../model/words/sentences.ts';
import { shownBoard } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { bodyRows } from '../layout.ts';
import { item } from '../menu-item.ts';
import type { Menu, MenuItem } from '../overlay.ts';
import { selectedId } from '../rows/lists.ts';
import { lockRowsOf } from '../rows/lock.ts';
import { entriesFrom, isFiltered, ringOf, shownRing, topLine } from '../rows/log.ts';
import { hostOfScreen } from '../rows/targets.ts';
import { splitCommand } from '../texts/command-parts.ts';
import type { Ui } from '../ui.ts';
import { showsLog } from '../ui.ts';

/** A text of several lines is named by their number and the first of them. */
const previewOf = (text: string): string => {
  const lines = text.split('\n');
  return lines.length === 1 ? text : `${counted(lines.length, 'line')}: ${lines[0] ?? ''}`;
};

const copied = (what: string, text: string | null | undefined): readonly MenuItem[] =>
  text === null || text === undefined || text === ''
    ? []
    : [item(what, what, previewOf(text), { kind: 'copy', what, text })];

/** A command is long: what it does is told, and all of it is copied. */
const commandCopies = ({ commands }: AppState): readonly MenuItem[] => {
  const last = commands.at(-1);
  if (last === undefined) return [];
  const [row] = copied('last command', last.line);
  const host = last.host === null ? '' : ` for ${last.host}`;
  return row === undefined ? [] : [{ ...row, detail: `${splitCommand(last).what}${host}` }];
};

const hostCopies = (app: AppState, name: string): readonly MenuItem[] => {
  const host = app.hosts[name];
  if (host === undefined) return [];
  const { entry, facts, expectation } = host;
  return [
    ...copied('name', entry.name),
    ...copied('address', entry.address),
    ...copied('system that runs', facts?.current),
    ...copied('system of the flake', expectation.kind === 'known' ? expectation.toplevel : null),
    ...copied('derivation', expectation.kind === 'known' ? expectation.derivation : null),
    ...copied('reason of the failure', host.work.kind === 'failed' ? host.work.reason : null),
  ];
};

const inputCopies = (app: AppState, ui: Ui): readonly MenuItem[] => {
  const id = selectedId(app, ui);
  const row = lockRowsOf(app, ui).find((one) => one.id === id);
  if (row === undefined) return [];
  if (row.kind === 'input')
    return [
      ...copied('input', row.input.name),
      ...copied('revision', row.input.revision),
      ...copied('link to its source', row.input.link),
      ...copied('command that updates it', nixupCommand('update', row.input.name)),
      ...copied('the same with Nix', `nix flake update ${row.input.name}`),
    ];
  const { change } = row;
  return [
    ...copied('input', change.path),
    ...copied('new revision', lockedSide(change.new)?.rev),
    ...copied('old revision', lockedSide(change.old)?.rev),
    ...copied('link that compares', change.compareUrl),
    ...copied('command that puts it back', nixupCommand('revert', change.path)),
    ...copied('command that updates it', nixupCommand('update', change.path)),
  ];
};

/** The line under the cursor, in a followed log the last one; what is shown; and the whole, each with its time. */
const logCopies = (app: AppState, { log, rows }: Ui): readonly MenuItem[] => {
  const ring = shownRing(app, log);
  const whole = ringOf(app, log.host);
  const height = bodyRows(rows) - 1;
  const top = topLine(ring, log, height);
  const last = ring.dropped + ring.lines.length - 1;
  const [line] = entriesFrom(ring, log, log.cursor ?? (log.follow ? last : top), 1);
  const shown = entriesFrom(ring, log, top, height);
  const textOf = ({ lines, times }: LogLines): string =>
    lines.map((text, index) => stampedLine(times[index] ?? null, text)).join('\n');
  return [
    ...copied(log.follow ? 'last line' : 'line under the cursor', line?.text),
    ...copied(
      'lines on the screen',
      shown.map(({ at, text }) => stampedLine(at, text ?? '')).join('\n'),
    ),
    ...(isFiltered(log) ? copied('lines that are shown', textOf(ring)) : []),
    ...copied('whole log', textOf(whole)),
  ];
};

/** What `y` can copy on this screen. */
export const copyMenu = (app: AppState, ui: Ui, at: number): Menu => {
  const host = hostOfScreen(app, ui);
  const view = ui.screen.kind === 'view' ? ui.screen.view : 'host';
  const row = shownBoard(app).find((one) => one.id === selectedId(app, ui));
  const items: readonly MenuItem[] = [
    ...(showsLog(ui.screen) ? logCopies(app, ui) : []),
    ...(host === undefined ? [] : hostCopies(app, host)),
    ...(view === 'lock' ? inputCopies(app, ui) : []),
    ...(view === 'check' && row !== undefined
      ? [
          ...copied('command that fixes it', row.remedy?.command),
          ...copied('evidence', row.evidence),
        ]
      : []),
    ...commandCopies(app),
    ...copied('path of the flake', app.flakePath),
  ];
  return {
    kind: 'menu',
    title: 'Copy',
    note: [],
    items,
    cursor: null,
    careful: false,
    openedAt: at,
  };
};
