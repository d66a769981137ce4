import {
  criticalAmong,
  type HostPreview,
  surprises,
  unitsForeseen,
} from '../../model/deploy/preview.ts';
import { previewLines } from '../../model/deploy/preview-lines.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { UnitImpact } from '../../model/units/impact.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { type HostJourney, type HostTravel, isByRestart } from './journey.ts';

/** Whether the dry run on the host may still tell something new. */
export const isForeseen = ({ agreed, mode, to }: HostJourney, before: HostFacts): boolean =>
  (mode === 'switch' || mode === 'test') && before.current !== to && agreed?.basis !== 'exact';

/**
 * With the system on the host, its own `dry-activate` says exactly what will happen. Where that
 * interrupts a critical unit or the person's connection, and the preview that was agreed to did not
 * say so, a host with the policy `ask` is left alone.
 */
export const foresee = (travel: HostTravel, impact: UnitImpact | null): Result<void, Failure> => {
  const { context, journey, onLine } = travel;
  const { entry, to, agreed } = journey;
  // A failed preview stops nothing: the activation has checks of its own.
  if (impact === null) return success(undefined);
  const units = unitsForeseen(impact, agreed?.foreseen);
  const preview: HostPreview = {
    bootParts: [],
    mustBoot: [],
    programs: [],
    ...agreed,
    ...units,
    basis: 'exact',
    critical: criticalAmong(entry, units.impact),
  };
  context.emitter.emit({ type: 'host-previewed', host: entry.name, to, preview });
  for (const { text } of previewLines(preview, isByRestart(journey))) onLine(text);
  // Nobody could be shown anything to agree to.
  const isUnseen = agreed === undefined || agreed.basis === 'unknown';
  if (isUnseen || entry.policy === 'auto') return success(undefined);
  const unforeseen = surprises(agreed, preview);
  return unforeseen.length === 0
    ? success(undefined)
    : failed({
        code: 'gate-closed',
        host: entry.name,
        reason: `it would interrupt ${unforeseen.join(', ')}, which you did not agree to`,
        ...advised(
          advise(
            'The system is copied and nothing was activated. See and agree',
            `nixup deploy ${entry.name}`,
          ),
        ),
      });
};
