import { type Line, muted, span, strong, widthOf, wrapText } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { labelled } from '../../screen/host/details.ts';
import { keyName } from '../../screen/key-names.ts';
import { type FleetRow, hostsBelow } from '../../screen/rows/fleet.ts';
import { groupCounts } from '../../screen/rows/group-words.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { targetHosts } from '../../screen/rows/targets.ts';
import { healthWords, positionWords } from '../../screen/texts/host.ts';
import type { Ui } from '../../screen/ui.ts';
import { type FleetHost, isRemembered, nameOf, shownTrouble } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import type { Trouble } from '../../state/trouble.ts';

type HeadingRow = Extract<FleetRow, { kind: 'heading' }>;

/** Cells that a label takes, with the blank before it and one at the end of the line. */
const labelCells = 13;

const under = (label: string, text: string, columns: number): readonly Line[] =>
  wrapText(text, columns - labelCells).map((line, index) =>
    labelled(index === 0 ? label : '', span(line)),
  );

/** What each trouble means, in a sentence. */
const meanings: Readonly<Record<Trouble, string>> = {
  failed: 'The last step with them failed; each row says which.',
  unreachable: 'They do not answer, and are not known to sleep.',
  unhealthy: 'A unit or a check of them is not well.',
  working: 'nixup works with them now.',
  behind: 'They do not run what the flake says: there is something to deploy.',
  'newer than the flake': 'They run another system than the flake says, and not an older one.',
  'reboot needed': 'They run the new system in full after a reboot only.',
  unknown: 'It is not known yet what they run, or what they should run.',
  current: 'They run what the flake says.',
  asleep: 'They do not answer: a deploy leaves them for later.',
  'left out': 'Tests and deploys leave them out.',
};

/** What the row of a host says that its heading does not. */
const rowWord = (host: FleetHost, group: Trouble, now: number): string => {
  switch (group) {
    case 'unhealthy':
      return healthWords(host).words;
    case 'left out':
      return isRemembered(host) || host.entry.role.kind === 'deployable'
        ? ''
        : host.entry.role.reason;
    default: {
      const { words } = positionWords(host, now);
      return words === group ? '' : words;
    }
  }
};

const reasonWords = (members: readonly FleetHost[], group: Trouble, now: number): string =>
  groupCounts(members, group, (host) => rowWord(host, group, now))
    .map(([word, count]) => `${count} ${word}`)
    .join(' · ');

/** What a key does with the cursor on the heading. */
const keyWords = (app: AppState, ui: Ui, { folded, trouble, count }: HeadingRow): string => {
  const fold = `${keyName('open')} ${folded ? 'shows' : 'folds'} their rows.`;
  const marked = markedIds(app, ui, 'fleet').filter((id) => app.hosts[id] !== undefined).length;
  const hosts = targetHosts(app, ui).length;
  if (marked > 0)
    return `They act on the ${counted(marked, 'marked host')}, not on these ${count}. ${fold}`;
  if (hosts === 0) return `No key acts on them until the hosts of the flake are read. ${fold}`;
  if (trouble === 'left out') return fold;
  if (app.readOnly) return `Read-only: no key changes anything. ${fold}`;
  const acts = [
    `${keyName('test')} test`,
    `${keyName('deploy')} deploy`,
    `${keyName('rollback')} roll back`,
    `${keyName('accept')} accept health`,
    `${keyName('restart-services')} restart services`,
  ];
  return `${hosts === 1 ? 'For this host' : `For all ${hosts}`}: ${acts.join(' · ')}. ${fold}`;
};

/** Names in so many rows, and how many more there are. */
const nameLines = (names: readonly string[], columns: number, rows: number): readonly Line[] => {
  if (rows < 1) return [];
  const room = (columns - labelCells) * rows;
  // A row that breaks between names leaves less than the longest name empty.
  const lost = rows * Math.max(0, ...names.map(widthOf));
  let used = widthOf(` and ${names.length} more`);
  let shown = 0;
  for (const name of names) {
    used += widthOf(name) + 2;
    if (used + lost > room) break;
    shown += 1;
  }
  const left = names.length - shown;
  const text = names.slice(0, shown).join(', ');
  return under(
    'hosts',
    left === 0 ? text : shown === 0 ? counted(left, 'host') : `${text} and ${left} more`,
    columns,
  ).slice(0, rows);
};

/** What a heading of the fleet is about, in so many rows at most. */
export const groupPane = (
  heading: HeadingRow,
  app: AppState,
  ui: Ui,
  rows: number,
): readonly Line[] => {
  const { trouble } = heading;
  const { columns, now } = ui;
  const members = hostsBelow(app, ui, heading);
  const moved = members.filter((host) => shownTrouble(host) !== trouble).length;
  const why = reasonWords(members, trouble, now);
  const head: Line = [
    span(' '),
    strong(trouble),
    muted(` · ${counted(members.length, 'host')}`),
    muted(moved === 0 ? '' : `, ${moved} of them meanwhile in another state`),
  ];
  const lines = [
    head,
    ...under('means', meanings[trouble], columns),
    ...(why === '' ? [] : under('state', why, columns).slice(0, Math.max(1, rows - 5))),
    ...under('keys', keyWords(app, ui, heading), columns),
  ];
  return [...lines, ...nameLines(members.map(nameOf), columns, rows - lines.length)].slice(0, rows);
};
