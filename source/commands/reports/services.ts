import { explain, explainShortly } from '../../model/explain/explain.ts';
import {
  oldCodeWords,
  oldLoginWords,
  oldServiceLine,
  oldServicesOf,
} from '../../model/host/old-code.ts';
import { partsOf } from '../../model/host/unit-failure.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import type { AppState, HostState } from '../../state/state.ts';

/** Why nothing is known of a host's services; null where they are known. */
const whyUnknown = ({ probe, facts }: HostState): string | null => {
  if (probe.kind === 'failed') return explain(probe.failure).what;
  const old = facts?.oldCode;
  if (old === undefined)
    return probe.kind === 'answered' ? 'the host did not say' : 'it was not asked';
  return old.kind === 'unknown' ? old.why : null;
};

const hostLines = (host: HostState): readonly string[] => {
  const { name } = host.entry;
  const why = whyUnknown(host);
  if (why !== null)
    return [
      host.probe.kind === 'failed'
        ? aboutHost(name, `${explainShortly(host.probe.failure)}, so its services are not known`)
        : `${name}: its services are not known: ${why}`,
    ];
  const old = host.facts?.oldCode;
  const logins = oldLoginWords(old);
  return [
    aboutHost(name, oldCodeWords(old) ?? 'no service runs old code'),
    ...oldServicesOf(old).map((service) => `  ${oldServiceLine(service)}`),
    ...(logins === null ? [] : [`  ${logins}`]),
  ];
};

const knownHosts = (state: AppState, names: readonly string[]): readonly HostState[] =>
  names.flatMap((name) => state.hosts[name] ?? []);

export const servicesText = (state: AppState, names: readonly string[]): string =>
  knownHosts(state, names).flatMap(hostLines).join('\n');

/** A host of which nothing is known has null for its services, and the reason as error. */
export const servicesJson = (state: AppState, names: readonly string[]): object => ({
  version: 1,
  hosts: knownHosts(state, names).map((host) => {
    const error = whyUnknown(host);
    const old = host.facts?.oldCode;
    return {
      name: host.entry.name,
      services:
        error !== null
          ? null
          : oldServicesOf(old).map(({ unit, paths, end }) => ({
              unit: partsOf(unit).unit,
              user: partsOf(unit).user,
              paths,
              restart: end.kind === 'restart',
              why: end.kind === 'later' ? end.why : null,
            })),
      logins: error === null && old?.kind === 'known' ? old.logins : null,
      error,
    };
  }),
});

/** Whether nothing is known of any of the hosts. */
export const isNothingKnown = (state: AppState, names: readonly string[]): boolean =>
  knownHosts(state, names).every((host) => whyUnknown(host) !== null);
