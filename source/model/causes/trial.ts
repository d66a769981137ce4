import type { Failure } from '../failure.ts';
import type { DeployStep } from '../host/host.ts';
import type { SetbackKind } from '../host/setback.ts';
import type { RevertReason } from '../host/supervision.ts';

/**
 * What the reason for which a host went back says about the new system; null where it says nothing.
 */
export const trialOfRevert = (why: RevertReason | undefined): SetbackKind | null => {
  switch (why) {
    case 'contact':
      return 'unconfirmed';
    // A full boot partition, memory that ran out, somebody who asked for it.
    case 'persist':
    case 'killed':
    case 'asked':
      return null;
    case 'activation':
    case 'timeout':
    case 'health':
    case undefined:
      return 'taken-back';
  }
};

/**
 * Somebody else switched the host, or the host went back for another reason: the new system did not
 * fail.
 */
const trialOfTakenBack = ({
  result,
}: Extract<Failure, { readonly code: 'taken-back' }>): SetbackKind | null => {
  switch (result.kind) {
    case 'untouched':
    case 'foreign':
      return null;
    case 'reverted':
    case 'rebooted':
      return trialOfRevert(result.why);
    case 'revert-failed':
    case 'committed':
    case 'kept':
      return 'failed';
  }
};

const isSilence = ({ code }: Failure): boolean =>
  code === 'host-unreachable' || code === 'host-timeout';

/** What an activation that did not succeed says about its system. */
const trialOfActivation = (failure: Failure): SetbackKind | null => {
  switch (failure.code) {
    case 'activation-failed':
      return failure.isUntouched === true ? null : 'failed';
    case 'activation-unproven':
      return 'failed';
    case 'taken-back':
      return trialOfTakenBack(failure);
    default:
      return null;
  }
};

/**
 * What a failure in a step of the deploy says about the new system; null where the system was not
 * tried: then the connection, the disk or somebody else is the cause.
 */
export const trialOf = (step: DeployStep, failure: Failure): SetbackKind | null => {
  switch (step) {
    case 'evaluate':
    case 'build':
    case 'identity':
    case 'preflight':
    case 'copy':
    case 'preview':
    case 'persist':
      return null;
    case 'activate':
      return trialOfActivation(failure);
    case 'restart':
      // All other failures are known before the host reboots.
      return failure.code === 'restart-silent' && failure.isDown ? 'failed' : null;
    case 'contact':
      return 'unconfirmed';
    case 'health':
      return isSilence(failure) ? 'unconfirmed' : 'failed';
    case 'verify':
      return 'failed';
    case 'rollback':
      return failure.code === 'taken-back' ? trialOfTakenBack(failure) : 'failed';
  }
};
