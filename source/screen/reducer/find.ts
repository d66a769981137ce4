import { memoByObject } from '../../model/memo.ts';
import { isHit } from '../../model/words/log.ts';
import type { DifferenceHeading } from '../difference-rows.ts';
import type { CommitsOverlay, DifferenceOverlay, Overlay } from '../overlay.ts';
import { paneRowsOf } from '../pane-rows.ts';
import type { Ui } from '../ui.ts';
import { commitPlace, toCommit } from './commits.ts';
import { scrollOverlay, unifiedOnce } from './overlay.ts';
import { toTextLine } from './text-cursor.ts';

/** A pane that is read and searched. */
type ReadPane = Extract<Overlay, { kind: 'text' | 'difference' | 'commits' }>;

export const isReadPane = (overlay: Overlay | null): overlay is ReadPane =>
  overlay?.kind === 'text' || overlay?.kind === 'difference' || overlay?.kind === 'commits';

/** A heading is found by its alarms and dates, too. */
const titleText = (
  row: DifferenceHeading | { readonly kind: 'folded'; readonly text: string },
): string => (row.kind === 'folded' ? row.text : [row.text, ...row.alarms, row.dates].join(' '));

const sideBySideTexts = memoByObject((rows: DifferenceOverlay['rows']): readonly string[] =>
  rows.map((row) =>
    row.kind === 'pair' ? `${row.old?.text ?? ''}\n${row.now?.text ?? ''}` : titleText(row),
  ),
);

const unifiedTexts = memoByObject((rows: DifferenceOverlay['rows']): readonly string[] =>
  unifiedOnce(rows).map((row) => (row.kind === 'line' ? row.line.text : titleText(row))),
);

const commitTexts = memoByObject((subjects: CommitsOverlay['subjects']): readonly string[] =>
  subjects.map(({ revision, author = '', subject }) => `${revision} ${author} ${subject}`),
);

/** What stands on each row of a pane; made once, as there can be thousands. */
const textsOf = (pane: ReadPane): readonly string[] => {
  if (pane.kind === 'text') return pane.lines.map(({ text }) => text);
  if (pane.kind === 'commits') return commitTexts(pane.subjects);
  return pane.layout === 'unified' ? unifiedTexts(pane.rows) : sideBySideTexts(pane.rows);
};

/** The row of the window on which a line begins: long lines of a text take several. */
const rowOfLine = (
  pane: Exclude<ReadPane, CommitsOverlay>,
  line: number,
  columns: number,
): number =>
  pane.kind === 'difference'
    ? line
    : Math.max(
        0,
        paneRowsOf(pane.lines, columns).findIndex((row) => row.line === line),
      );

const lineAtTop = (pane: Exclude<ReadPane, CommitsOverlay>, columns: number): number =>
  pane.kind === 'difference' ? pane.top : (paneRowsOf(pane.lines, columns)[pane.top]?.line ?? 0);

/** To the next line that holds what is searched, around the end to the other side. */
export const findInPane = (ui: Ui, by: 1 | -1): Ui => {
  const { overlay, find, columns } = ui;
  if (!isReadPane(overlay) || find.text === '') return ui;
  const texts = textsOf(overlay);
  const first = overlay.kind === 'commits' ? commitPlace(overlay) : lineAtTop(overlay, columns);
  const start = find.hit ?? first - 1;
  for (let step = 1; step <= texts.length; step += 1) {
    const at = (((start + by * step) % texts.length) + texts.length) % texts.length;
    if (!isHit(texts[at] ?? '', find.text)) continue;
    const found = { ...ui, find: { ...find, hit: at } };
    if (overlay.kind === 'commits') return { ...found, overlay: toCommit(overlay, at) };
    if (overlay.kind === 'text' && overlay.lines[at]?.commit !== undefined)
      return { ...found, overlay: toTextLine(ui, overlay, at) };
    return scrollOverlay(found, rowOfLine(overlay, at, columns) - overlay.top);
  }
  return { ...ui, find: { ...find, hit: null } };
};

/** `search: rev   2 of 17`; the empty text where nothing is searched. */
export const findWords = (pane: ReadPane, { text, hit }: Ui['find']): string => {
  if (text === '') return '';
  const hits = textsOf(pane).flatMap((line, index) => (isHit(line, text) ? [index] : []));
  if (hits.length === 0) return `   search: ${text}   no line has it`;
  const place = hit === null ? -1 : hits.indexOf(hit);
  return `   search: ${text}   ${place < 0 ? '' : `${place + 1} of `}${hits.length}`;
};
