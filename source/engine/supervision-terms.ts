import { hostSettings } from '../model/config.ts';
import type { HostEntry, HostFacts } from '../model/host.ts';
import { hostInAddress } from '../model/host-address.ts';
import type { SupervisionTerms } from '../model/supervision.ts';
import type { EngineContext } from './context.ts';

const isName = (word: string): boolean =>
  /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(word) && !/^[\d.]+$/.test(word);

/** More names prove no more, and each may take its time to be looked up. */
const namesAsked = 8;

/** By what a host decides when nobody tells it to: the config's clocks, and what was true before. */
export const supervisionTerms = (
  context: EngineContext,
  entry: HostEntry,
  before: Pick<HostFacts, 'failedUnits'>,
): SupervisionTerms => {
  const { fleet } = context.config;
  const names = Object.values(context.state().hosts)
    .map((host) => hostInAddress(host.entry.address))
    .filter(isName);
  return {
    activationMs: fleet.activationTimeoutMs,
    confirmMs: fleet.confirmTimeoutMs,
    revertMs: fleet.revertTimeoutMs,
    judge: entry.here ? 'health' : 'contact',
    names: [...new Set(names)].slice(0, namesAsked),
    critical: entry.critical,
    failedBefore: [...before.failedUnits, ...entry.ignoreUnits],
    mayReboot: hostSettings(context.config, entry.name).reboot === 'auto',
  };
};
