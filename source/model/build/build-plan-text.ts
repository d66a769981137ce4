import { showSize } from '../words/format.ts';
import { showDuration } from '../words/format-time.ts';
import { widthOf } from '../words/line.ts';
import { counted } from '../words/sentences.ts';
import type { PlanSummary } from './plan.ts';

/** Less building than this is not worth a word, ms. */
const shortestWorkMs = 1_000;

/** Details of a plan that are left out where there is no room; the log has all of them. */
interface PlanDetail {
  readonly unpacked: boolean;
  readonly sizes: boolean;
  readonly shared: boolean;
  /** How long it takes: with what has no time yet, or only the known part in few words. */
  readonly time: 'whole' | 'short' | 'none';
}

const whole: PlanDetail = { unpacked: true, sizes: true, shared: true, time: 'whole' };

const timeWords = (
  { workMs, builds, estimated }: PlanSummary,
  { time }: PlanDetail,
): readonly string[] => {
  if (time === 'none' || workMs === null || workMs < shortestWorkMs) return [];
  const unknown = builds - estimated;
  const known = `about ${showDuration(workMs)}`;
  if (time === 'short') return [unknown === 0 ? known : `${known} and ${unknown} not known`];
  return [`${known} of building${unknown === 0 ? '' : ` and ${unknown} that never ran here`}`];
};

const planIn = (plan: PlanSummary, detail: PlanDetail): string => {
  if (plan.builds + plan.fetches === 0) return 'nothing to build, nothing to fetch';
  const unpacked =
    plan.unpackedBytes === null || !detail.unpacked
      ? ''
      : `, ${showSize(plan.unpackedBytes)} unpacked`;
  const size =
    plan.downloadBytes === null || !detail.sizes
      ? ''
      : ` (${showSize(plan.downloadBytes)}${unpacked})`;
  const shared = plan.shared === 0 || !detail.shared ? '' : ` (${plan.shared} shared)`;
  return [
    ...(plan.builds === 0
      ? []
      : [`builds ${plan.builds}${shared}${plan.on === null ? '' : ` on ${plan.on}`}`]),
    ...(plan.fetches === 0 ? [] : [`fetches ${counted(plan.fetches, 'path')}${size}`]),
    ...timeWords(plan, detail),
  ].join(', ');
};

/** A plan in one line: `builds 12 (3 shared), fetches 40 paths (312 MiB), about 4 m 10 s of building`. */
export const planSentence = (plan: PlanSummary): string => planIn(plan, whole);

/** The same in at most so many cells; details are left out until it fits. */
export const planFitting = (plan: PlanSummary, cells: number): string => {
  const bare: PlanDetail = { ...whole, unpacked: false, sizes: false, shared: false };
  const details: readonly PlanDetail[] = [
    whole,
    { ...whole, unpacked: false },
    { ...whole, sizes: false },
    bare,
    { ...bare, time: 'short' },
    { ...bare, time: 'none' },
  ];
  const texts = [
    ...details.map((detail) => planIn(plan, detail)),
    ...(plan.builds + plan.fetches === 0 ? ['nothing to build or fetch'] : []),
  ];
  return texts.find((text) => widthOf(text) <= cells) ?? texts.at(-1) ?? '';
};

/** A warning where something large would be compiled; null where nothing would. */
export const compileWarning = (plan: PlanSummary): string | null =>
  plan.compiles.length === 0
    ? null
    : `${plan.compiles.join(', ')} would be compiled ${plan.on === null ? 'here' : `on ${plan.on}`} and not fetched: the cache is behind (wait a day, hold nixpkgs), or an overlay changes ${plan.compiles.length === 1 ? 'it' : 'them'}`;
