import type { CommitSubject } from '../../model/lock/commit-count.ts';
import type { CommitsOverlay } from '../overlay.ts';
import type { Ui } from '../ui.ts';

/** Place of the cursor among the commits; the first where its own is gone. */
export const commitPlace = ({ subjects, cursor }: CommitsOverlay): number =>
  cursor === null
    ? 0
    : Math.max(
        0,
        subjects.findIndex(({ revision }) => revision === cursor),
      );

/** The commit under the cursor. */
export const commitUnderCursor = (list: CommitsOverlay): CommitSubject | undefined =>
  list.subjects[commitPlace(list)];

/** To another commit, whose message begins at its first line. */
export const toCommit = (list: CommitsOverlay, place: number): CommitsOverlay => {
  const last = list.subjects.length - 1;
  const cursor = list.subjects[Math.max(0, Math.min(place, last))]?.revision ?? null;
  return cursor === list.cursor ? list : { ...list, cursor, top: 0 };
};

export const moveCommit = (ui: Ui, by: number): Ui =>
  ui.overlay?.kind === 'commits'
    ? { ...ui, overlay: toCommit(ui.overlay, commitPlace(ui.overlay) + by) }
    : ui;
