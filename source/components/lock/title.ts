import { explain } from '../../model/explain/explain.ts';
import { unreadableLock } from '../../model/inputs/advice.ts';
import { isStale } from '../../model/inputs/staleness.ts';
import { countBehind } from '../../model/inputs/standing.ts';
import { nixpkgsSource } from '../../model/lock/copies.ts';
import type { LockFacts } from '../../model/lock/facts.ts';
import { ownOf } from '../../model/own-of.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showDuration } from '../../model/words/format-time.ts';
import {
  joinFitting,
  type Line,
  lineWidth,
  muted,
  span,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { keyName } from '../../screen/key-names.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { breakingOfApp, unreadInputs } from '../../screen/texts/lock-details.ts';
import type { AppState } from '../../state/state.ts';
import { titled } from '../base/spans.ts';

const limitWords = (app: AppState, now: number): readonly string[] =>
  app.forgeLimits.flatMap(({ host, remaining, until }) => {
    if (until !== null && until > now)
      return [`${host}: no more requests for ${showDuration(until - now)}`];
    return remaining !== null && remaining < 10 ? [`${host}: ${remaining} requests left`] : [];
  });

/** What the lock is like as a whole; what matters most first, as a narrow window cuts the end. */
export const lockTitleLine = (app: AppState, now: number, columns: number): Line => {
  const { lock, standings } = app;
  const behind = countBehind(standings);
  const breaking = breakingOfApp(app).length;
  // A number of what was read so far is not told as one of all, and none is no promise that nothing breaks.
  const unread = unreadInputs(app);
  const { changed, alarms, unchanged } = lockCounts(lock);
  const stale =
    lock.kind === 'read'
      ? lock.inputs.filter((one) => isStale(one, now, ownOf(standings, one.name))).length
      : 0;
  const nixpkgs =
    lock.kind === 'read' ? lock.copies.find(({ source }) => source === nixpkgsSource) : undefined;
  const sides = app.git === null ? 'before the update → now' : 'HEAD → working tree';
  const uncompared = lock.kind === 'read' ? lock.uncompared : undefined;
  const parts: readonly Line[] = [
    ...(uncompared === undefined ? [[span(`${changed} changed`)]] : []),
    ...(alarms === 0 ? [] : [[span(counted(alarms, 'alarm'), 'warn')]]),
    ...(uncompared === undefined ? [] : [[span(`not compared: ${uncompared}`, 'warn')]]),
    ...(breaking === 0
      ? []
      : [[span(`${breaking} breaking${unread === 0 ? '' : ' so far'}`, 'warn')]]),
    ...(unread === 0
      ? []
      : [
          [
            muted(`commits of ${counted(unread, 'input')} not read, `),
            span(keyName('breaking'), 'accent'),
            muted(' reads them'),
          ],
        ]),
    ...limitWords(app, now).map((words) => [span(words, 'warn')]),
    [muted(`${unchanged} unchanged`)],
    ...(behind === 0 ? [] : [[muted(`${behind} with a newer revision`)]]),
    ...(stale === 0 ? [] : [[muted(`${stale} stale`)]]),
    ...(nixpkgs === undefined ? [] : [[muted(`nixpkgs ${nixpkgs.paths.length} times`)]]),
  ];
  const name = columns < 100 ? 'Lock' : `Lock   ${sides}`;
  const room = columns - name.length - 5;
  // One that has no room leaves its place to a shorter one: nothing is left out while there is room for it.
  const shown: Line[] = [];
  for (const part of parts) {
    const all = joinFitting([...shown, part], ' · ', Number.POSITIVE_INFINITY);
    if (lineWidth(all) <= room) shown.push(part);
  }
  return titled(name, shown, columns);
};

/** Why there is no list: no lock yet, one that cannot be read, a filter without a hit. */
export const emptyLockLines = (
  lock: LockFacts,
  filter: string,
  columns: number,
): readonly Line[] => {
  const said = (text: string, tone: 'plain' | 'bad' | 'muted' = 'plain'): readonly Line[] =>
    wrapText(text, columns - 4).map((line) => [span(`  ${line}`, tone)]);
  switch (lock.kind) {
    case 'absent':
      return said(
        `There is no flake.lock yet, or it was not read so far. ${keyName('update')} locks the inputs.`,
      );
    case 'unreadable': {
      const { what, next } = explain(unreadableLock(lock));
      return [
        ...said(what, 'bad'),
        ...said(adviceLine(next)),
        ...said(`${keyName('edit')} opens it in $EDITOR.`, 'muted'),
      ];
    }
    case 'read':
      return filter === ''
        ? said('The flake has no inputs: there is nothing to update.')
        : said(`No input matches "${filter}". ${keyName('back')} shows all again.`);
  }
};
