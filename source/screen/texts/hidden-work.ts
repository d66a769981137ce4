import { memoLast } from '../../model/memo.ts';
import { type Line, lineWidth, muted, span, widthOf } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { frameAt, glyph } from '../glyphs.ts';
import { workAlone } from './host.ts';

/** Hosts that nixup works on now, in the order of the flake. */
const workingHosts = memoLast(
  (names: AppState['hostNames'], hosts: AppState['hosts']): readonly HostState[] =>
    names
      .flatMap((name) => hosts[name] ?? [])
      .filter(({ work }) => work.kind === 'running' || work.kind === 'rollingBack'),
);

/** Hosts that the run has not come to yet: the header counts them as working too. */
const waitingHosts = memoLast(
  (names: AppState['hostNames'], hosts: AppState['hosts']): readonly HostState[] =>
    names
      .flatMap((name) => hosts[name] ?? [])
      .filter(({ work }) => work.kind === 'queued' || work.kind === 'waiting'),
);

/** What is done with them, in ever fewer words: the names are said as long as they fit. */
const formsOf = (hidden: readonly HostState[], now: number): readonly Line[] => {
  const told = hidden.map((host) => ({ host, work: workAlone(host, now) }));
  const joined = (wordsOf: (words: string) => string): Line =>
    told.flatMap(({ host, work }, index): Line => {
      const words = wordsOf(work.words);
      return [
        span(`${index === 0 ? '' : ' · '}${host.entry.name}`),
        ...(words === '' ? [] : [span(` ${words}`, work.tone)]),
      ];
    });
  // Shorter: how far it is, as `4/9`.
  const forms: readonly ((words: string) => string)[] = [
    (words) => words,
    (words) => /\d+\/\d+/.exec(words)?.[0] ?? '',
    () => '',
  ];
  return forms.map(joined);
};

/** How many names fit at most, with two cells between them: of a thousand hosts few are looked at. */
const fittingNames = (hosts: readonly HostState[], room: number): number => {
  let left = room;
  const tooFar = hosts.findIndex(({ entry }, index) => {
    left -= widthOf(entry.name) + (index === 0 ? 0 : 2);
    return left < 0;
  });
  return tooFar < 0 ? hosts.length : tooFar;
};

/**
 * The row below a list that does not show all of its hosts while a run goes on: those that are worked on
 * and are not in sight, so that none of them is below the fold while every row keeps its place.
 */
export const hiddenWorkLine = (
  { hostNames, hosts }: Pick<AppState, 'hostNames' | 'hosts'>,
  seen: ReadonlySet<string>,
  now: number,
  columns: number,
): Line => {
  const hidden = workingHosts(hostNames, hosts).filter(({ entry }) => !seen.has(entry.name));
  const waiting = waitingHosts(hostNames, hosts).filter(({ entry }) => !seen.has(entry.name));
  if (hidden.length === 0 && waiting.length > 0) {
    const verb = waiting.length === 1 ? 'waits' : 'wait';
    return [muted(` ${glyph.down} not shown: ${counted(waiting.length, 'host')} that ${verb}`)];
  }
  if (hidden.length === 0)
    return [muted(` ${glyph.down} none of the hosts that are not shown is being worked on`)];
  const head: Line = [span(` ${frameAt(now)} `, 'busy'), muted('not shown: ')];
  const room = columns - lineWidth(head);
  const count = hidden.length;
  const fitting = fittingNames(hidden, room);
  const all =
    fitting < count ? undefined : formsOf(hidden, now).find((line) => lineWidth(line) <= room);
  if (all !== undefined) return [...head, ...all];
  for (let named = Math.min(fitting, count - 1); named > 0; named -= 1) {
    const words = hidden.slice(0, named).map(({ entry }) => entry.name);
    const text = `${words.join(', ')} and ${count - named} more`;
    if (widthOf(text) <= room) return [...head, span(text)];
  }
  return [...head, span(counted(count, 'host'))];
};
