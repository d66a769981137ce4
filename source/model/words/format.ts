import prettyBytes from 'pretty-bytes';

const shownSizes = new Map<number, string>();

/** What stands on the screen is asked for in each frame, and a number takes half a millisecond to format. */
const mostShown = 500;

/** `312 MiB`. */
export const showSize = (bytes: number): string => {
  const known = shownSizes.get(bytes);
  if (known !== undefined) return known;
  const digits = bytes >= 100 * 1024 * 1024 ? 0 : 1;
  const shown = prettyBytes(bytes, { binary: true, maximumFractionDigits: digits });
  if (shownSizes.size >= mostShown) shownSizes.clear();
  shownSizes.set(bytes, shown);
  return shown;
};

/** `9.83 GiB`: so exact that the difference of two systems is seen in it. */
export const showClosureSize = (bytes: number): string =>
  bytes < 1024 ** 3
    ? showSize(bytes)
    : prettyBytes(bytes, { binary: true, minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `+14 MiB`, `-2.5 MiB`. */
export const showSizeChange = (bytes: number): string =>
  prettyBytes(bytes, { binary: true, signed: true, maximumFractionDigits: 1 });

/** `1,204`. */
export const showCount = (count: number): string =>
  String(Math.trunc(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** A store path as its name and a short hash: `nixos-system-razer-26.05 (k3j9x2a)`. */
export const showStorePath = (path: string): string => {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dash = base.indexOf('-');
  if (dash < 8) return base;
  return `${base.slice(dash + 1)} (${base.slice(0, 7)})`;
};

/** The first seven digits of a revision, as git shows it; `-dirty` stays, and so does what is a name. */
export const showRevision = (revision: string): string =>
  /^[0-9a-f]{12,}/.test(revision)
    ? `${revision.slice(0, 7)}${revision.endsWith('-dirty') ? '-dirty' : ''}`
    : revision;

/** A commit of the fleet's own repository: twelve digits, for a command line that is used later. */
export const showCommit = (revision: string): string => revision.slice(0, 12);

/** How long something took to answer: `12 ms`. */
export const showLatency = (milliseconds: number): string => `${Math.round(milliseconds)} ms`;

/** The load of a machine over one, five and fifteen minutes: `0.42 0.31 0.28`. */
export const showLoad = (load: readonly number[]): string =>
  load.map((value) => value.toFixed(2)).join(' ');

/** A part of the whole, which is 1: `38 %`, `0.4 %`. */
export const showShare = (share: number): string =>
  `${Math.abs(share) < 0.1 && share !== 0 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;

/** `2.4`, `240`: a decimal only where it says something. */
export const showDecimal = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(1)));

/** A rate, 0 to 1, with a decimal, as most of them are small: `2.4 %`. */
export const showRate = (share: number): string => `${(share * 100).toFixed(1)} %`;
