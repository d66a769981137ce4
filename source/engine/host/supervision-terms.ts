import { hostSettings } from '../../model/config/settings.ts';
import { hostInAddress } from '../../model/host/address.ts';
import { stoppedCritical } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { SupervisionTerms } from '../../model/host/supervision.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { EngineContext } from '../run/context.ts';

const isName = (word: string): boolean =>
  /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(word) && !/^[\d.]+$/.test(word);

/** More names prove no more, and each may take its time to be looked up. */
const namesAsked = 8;

/**
 * The system that a host may be rebooted into when it cannot go back: its default boot entry, read
 * before the deploy began. A host that must never be restarted, or that asks for a password at its
 * console, waits for a person.
 */
const rebootsInto = (context: EngineContext, entry: HostEntry): StorePath | null => {
  const { reboot } = hostSettings(context.config, entry.name);
  const isAllowed = context.config.fleet.rebootOnRevertFailure && reboot !== 'never';
  const boot = context.state().hosts[entry.name]?.facts?.bootDefault;
  return isAllowed && !entry.here && boot?.kind === 'resolved' ? boot.toplevel : null;
};

/**
 * The terms by which a host decides when nobody confirms: the clocks of the config, and the facts
 * from before.
 */
export const supervisionTerms = (
  context: EngineContext,
  entry: HostEntry,
  before: Pick<HostFacts, 'failedUnits'> & {
    readonly stoppedUnits?: readonly string[] | undefined;
  },
): SupervisionTerms => {
  const { fleet } = context.config;
  const hosts = Object.values(context.state().hosts);
  // Where nixup itself got no answer the name says nothing.
  const answered = hosts.filter(({ facts }) => facts !== null);
  const names = (answered.length === 0 ? hosts : answered)
    .map((host) => hostInAddress(host.entry.address))
    .filter(isName);
  return {
    activationMs: fleet.activationTimeoutMs,
    confirmMs: fleet.confirmTimeoutMs,
    revertMs: fleet.revertTimeoutMs,
    judge: entry.here ? 'health' : 'contact',
    names: [...new Set(names)].slice(0, namesAsked),
    critical: entry.critical,
    failedBefore: [
      ...before.failedUnits,
      // A critical one that does not run has no place in the list of failed ones.
      ...stoppedCritical(entry, before),
      ...entry.ignoreUnits,
    ],
    activeBefore: null,
    rebootsInto: rebootsInto(context, entry),
  };
};
