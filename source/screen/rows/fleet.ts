import type { HostRole } from '../../model/host/host.ts';
import { memoLast } from '../../model/memo.ts';
import { ownOf } from '../../model/own-of.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { whatChanges } from '../../model/packages/what-changes.ts';
import { awaitsReboot, comparedNow, isLeftBehind } from '../../state/hosts.ts';
import { isTakenBack } from '../../state/left-over.ts';
import {
  type FleetHost,
  isRemembered,
  nameOf,
  type ShownFleet,
  settledPlaces,
  shownFleet,
  shownPosition,
  shownTrouble,
} from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { type Trouble, troubles } from '../../state/trouble.ts';
import type { Sort, Ui } from '../ui.ts';
import { groupWords } from './group-words.ts';

/**
 * Whether a host matches a filter: words that must all occur in its name, tags (`@tag`) or state;
 * `!word` must not, and of `one,other` one is enough. A whole tag of the fleet means just that tag.
 */
const matches = (host: FleetHost, filter: string, known: ReadonlySet<string>): boolean => {
  const { name, tags } = isRemembered(host) ? host : host.entry;
  const ofHost = tags.map((tag) => `@${tag}`.toLowerCase());
  const isToReboot = !isRemembered(host) && awaitsReboot(host);
  const states = [shownTrouble(host), shownPosition(host).kind, ...(isToReboot ? ['reboot'] : [])];
  const text = [name, ...ofHost, ...states].join(' ').toLowerCase();
  const hasPart = (part: string): boolean =>
    known.has(part) ? ofHost.includes(part) : text.includes(part);
  const has = (word: string): boolean =>
    word
      .split(',')
      .filter((part) => part !== '')
      .some(hasPart);
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => /[^!,]/.test(word))
    .every((word) => (word.startsWith('!') ? !has(word.slice(1)) : has(word)));
};

export const tagsOf = (host: FleetHost): readonly string[] =>
  isRemembered(host) ? host.tags : host.entry.tags;

/** The hosts that a filter shows, in the order of their names. */
export const filteredHosts = <Host extends FleetHost>(
  names: readonly string[],
  hosts: Readonly<Record<string, Host>>,
  filter: string,
): readonly Host[] => {
  const all = names.flatMap((name) => hosts[name] ?? []);
  if (filter === '') return all;
  const known = new Set(all.flatMap((host) => tagsOf(host).map((tag) => `@${tag}`.toLowerCase())));
  return all.filter((host) => matches(host, filter, known));
};

export type FleetRow =
  | {
      readonly kind: 'heading';
      readonly id: string;
      readonly trouble: Trouble;
      readonly count: number;
      readonly folded: boolean;
      /** What its rows say, counted. */
      readonly words: string;
    }
  | { readonly kind: 'host'; readonly id: string };

/** Begins the id of a heading's row; no name of a host does. */
export const headingSign = '#';

export const headingId = (trouble: Trouble): string => `${headingSign}${trouble}`;

const groupedFrom = 13;

/** In which group each host stands, where it keeps its place; null: where it is now. */
type Places = Readonly<Record<string, Trouble>> | null;

const settledOver = memoLast(
  (places: Places, sorted: Exclude<Places, null>): Places => ({
    ...places,
    ...settledPlaces(sorted),
  }),
);

/** From the first run on rows stay where they were when it began, or when somebody sorted them last. */
export const placesOf = ({ places, run }: AppState, { placed }: Ui): Places => {
  if (placed === null) return places;
  const isActive = run.kind === 'active' || run.kind === 'canceling';
  if (isActive && placed.at >= run.since) return placed.places;
  return isActive ? settledOver(places, placed.places) : settledPlaces(placed.places);
};

/** The group under which the fleet lists a host. */
export const groupOfHost = (host: FleetHost, places: Places): Trouble =>
  (places === null ? undefined : ownOf(places, nameOf(host))) ?? shownTrouble(host);

/** How many hosts stand below a heading that is no longer theirs. */
export const misplacedCount = memoLast((hosts: ShownFleet['hosts'], places: Places): number =>
  places === null
    ? 0
    : Object.values(hosts).filter((host) => groupOfHost(host, places) !== shownTrouble(host))
        .length,
);

/** Whether the rows stand below headings. */
export const isGrouped = (names: readonly string[], sort: Sort): boolean =>
  sort === 'trouble' || (sort === 'auto' && names.length >= groupedFrom);

const rowsByTrouble = (
  hosts: readonly FleetHost[],
  folded: readonly string[],
  places: Places,
): readonly FleetRow[] => {
  const groups = Map.groupBy(hosts, (host) => groupOfHost(host, places));
  return troubles.flatMap((trouble): readonly FleetRow[] => {
    const members = groups.get(trouble) ?? [];
    if (members.length === 0) return [];
    const isFolded = folded.includes(trouble);
    const heading: FleetRow = {
      kind: 'heading',
      id: headingId(trouble),
      trouble,
      count: members.length,
      folded: isFolded,
      words: groupWords(members, trouble),
    };
    return [
      heading,
      ...(isFolded ? [] : members.map((host): FleetRow => ({ kind: 'host', id: nameOf(host) }))),
    ];
  });
};

const roleOf = (host: FleetHost): HostRole['kind'] =>
  isRemembered(host) ? host.role : host.entry.role.kind;

/** Hosts that are never deployed are last; otherwise the flake's own order. */
const deployedFirst = (hosts: readonly FleetHost[]): readonly FleetHost[] =>
  hosts.toSorted(
    (one, other) => Number(roleOf(one) !== 'deployable') - Number(roleOf(other) !== 'deployable'),
  );

/** Names as they were sorted; hosts that came since are last. */
const inOrder = memoLast(
  (names: readonly string[], order: readonly string[]): readonly string[] => {
    const [present, sorted] = [new Set(names), new Set(order)];
    return [
      ...order.filter((name) => present.has(name)),
      ...names.filter((name) => !sorted.has(name)),
    ];
  },
);

/** The rows of the fleet view: filtered, sorted, grouped by trouble when there are many. */
const fleetRows = memoLast(
  (
    names: readonly string[],
    hosts: ShownFleet['hosts'],
    filter: string,
    sort: Sort,
    folded: readonly string[],
    places: Places,
  ): readonly FleetRow[] => {
    const isByColumn = typeof sort === 'object';
    const listed = filteredHosts(isByColumn ? inOrder(names, sort.order) : names, hosts, filter);
    if (isGrouped(names, sort)) return rowsByTrouble(listed, folded, places);
    const ordered = isByColumn || sort === 'flake' ? listed : deployedFirst(listed);
    return ordered.map((host) => ({ kind: 'host', id: nameOf(host) }));
  },
);

/** What a deploy would change on the host, in a few words; nothing where that is not known of now. */
export const shownChanges = (host: FleetHost, packages: HostPackages | undefined): string =>
  isRemembered(host) ? '' : whatChanges(comparedNow(host, packages)).short;

/** Hosts that a count has in another way too: each host is counted once, so that the counts are the fleet. */
export interface CountedAlso {
  /** Of the failed ones, those that do not run what the flake says. */
  readonly failedLeft: number;
  /** Of those to deploy, the ones that a person rolled back. */
  readonly takenBack: number;
  /** Hosts that need a reboot, and are counted as something else. */
  readonly reboot: number;
  /** Sleeping hosts for which a deploy waits. */
  readonly pending: number;
}

/** How many hosts each count of the header has beside the one word by which they are counted. */
export const countedAlso = memoLast(
  (hosts: ShownFleet['hosts'], pending: AppState['pending']): CountedAlso => {
    const waiting = new Set(pending.map(({ host }) => host));
    const count = (is: (host: FleetHost, trouble: Trouble) => boolean): number =>
      Object.values(hosts).filter((host) => is(host, shownTrouble(host))).length;
    return {
      failedLeft: count(
        (host, trouble) =>
          trouble === 'failed' &&
          !isRemembered(host) &&
          host.expectation.kind === 'known' &&
          isLeftBehind(host),
      ),
      takenBack: count(
        (host, trouble) => trouble === 'behind' && !isRemembered(host) && isTakenBack(host),
      ),
      reboot: count(
        (host, trouble) => trouble !== 'reboot needed' && !isRemembered(host) && awaitsReboot(host),
      ),
      pending: count((host, trouble) => trouble === 'asleep' && waiting.has(nameOf(host))),
    };
  },
);

/** The rows of the fleet as the screen has them. */
export const fleetRowsOf = (app: AppState, ui: Ui): readonly FleetRow[] => {
  const { names, hosts } = shownFleet(app);
  return fleetRows(names, hosts, ui.lists.fleet.filter, ui.sort, ui.folded, placesOf(app, ui));
};

/** The hosts that the fleet lists below a heading, also where it is folded. */
export const hostsBelow = (
  app: AppState,
  ui: Ui,
  { trouble }: Extract<FleetRow, { kind: 'heading' }>,
): readonly FleetHost[] => {
  const { names, hosts } = shownFleet(app);
  const places = placesOf(app, ui);
  return filteredHosts(names, hosts, ui.lists.fleet.filter).filter(
    (host) => groupOfHost(host, places) === trouble,
  );
};

/** How many hosts are in each trouble. */
export const troubleCounts = memoLast(
  (hosts: ShownFleet['hosts']): Readonly<Record<Trouble, number>> => {
    const counts: Record<Trouble, number> = {
      failed: 0,
      unreachable: 0,
      unhealthy: 0,
      working: 0,
      behind: 0,
      'newer than the flake': 0,
      'reboot needed': 0,
      unknown: 0,
      current: 0,
      asleep: 0,
      'left out': 0,
    };
    for (const host of Object.values(hosts)) counts[shownTrouble(host)] += 1;
    return counts;
  },
);
