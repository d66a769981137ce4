import prettyBytes from 'pretty-bytes';

/** `312 MiB`. */
export const showSize = (bytes: number): string =>
  prettyBytes(bytes, { binary: true, maximumFractionDigits: bytes >= 100 * 1024 * 1024 ? 0 : 1 });

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

/** Short, and with the mark of a tree that was not committed. */
export const showRevision = (revision: string): string =>
  `${revision.slice(0, 7)}${revision.endsWith('-dirty') ? '-dirty' : ''}`;
