import { oldLoginWords, oldServiceLine, oldServicesOf } from '../../model/host/old-code.ts';
import { showMoment } from '../../model/words/format-time.ts';
import type { HostState } from '../../state/state.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';

/** Which services of a host still run code of an earlier system, and what ends that. */
export const oldCodeText = (
  host: HostState | undefined,
  /** The key that restarts them; null where it may not be pressed now. */
  key: string | null,
): readonly TonedText[] => {
  const old = host?.facts?.oldCode;
  if (old?.kind !== 'known')
    return [quiet(old === undefined ? 'Not asked yet: verify asks.' : `Not known: ${old.why}.`)];
  const logins = oldLoginWords(old);
  return [
    plain('The switch did not restart these services, so they run what they had before:'),
    ...oldServicesOf(old).map((service) => plain(oldServiceLine(service))),
    ...(logins === null ? [] : [quiet(logins)]),
    quiet(
      `As of ${showMoment(old.at)}.${key === null ? '' : ` ${key} restarts those that can be restarted, after it asked.`}`,
    ),
  ];
};
