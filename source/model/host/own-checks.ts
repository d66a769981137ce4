import { hostInAddress } from './address.ts';

/** Keys of a host's table in nixup.toml that name checks of its own, as `model/config/host.ts` has them. */
export interface CheckSettings {
  /** Scripts of the flake, run on the host. */
  readonly health: readonly string[];
  /** Rows of `[[checks]]` that belong to the host, with its name and address filled in; absent where none does. */
  readonly checks?: readonly CheckOrder[];
}

/** What each kind of check asks. */
interface Asks {
  readonly http: {
    readonly url: string;
    /** The status. */
    readonly expect: number;
    readonly contains: string | null;
    /** Days for which the certificate must be valid still. */
    readonly certificateDays: number | null;
  };
  /** `HOST:PORT`. */
  readonly tcp: { readonly address: string };
  readonly command: { readonly command: readonly string[] };
  /** Lines of a unit's journal in the last minutes that must not be there. */
  readonly journal: {
    readonly unit: string;
    /** An extended regular expression, as grep has it. */
    readonly without: string;
    readonly minutes: number;
  };
  /** In the flake's folder. */
  readonly script: { readonly file: string };
  readonly prometheus: {
    readonly query: string;
    readonly above: number | null;
    readonly below: number | null;
  };
  readonly grafana: { readonly url: string };
  readonly alertmanager: { readonly url: string };
}

export type OwnCheckKind = keyof Asks;

export type CheckAsk<Kind extends OwnCheckKind = OwnCheckKind> = {
  readonly [One in Kind]: Asks[One] & { readonly kind: One };
}[Kind];

/** Which machine asks. */
export type AskedBy = 'here' | 'host';

/** A check: of a host, whose deploy it decides about, or of the fleet, where it is a row of the check board. */
export interface CheckOrder {
  /** As messages and the record of what failed before a deploy have it; one of a host has it alone. */
  readonly name: string;
  readonly from: AskedBy;
  readonly timeoutMs: number;
  readonly ask: CheckAsk;
}

/** How long a script of a host's table may take, ms. */
const scriptMs = 60_000;

/** What a host is asked: the scripts of its table, then the rows that belong to it. */
export const ownChecksOf = ({ health, checks = [] }: CheckSettings): readonly CheckOrder[] => [
  ...health.map(
    (file): CheckOrder => ({
      name: file,
      from: 'host',
      timeoutMs: scriptMs,
      ask: { kind: 'script', file },
    }),
  ),
  ...checks,
];

/** Whether the host has checks of its own, which its units do not show. */
export const hasOwnChecks = (settings: CheckSettings): boolean => ownChecksOf(settings).length > 0;

/** Whether each kind runs a program that nixup.toml names: not before somebody trusted the file. */
const runsPrograms: Readonly<Record<OwnCheckKind, boolean>> = {
  http: false,
  tcp: false,
  journal: false,
  command: true,
  script: true,
  prometheus: false,
  grafana: false,
  alertmanager: false,
};

/** Whether the check may be asked only where somebody trusted nixup.toml. */
export const needsTrust = ({ ask }: Pick<CheckOrder, 'ask'>): boolean => runsPrograms[ask.kind];

/** What a check answered. */
export type CheckAnswer =
  /** `words` are its evidence. */
  | { readonly kind: 'passed'; readonly words: string }
  /** `words` go on after the name of the check, or begin with what was asked. */
  | {
      readonly kind: 'failed';
      readonly words: string;
      /** The check is at fault, as nixup.toml has it; absent where what it asks is. */
      readonly isMistake?: true;
      /** There was no answer within the check's own limit; absent where there was one, and where it was refused. */
      readonly isLate?: true;
    }
  /** Nobody can tell: the connection to the host was lost, or the question did not leave this machine. */
  | { readonly kind: 'unasked'; readonly words: string };

/** A check of a host that fails, or of which nobody knows whether it does. */
export interface CheckTrouble {
  /** Its name. */
  readonly check: string;
  readonly problem: string;
  /** It failed before the last deploy too, so that it has no consequence. */
  readonly isOld: boolean;
  /** It could not be asked; absent where it was. */
  readonly isUnknown?: true;
}

/** `check.sh ended with 1`, `grafana: http://… answered 500`. */
export const checkProblem = ({ name, ask }: CheckOrder, words: string): string =>
  ask.kind === 'script' || ask.kind === 'command' ? `${name} ${words}` : `${name}: ${words}`;

/** The check for one host: `{host}` and `{address}` stand for its name and address. */
export const checkFor = (
  order: CheckOrder,
  host: { readonly name: string; readonly address: string },
): CheckOrder => {
  // An ssh destination may name a user and a port too.
  const address = hostInAddress(host.address);
  const bracketed = address.includes(':') ? `[${address}]` : address;
  const fillWith = (text: string, own: string): string =>
    text.replaceAll('{host}', host.name).replaceAll('{address}', own);
  const fill = (text: string): string => fillWith(text, address);
  /** A colon divides host and port: an address with colons stands in brackets there. */
  const fillPlace = (text: string): string =>
    fillWith(text.replaceAll('[{address}]', '{address}'), bracketed);
  const fillUrl = (url: string): string => {
    const [place = ''] = /^[a-z]+:\/\/[^/?#]*/i.exec(url) ?? [];
    return `${fillPlace(place)}${fill(url.slice(place.length))}`;
  };
  const { ask } = order;
  switch (ask.kind) {
    case 'http':
    case 'grafana':
    case 'alertmanager':
      return { ...order, ask: { ...ask, url: fillUrl(ask.url) } };
    case 'tcp':
      return { ...order, ask: { ...ask, address: fillPlace(ask.address) } };
    case 'command':
      return { ...order, ask: { ...ask, command: ask.command.map(fill) } };
    case 'prometheus':
      return { ...order, ask: { ...ask, query: fill(ask.query) } };
    case 'journal':
    case 'script':
      return order;
  }
};
