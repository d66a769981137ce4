import { type BisectProgress, bisectSentence, guiltyInputs } from '../../model/causes/bisect.ts';
import { holdReason } from '../../model/causes/hold-reason.ts';
import { showPosition } from '../../model/causes/position.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { counted } from '../../model/words/sentences.ts';
import type { AppState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { Menu, MenuItem, TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';
import type { Wish } from '../wish.ts';
import { offerOf } from './cause-offers.ts';

/** How many of the last lines the menu shows, so that there is room for the choices. */
const shownTail = 8;

const becauseNotNow = (app: AppState, cause: TestCause | null, wish: Wish): string | null => {
  if (cause?.isOfEarlierLock === true && wish.kind !== 'test')
    return 'the lock moved since; test again first';
  if (app.readOnly) return 'nixup was started with --read-only';
  return app.run.kind === 'active' || app.run.kind === 'canceling'
    ? `something is running; ${keyName('cancel')} cancels it`
    : null;
};

/** Holding the guilty input, as the first choice. */
const holdFound = (
  app: AppState,
  searches: readonly BisectProgress[],
  at: number,
): readonly MenuItem[] => {
  const inputs = guiltyInputs(searches);
  const [first] = searches;
  if (inputs.length === 0 || first === undefined) return [];
  const hosts = [...new Set(searches.flatMap((search) => search.hosts))];
  const reason = holdReason(hosts, first.what, at);
  const wish: Wish = { kind: 'hold', inputs, reason, until: null };
  return [
    {
      id: 'hold-found',
      label: `hold ${inputs.join(', ')}`,
      detail: 'it goes back to the committed lock and stays there; the others keep their update',
      wish,
      refused: becauseNotNow(app, null, wish),
    },
  ];
};

/** What is known about a cause, and what can be done: the most promising first. */
export const causeMenu = (app: AppState, cause: TestCause, at: number): Menu => {
  const items: readonly MenuItem[] = cause.remedies.flatMap((remedy, index) => {
    const offer = offerOf(app, cause, remedy, at);
    return offer === null
      ? []
      : [
          {
            id: `${index} ${remedy.action}`,
            label: offer.label,
            detail: remedy.text,
            wish: offer.wish,
            refused: offer.works ? becauseNotNow(app, cause, offer.wish) : null,
          },
        ];
  });
  const hasTurn = new Set(items.map(({ id }) => id));
  // What only a person can do is told above.
  const advice = cause.remedies.filter(
    (remedy, index) => !hasTurn.has(`${index} ${remedy.action}`),
  );
  const ofHosts = app.searches.filter(
    (search) =>
      search.outcome.kind === 'found' && search.hosts.some((host) => cause.hosts.includes(host)),
  );
  // A host may fail for several causes, each with a search and an input of its own.
  const own = ofHosts.filter(({ what }) => what === cause.what);
  const searches = own.length > 0 ? own : ofHosts;
  return {
    kind: 'menu',
    title: cause.hosts.length === 0 ? 'The flake' : cause.hosts.join(', '),
    note: [
      { text: cause.what, tone: 'bad' },
      ...(cause.isOfEarlierLock === true
        ? [quiet('Found before the lock changed. Test again to see whether it is still true.')]
        : []),
      ...(cause.place === null ? [] : [plain(`at ${showPosition(cause.place)}`)]),
      ...searches.map((search): TonedText => ({ text: bisectSentence(search), tone: 'warn' })),
      ...advice.map(({ text }) => plain(text)),
      ...cause.tail.slice(-shownTail).map(quiet),
    ],
    items: [...holdFound(app, searches, at), ...items],
    cursor: null,
    careful: false,
    openedAt: at,
    about: { kind: 'cause', id: cause.id },
  };
};

/** The state of the search for the guilty input, and the hold that it offers. */
export const searchMenu = (app: AppState, search: BisectProgress, at: number): Menu => ({
  kind: 'menu',
  title: `What breaks ${search.hosts.join(', ')}`,
  note: [
    plain(bisectSentence(search)),
    quiet(search.what),
    quiet(
      `${search.probes.length} tried, ${search.builds} of them built, of ${counted(search.inputs.length, 'input')} of the flake that changed: ${search.inputs.join(', ')}`,
    ),
    ...search.probes.map(({ updated, verdict }) =>
      quiet(
        `${verdict}: ${updated.length === 0 ? 'the committed lock' : `only ${updated.join(', ')} updated`}`,
      ),
    ),
  ],
  items: holdFound(app, [search], at),
  cursor: null,
  careful: false,
  openedAt: at,
  about: { kind: 'search', host: search.host, what: search.what },
});

/** An open menu as it would be opened now; unchanged where what it tells about is gone. */
export const menuAsOfNow = (app: AppState, menu: Menu, at: number): Menu => {
  const { about, cursor, openedAt } = menu;
  const keep = (now: Menu): Menu => ({ ...now, cursor, openedAt });
  switch (about?.kind) {
    case 'cause': {
      const cause = app.causes.find(({ id }) => id === about.id);
      return cause === undefined ? menu : keep(causeMenu(app, cause, at));
    }
    case 'search': {
      const search = app.searches.find(
        ({ host, what }) => host === about.host && what === about.what,
      );
      return search === undefined ? menu : keep(searchMenu(app, search, at));
    }
    case undefined:
      return menu;
  }
};
