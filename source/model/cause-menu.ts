import { type BisectProgress, bisectSentence, guiltyInputs } from './bisect.ts';
import { showDate } from './format-time.ts';
import { showPosition } from './nix-own-position.ts';
import type { Menu, MenuItem, TonedText } from './overlay.ts';
import type { Remedy } from './remedy.ts';
import type { AppState } from './state.ts';
import type { TestCause } from './test-causes.ts';
import type { Wish } from './wish.ts';

/** Last lines that stand in the menu: the most telling ones, and room for the choices. */
const shownTail = 8;

interface Offer {
  readonly label: string;
  readonly wish: Wish;
  /** Whether it is work of the engine, which does one thing at a time and nothing in a read-only screen. */
  readonly works: boolean;
}

/** The reason that stands in nixup.toml: what failed where, and when it was found. */
export const holdReason = (hosts: readonly string[], what: string, at: number): string =>
  `breaks ${hosts.join(', ')}: ${what} (${showDate(at)})`;

const inFlake = (app: AppState, file: string): string =>
  file.startsWith('/') || app.flakePath === null ? file : `${app.flakePath}/${file}`;

const offerOf = (app: AppState, cause: TestCause, remedy: Remedy, at: number): Offer | null => {
  const { hosts } = cause;
  const work = (label: string, wish: Wish): Offer => ({ label, wish, works: true });
  const look = (label: string, wish: Wish): Offer => ({ label, wish, works: false });
  const { command } = remedy;
  switch (remedy.action) {
    case 'retry':
      return work('test again', { kind: 'test', hosts, options: {} });
    case 'retry-fresh':
      return work('test afresh', { kind: 'test', hosts, options: { fresh: true } });
    case 'show-trace':
      return work('show the trace', { kind: 'test', hosts, options: { trace: true } });
    case 'accept-settings':
      return work('accept them and test', {
        kind: 'test',
        hosts,
        options: { acceptSettings: true },
      });
    case 'show-log':
      return cause.derivation === null
        ? null
        : look('read its log', { kind: 'show-log', derivation: cause.derivation });
    case 'open-file':
      return remedy.place === undefined
        ? null
        : look(`open ${showPosition(remedy.place)}`, {
            kind: 'open-file',
            path: inFlake(app, remedy.place.file),
            line: remedy.place.line,
          });
    case 'allow':
      return remedy.setting === undefined
        ? null
        : look('copy what allows it', {
            kind: 'copy',
            what: remedy.setting,
            text: remedy.setting,
          });
    case 'take-hash':
      return remedy.setting === undefined
        ? null
        : look('copy the hash that was got', {
            kind: 'copy',
            what: 'the hash that was got',
            text: remedy.setting,
          });
    case 'take-input':
      return remedy.input === undefined
        ? null
        : work(`lock ${remedy.input} anew`, { kind: 'update', inputs: [remedy.input] });
    case 'revert-input':
      return remedy.input === undefined
        ? null
        : work(`revert ${remedy.input}`, { kind: 'revert', inputs: [remedy.input] });
    case 'hold-input':
      return remedy.input === undefined
        ? null
        : work(`hold ${remedy.input}`, {
            kind: 'hold',
            inputs: [remedy.input],
            reason: holdReason(hosts, cause.what, at),
            until: null,
          });
    case 'bisect':
      return work('bisect the inputs', { kind: 'bisect' });
    case 'track-file':
    case 'free-space':
    case 'relock':
      return command === null
        ? null
        : look('copy the command', { kind: 'copy', what: command, text: command });
  }
};

const becauseNotNow = (app: AppState, cause: TestCause | null, wish: Wish): string | null => {
  if (cause?.isOfEarlierLock === true && wish.kind !== 'test')
    return 'the lock moved since; test again first';
  if (app.readOnly) return 'nixup was started with --read-only';
  return app.run.kind === 'active' || app.run.kind === 'canceling'
    ? 'something is running; ^c cancels it'
    : null;
};

const plain = (text: string): TonedText => ({ text, tone: 'plain' });
const quiet = (text: string): TonedText => ({ text, tone: 'muted' });

/** Holding what was found guilty, the first of what is offered. */
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
  // What only a person can do is said above.
  const advice = cause.remedies.filter(
    (remedy, index) => !hasTurn.has(`${index} ${remedy.action}`),
  );
  const searches = app.searches.filter(
    (search) =>
      search.outcome.kind === 'found' && search.hosts.some((host) => cause.hosts.includes(host)),
  );
  return {
    kind: 'menu',
    title: cause.hosts.length === 0 ? 'The flake' : cause.hosts.join(', '),
    note: [
      { text: cause.what, tone: 'bad' },
      ...(cause.isOfEarlierLock === true
        ? [quiet('Found before the lock moved; whether it is so still, a test says.')]
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

/** Where a search for the guilty input stands, and the hold that it offers. */
export const searchMenu = (app: AppState, search: BisectProgress, at: number): Menu => ({
  kind: 'menu',
  title: `What breaks ${search.hosts.join(', ')}`,
  note: [
    plain(bisectSentence(search)),
    quiet(search.what),
    quiet(
      `${search.probes.length} tried, ${search.builds} of them built, of ${search.inputs.length} inputs that moved: ${search.inputs.join(', ')}`,
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

/** An open menu as it would be opened now; itself where what it tells of is gone. */
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
