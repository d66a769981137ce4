import { tagOf, unknownTag } from '../../model/config/host-tags.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { nearestName } from '../../model/words/nearest.ts';
import type { AppState } from '../../state/state.ts';

const withTag = (state: AppState, tag: string): readonly string[] =>
  state.hostNames.filter((name) => state.hosts[name]?.entry.tags.includes(tag));

const knownTags = (state: AppState): readonly string[] => [
  ...new Set(state.hostNames.flatMap((name) => state.hosts[name]?.entry.tags ?? [])),
];

const unknownHost = (state: AppState, name: string): Failure => ({
  code: 'host-unknown',
  name,
  nearest: nearestName(name, state.hostNames),
});

/**
 * The hosts that words such as `p620 @laptop` name, in the flake's order; all
 * of them without words. `on` (tags) narrows the choice.
 */
export const selectHosts = (
  state: AppState,
  words: readonly string[],
  on: readonly string[],
): Result<readonly string[], readonly Failure[]> => {
  const failures: Failure[] = [];
  const chosen = new Set<string>(words.length === 0 ? state.hostNames : []);
  for (const word of words) {
    if (word.startsWith('@')) {
      const tag = word.slice(1);
      const names = withTag(state, tag);
      if (names.length === 0) failures.push(...unknownTag(knownTags(state), tag));
      for (const name of names) chosen.add(name);
    } else if (!state.hostNames.includes(word)) failures.push(unknownHost(state, word));
    else if (state.hosts[word]?.entry.role.kind === 'refused')
      failures.push({ code: 'host-name-refused', name: word });
    else chosen.add(word);
  }
  const allowed = new Set<string>(on.length === 0 ? state.hostNames : []);
  for (const word of on) {
    const names = withTag(state, tagOf(word));
    if (names.length === 0) failures.push(...unknownTag(knownTags(state), word));
    for (const name of names) allowed.add(name);
  }
  return failures.length > 0
    ? failed(failures)
    : success(state.hostNames.filter((name) => chosen.has(name) && allowed.has(name)));
};
