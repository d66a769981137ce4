import type { BuildProgress, RunningActivity } from '../model/build-progress.ts';
import { showSize } from '../model/format-size.ts';
import { showDuration } from '../model/format-time.ts';
import { frameAt, glyph } from '../model/glyphs.ts';
import { fitRight, fitText, type Line, muted, span } from '../model/line.ts';

/** A bar of cells for a share between 0 and 1. */
export const barText = (share: number, cells: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * cells);
  return glyph.barFull.repeat(full) + glyph.barEmpty.repeat(Math.max(0, cells - full));
};

/** How much is built and fetched: bar and numbers. */
export const progressLine = (progress: BuildProgress, columns: number): Line => {
  const { builds, fetches, copies } = progress;
  const expected = builds.expected + fetches.expected + copies.expected;
  const done = builds.done + fetches.done + copies.done;
  const bar = barText(expected === 0 ? 0 : done / expected, columns >= 100 ? 34 : 20);
  return [
    span(' '),
    span(bar, 'busy'),
    ...(builds.expected === 0 ? [] : [span(`  ${builds.done} of ${builds.expected} built`)]),
    ...(builds.failed === 0 ? [] : [span(`  ${builds.failed} failed`, 'bad')]),
    ...(fetches.bytesExpected === 0
      ? []
      : [
          muted(`  ${glyph.down} ${showSize(fetches.bytes)} of ${showSize(fetches.bytesExpected)}`),
        ]),
    ...(copies.bytesExpected === 0
      ? []
      : [muted(`  ${glyph.up} ${showSize(copies.bytes)} of ${showSize(copies.bytesExpected)}`)]),
  ];
};

export const activityLine = (activity: RunningActivity, columns: number, now: number): Line => {
  const name = Math.max(16, Math.min(44, columns - 44));
  return [
    span(`   ${frameAt(now)} `, 'busy'),
    span(`${fitText(activity.name, name)} `),
    muted(fitText(activity.phase ?? activity.kind, 16)),
    span(fitRight(showDuration(Math.max(0, now - activity.since)), 10)),
    muted(activity.percent === null ? '' : `  ${activity.percent} %`),
    muted(activity.machine === null ? '' : `  on ${activity.machine}`),
  ];
};
