import { branchName } from './branch.ts';
import type { Attributes, AttributeValue } from './lock.ts';
import { sameValue, textOf } from './lock-attributes.ts';
import { readUrl } from './source.ts';

/** These say how an input is fetched or what it was, not where it comes from. */
const notPartOfTheSource = new Set([
  'rev',
  'narHash',
  'lastModified',
  'revCount',
  'shallow',
  'allRefs',
  'name',
]);

const defaultHosts: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  sourcehut: 'git.sr.ht',
};

const plainUrl = (text: string): string => {
  const url = readUrl(text);
  if (url === null) return text.replace(/\/+$/, '').replace(/\.git$/, '');
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  const onForge = url.hostname.toLowerCase() === 'github.com';
  return `${url.protocol}//${url.username}@${url.host.toLowerCase()}${onForge ? path.toLowerCase() : path}${url.search}`;
};

const plainValue = (type: string, name: string, value: AttributeValue): AttributeValue => {
  if (typeof value !== 'string') return value;
  if (name === 'ref') return branchName(value);
  if (name === 'host') return value.toLowerCase();
  if (name === 'url') return plainUrl(value);
  if ((name === 'owner' || name === 'repo') && Object.hasOwn(defaultHosts, type))
    return value.replace(/%2f/gi, '/').toLowerCase();
  return value;
};

/** The attributes that name the source, with every spelling that means the same made equal. */
const plainSource = (original: Attributes): Attributes => {
  const type = textOf(original, 'type') ?? '';
  const plain: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(original)) {
    if (notPartOfTheSource.has(name) || value === undefined || value === false || value === '')
      continue;
    plain[name] = plainValue(type, name, value);
  }
  if (plain['host'] !== undefined && plain['host'] === defaultHosts[type]) delete plain['host'];
  return plain;
};

/**
 * Whether two originals ask for the same thing. Another pinned revision of the
 * same source does not count; pinning or unpinning does.
 */
export const sameOriginal = (old: Attributes, now: Attributes): boolean => {
  if (sameValue(old, now)) return true;
  const wasPinned = textOf(old, 'rev') !== undefined;
  const isPinned = textOf(now, 'rev') !== undefined;
  return wasPinned === isPinned && sameValue(plainSource(old), plainSource(now));
};
