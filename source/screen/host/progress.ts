import type { BuildProgress, RunningActivity } from '../../model/build/progress.ts';
import { shareOf } from '../../model/build/share.ts';
import { stalledReason } from '../../model/build/stalled.ts';
import { activityKinds, groupOf } from '../../model/nix/activity-kind.ts';
import { showSize } from '../../model/words/format.ts';
import { showDuration } from '../../model/words/format-time.ts';
import { fitRight, fitText, joinFitting, type Line, muted, span } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import type { HostState } from '../../state/state.ts';
import { frameAt, glyph } from '../glyphs.ts';

/** A bar of cells for a share between 0 and 1. */
export const barText = (share: number, cells: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * cells);
  return glyph.barFull.repeat(full) + glyph.barEmpty.repeat(Math.max(0, cells - full));
};

/** What needed a build that failed is counted by Nix as failed too. */
const failedWords = (failed: number, themselves: number): string =>
  themselves === 0 || themselves >= failed
    ? `${failed} failed`
    : `${themselves} failed and ${failed - themselves} that need ${themselves === 1 ? 'it' : 'them'}`;

/** How much is built and fetched: bar and numbers. The bar shows what it has shown before, or more. */
export const progressLine = (
  progress: BuildProgress,
  columns: number,
  /** How many of those that failed did so by themselves; 0 where that is not known. */
  themselves = 0,
): Line => {
  const { builds, fetches, copies } = progress;
  const rate = progress.bytesPerSecond ?? 0;
  const bar = barText(
    progress.share ?? shareOf(progress),
    columns >= 100 ? 34 : columns >= 72 ? 20 : 10,
  );
  const rateWord = rate < 1 ? '' : `, ${showSize(rate)}/s`;
  // Nix tells the sizes of what it fetches as it comes to it: their sum is no total.
  const bytes = fetches.bytes === 0 ? '' : `, ${showSize(fetches.bytes)}`;
  const parts: readonly Line[] = [
    [span(bar, 'busy')],
    ...(builds.expected === 0 ? [] : [[span(`  ${builds.done} of ${builds.expected} built`)]]),
    ...(builds.failed === 0 ? [] : [[span(`  ${failedWords(builds.failed, themselves)}`, 'bad')]]),
    ...(fetches.expected === 0
      ? []
      : [
          [
            muted(
              `  ${glyph.down} ${fetches.done} of ${counted(fetches.expected, 'path')}${bytes}`,
            ),
          ],
          [muted(rateWord)],
          [muted(bytes === '' ? '' : ', unpacked')],
        ]),
    ...(copies.bytesExpected === 0
      ? []
      : [[muted(`  ${glyph.up} ${showSize(copies.bytes)} of ${showSize(copies.bytesExpected)}`)]]),
  ];
  return [span(' '), ...joinFitting(parts, '', columns - 2)];
};

const transferWords = ({ bytes, bytesExpected, percent }: RunningActivity): string => {
  if (bytes === undefined || bytes === 0) return '';
  return percent === null || bytesExpected == null
    ? `  ${showSize(bytes)}`
    : `  ${percent} % of ${showSize(bytesExpected)}`;
};

/** The mean rate of a transfer since it began; nothing in its first second. */
const rateWords = ({ bytes, since, lastHeardAt }: RunningActivity): string => {
  const took = (lastHeardAt ?? since) - since;
  return bytes === undefined || bytes === 0 || took < 1_000
    ? ''
    : `  ${showSize((bytes / took) * 1_000)}/s`;
};

const usualWords = ({ expectedMs, since }: RunningActivity, now: number): string => {
  // Below a second there is nothing to wait for.
  if (expectedMs == null || expectedMs < 1_000) return '';
  const left = expectedMs - (now - since);
  return left > 0 ? `  about ${showDuration(left)} left` : `  usually ${showDuration(expectedMs)}`;
};

const machineWords = ({ kind, machine }: RunningActivity): string =>
  machine === null ? '' : `  ${activityKinds[kind].machine} ${machine}`;

/** Nix waits for locks and machines in the name of whole store paths. */
export const shortPaths = (text: string): string =>
  text.replace(/'?\/nix\/store\/[0-9a-df-np-sv-z]{32}-([^\s']+)'?/g, '$1');

/** Cells of a name below its host, and of the longest phase that stdenv has by default. */
export const activityCells = (columns: number): number =>
  Math.max(16, Math.min(36 + Math.max(0, Math.floor((columns - 100) / 3)), 48, columns - 54));
export const phaseCells = 14;
export const elapsedCells = 9;

/** One thing that runs: what, its phase, since when, whose, how far, where, and whether it looks stuck. */
export const activityLine = (
  activity: RunningActivity,
  columns: number,
  now: number,
  whose = '',
): Line => {
  const elapsed = showDuration(Math.max(0, now - activity.since));
  if (groupOf(activity) === 'waits')
    return [
      span(`${glyph.todo} `, 'muted'),
      muted(fitText(shortPaths(activity.name), activityCells(columns) + 1 + phaseCells)),
      muted(fitRight(elapsed, elapsedCells)),
    ];
  const stalled = stalledReason(activity, now);
  const asides: readonly Line[] =
    stalled === null
      ? [
          [muted(transferWords(activity))],
          [muted(usualWords(activity, now))],
          [muted(rateWords(activity))],
          [muted(whose)],
          [muted(machineWords(activity))],
        ]
      : [
          [span(`  ! silent for ${silence(activity, now)}`, 'warn')],
          [muted(whose)],
          [muted(machineWords(activity))],
        ];
  // A row has two cells for the cursor and the mark before it, two for its sign.
  const room = columns - 2 - 2 - activityCells(columns) - 1 - phaseCells - elapsedCells;
  return [
    span(`${frameAt(now)} `, 'busy'),
    span(`${fitText(activity.name, activityCells(columns))} `),
    muted(fitText(activity.phase ?? activityKinds[activity.kind].words, phaseCells)),
    span(fitRight(elapsed, elapsedCells)),
    ...joinFitting(asides, '', room),
  ];
};

const silence = ({ lastHeardAt, since }: RunningActivity, now: number): string =>
  showDuration(Math.max(0, now - (lastHeardAt ?? since)));

/** What is built for a host now: how much of it, and each builder; nothing where nothing is. */
export const progressLines = (
  { progress }: Pick<HostState, 'progress'>,
  columns: number,
  now: number,
): readonly Line[] =>
  progress === null
    ? []
    : [
        progressLine(progress, columns),
        ...progress.activities.map((activity) => activityLine(activity, columns, now)),
      ];
