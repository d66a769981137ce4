import { isFollows, type LockChange } from '../lock/change.ts';
import type { LockedReference } from '../lock/lock.ts';
import { showDate } from '../words/format-time.ts';

const encode = (value: string): string => encodeURIComponent(value).replaceAll('%2F', '/');

const query = (fields: readonly (readonly [string, string | number | undefined])[]): string => {
  const set = fields.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encode(String(value))}`],
  );
  return set.length === 0 ? '' : `?${set.join('&')}`;
};

/** A locked reference as Nix writes it (libflake/flakeref.cc, the fetchers' toURL). */
const referenceText = (locked: LockedReference): string => {
  const { type, dir, host, narHash, owner, repo, rev, ref, url, path } = locked;
  if (owner !== undefined && repo !== undefined)
    return `${type}:${owner}/${repo}${rev === undefined ? '' : `/${rev}`}${query([
      ['dir', dir],
      ['host', host],
      ['narHash', narHash],
    ])}`;
  const common = [
    ['dir', dir],
    ['narHash', narHash],
    ['ref', ref],
    ['rev', rev],
  ] as const;
  if (path !== undefined) return `path:${path}${query(common)}`;
  const scheme = type === 'git' || type === 'hg' ? `${type}+` : '';
  const address = url ?? locked.id ?? type;
  const rest = query(common);
  return `${scheme}${address}${address.includes('?') ? rest.replace('?', '&') : rest}`;
};

const sideText = (side: NonNullable<LockChange['old']>): string => {
  if (isFollows(side)) return `follows '${side.follows}'`;
  const at = side.lastModified;
  return `'${referenceText(side)}'${at === undefined ? '' : ` (${showDate(at * 1_000)})`}`;
};

const changeText = ({ path, old, new: now }: LockChange): readonly string[] => {
  if (old === null && now !== null) return [`• Added input '${path}':`, `    ${sideText(now)}`];
  if (old !== null && now === null) return [`• Removed input '${path}'`];
  return old === null || now === null
    ? []
    : [`• Updated input '${path}':`, `    ${sideText(old)}`, `  → ${sideText(now)}`];
};

/**
 * The block that Nix writes below the subject for `--commit-lock-file` (LockFile::diff in
 * libflake/lockfile.cc). Nix tells an input only where its locked reference differs.
 */
export const nixBlock = (changes: readonly LockChange[]): string | undefined => {
  const told = changes.filter(({ lockedChanged, kind }) => lockedChanged || kind === 'follows');
  return told.length === 0
    ? undefined
    : ['Flake lock file updates:', '', ...told.flatMap(changeText)].join('\n');
};
