import {
  decisions,
  type RevertReason,
  type Supervision,
  type SupervisionPhase,
  type SupervisionResult,
} from '../../model/host/supervision.ts';
import { keyedValue } from '../keyed-lines.ts';

const phases: readonly SupervisionPhase[] = [
  'armed',
  'activating',
  'stopping',
  'confirming',
  'persisting',
  'reverting',
  'ended',
];
const reasons: readonly RevertReason[] = [
  'contact',
  'activation',
  'timeout',
  'health',
  'asked',
  'persist',
  'killed',
];

export const readSupervisionPhase = (text: string | null): SupervisionPhase =>
  phases.find((phase) => phase === text?.split(' ')[0]) ?? 'armed';

/** `committed`, `reverted contact 0`, `foreign /nix/store/…`; null for none or an unknown one. */
export const readSupervisionResult = (text: string | null): SupervisionResult | null => {
  const [kind, first, second] = (text ?? '').split(' ');
  switch (kind) {
    case 'committed':
    case 'kept':
    case 'untouched':
      return { kind };
    case 'reverted':
    case 'rebooted':
    case 'revert-failed': {
      const exitCode = /^\d+$/.test(second ?? '') ? Number(second) : null;
      return { kind, why: reasons.find((why) => why === first) ?? 'killed', exitCode };
    }
    case 'foreign':
      return { kind, current: first ?? null };
    default:
      return null;
  }
};

/** Reads the lines of `showSupervision` in `services/host/supervision.ts`; null where the host has no such record. */
export const readSupervision = (output: string): Supervision | null => {
  if (keyedValue(output, 'supervision-id') === null) return null;
  const decision = keyedValue(output, 'supervision-decision');
  return {
    phase: readSupervisionPhase(keyedValue(output, 'supervision-phase')),
    decision: decisions.find((one) => one === decision) ?? null,
    result: readSupervisionResult(keyedValue(output, 'supervision-result')),
    areNamesBroken: keyedValue(output, 'supervision-names') === 'broken',
    wasStartedAgain: keyedValue(output, 'supervision-again') === 'yes',
  };
};
