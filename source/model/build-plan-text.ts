import type { PlanSummary } from './build-plan.ts';
import { counted } from './counted.ts';
import { showSize } from './format-size.ts';
import { showDuration } from './format-time.ts';

/** Less building than this is not worth a word, ms. */
const shortestWorkMs = 1_000;

/** A plan in one line: `builds 12 (3 shared), fetches 40 paths (312 MiB), about 4 m 10 s of building`. */
export const planSentence = (plan: PlanSummary): string => {
  if (plan.builds + plan.fetches === 0) return 'nothing to build, nothing to fetch';
  const size =
    plan.downloadBytes === null
      ? ''
      : ` (${showSize(plan.downloadBytes)}${plan.unpackedBytes === null ? '' : `, ${showSize(plan.unpackedBytes)} unpacked`})`;
  const unknown = plan.builds - plan.estimated;
  return [
    ...(plan.builds === 0
      ? []
      : [
          `builds ${plan.builds}${plan.shared === 0 ? '' : ` (${plan.shared} shared)`}${plan.on === null ? '' : ` on ${plan.on}`}`,
        ]),
    ...(plan.fetches === 0 ? [] : [`fetches ${counted(plan.fetches, 'path')}${size}`]),
    ...(plan.workMs === null || plan.workMs < shortestWorkMs
      ? []
      : [
          `about ${showDuration(plan.workMs)} of building${unknown === 0 ? '' : ` and ${unknown} that never ran here`}`,
        ]),
  ].join(', ');
};

/** A warning where something large would be compiled; null where nothing would. */
export const compileWarning = (plan: PlanSummary): string | null =>
  plan.compiles.length === 0
    ? null
    : `${plan.compiles.join(', ')} would be compiled ${plan.on === null ? 'here' : `on ${plan.on}`}, though a cache usually has ${plan.compiles.length === 1 ? 'it' : 'them'}: either the cache has not built this revision yet (wait a day, or hold nixpkgs), or an overlay changes ${plan.compiles.length === 1 ? 'it' : 'them'}`;
