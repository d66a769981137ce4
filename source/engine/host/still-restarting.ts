import type { Failure } from '../../model/failure.ts';
import { isLostContact } from '../../services/ssh/run.ts';

/**
 * Why a host waits that an earlier run told to restart; null where its failure is another one. On its
 * way down sshd is stopped before the network is, and pam_nologin(8) lets nobody but root in:
 * connections are refused, or end before a login. It is no failure of the host then.
 */
export const stillRestarting = (failure: Failure): string | null =>
  isLostContact(failure) || (failure.code === 'copy-failed' && failure.wasCut === true)
    ? 'was told to restart, and takes no connection yet'
    : null;
