import type { Attributes } from './lock.ts';
import { textOf } from './lock-attributes.ts';

/** A repository, and the kind of forge that it is on: by that its pages and questions are built. */
export interface Repository {
  readonly forge: 'github' | 'gitlab' | 'sourcehut' | 'forgejo' | 'cgit' | 'git';
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
  /** Where its pages are, where that is not `https://` and the host: another port, or no encryption. */
  readonly pages?: string;
}

const decoded = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Reads a url as Nix writes it; null for anything else. */
export const readUrl = (text: string | undefined): URL | null => {
  const bare = text?.replace(/^(?:git|hg|tarball|file)\+(?=[a-z]+:)/, '');
  return bare !== undefined && URL.canParse(bare) ? new URL(bare) : null;
};

const forgejoHosts = new Set([
  'codeberg.org',
  'git.clan.lol',
  'git.lix.systems',
  'gitea.com',
  'git.gay',
  'git.disroot.org',
  'notabug.org',
]);
const gitlabHosts = new Set(['salsa.debian.org', 'invent.kde.org', 'framagit.org', '0xacab.org']);
const cgitHosts = new Set(['git.kernel.org', 'git.zx2c4.com', 'git.savannah.gnu.org']);

const forgeOfHost = (host: string, path: string): Repository['forge'] => {
  if (host === 'github.com') return 'github';
  if (/(?:^|\.)gitlab\./.test(host) || gitlabHosts.has(host)) return 'gitlab';
  if (host === 'git.sr.ht') return 'sourcehut';
  if (forgejoHosts.has(host) || /(?:^|\.)(?:forgejo|gitea)\./.test(host)) return 'forgejo';
  if (cgitHosts.has(host) || /(?:^|\.)cgit\./.test(host) || path.startsWith('/cgit/'))
    return 'cgit';
  return 'git';
};

const repositoryOfGit = (url: URL): Repository | null => {
  if (url.protocol === 'file:' || url.hostname === '') return null;
  const host = url.hostname.toLowerCase();
  const segments = decoded(url.pathname)
    .split('/')
    .filter((part) => part !== '');
  const last = segments.pop();
  if (last === undefined) return null;
  const forge = forgeOfHost(host, url.pathname);
  const repo = forge === 'cgit' ? last : last.replace(/\.git$/, '');
  // The port of ssh serves no pages.
  const isOfWeb = url.protocol === 'http:' || (url.protocol === 'https:' && url.port !== '');
  const pages = isOfWeb ? { pages: `${url.protocol}//${url.host}` } : {};
  return { forge, host, owner: segments.join('/'), repo, ...pages };
};

/** Urls of archives behind which a forge stands, each with the groups host, owner and repo. */
const archiveForms: readonly {
  readonly form: RegExp;
  readonly forge?: Repository['forge'];
  readonly host?: string;
}[] = [
  {
    form: /^https:\/\/(?<at>(?:api\.)?flakehub\.com)\/f\/(?:pinned\/)?(?<owner>[^/]+)\/(?<repo>[^/]+)\//,
    forge: 'github',
    host: 'github.com',
  },
  {
    form: /^https:\/\/(?<host>github\.com)\/(?<owner>[^/]+)\/(?<repo>[^/]+)\/(?:archive|tarball|releases)\//,
    forge: 'github',
  },
  {
    form: /^https:\/\/codeload\.github\.com\/(?<owner>[^/]+)\/(?<repo>[^/]+)\//,
    forge: 'github',
    host: 'github.com',
  },
  {
    form: /^https:\/\/api\.github\.com\/repos\/(?<owner>[^/]+)\/(?<repo>[^/]+)\/tarball\//,
    forge: 'github',
    host: 'github.com',
  },
  {
    form: /^https:\/\/(?<host>[^/]+)\/api\/v4\/projects\/(?<owner>[^/]+)%2[Ff](?<repo>[^/%]+)\/repository\/archive/,
    forge: 'gitlab',
  },
  {
    form: /^https:\/\/(?<host>[^/]+)\/(?<owner>.+)\/(?<repo>[^/]+)\/-\/archive\//,
    forge: 'gitlab',
  },
  {
    form: /^https?:\/\/(?<host>[^/]+)\/api\/v1\/repos\/(?<owner>[^/]+)\/(?<repo>[^/]+)\/archive\//,
    forge: 'forgejo',
  },
  {
    form: /^https:\/\/git\.sr\.ht\/(?<owner>~[^/]+)\/(?<repo>[^/]+)\/archive\//,
    forge: 'sourcehut',
    host: 'git.sr.ht',
  },
  {
    form: /^https?:\/\/(?<host>[^/]+)\/(?<owner>[^/]+)\/(?<repo>[^/]+)\/archive\/[^/]+\.(?:tar|zip|tgz)/,
    forge: 'forgejo',
  },
];

const channelForm =
  /^https?:\/\/(?:channels\.nixos\.org|releases\.nixos\.org|nixos\.org\/channels)\/(?<rest>.*)$/;

/** FlakeHub numbers the releases of nixpkgs `0.2605.N`, and the unstable branch `0.1.N`. */
const flakehubNixpkgs =
  /^https:\/\/(?:api\.)?flakehub\.com\/f\/(?:pinned\/)?nixos\/nixpkgs\/0\.(?:(?<year>\d\d)(?<month>\d\d)|1)(?!\d)/i;

/** The version that FlakeHub gave a flake, as a pinned url has it: `1.0.100`; undefined in other urls. */
export const flakehubVersion = (url: string | undefined): string | undefined =>
  /^https:\/\/api\.flakehub\.com\/f\/pinned\/[^/]+\/[^/]+\/(\d+(?:\.\d+)*)/.exec(url ?? '')?.[1];

/** The revision in a released url of a NixOS channel, 11 to 14 digits; undefined in other urls. */
export const channelRevision = (url: string | undefined): string | undefined =>
  /^https:\/\/releases\.nixos\.org\/.*\.([0-9a-f]{11,14})\//.exec(url ?? '')?.[1];

/** The revision that a locked reference has, or that the url of its channel carries. */
export const revisionOf = (attributes: Attributes): string | undefined =>
  textOf(attributes, 'rev') ?? channelRevision(textOf(attributes, 'url'));

/** `nixos-26.05` or `nixos-unstable` of a url of a NixOS channel; null for other urls. */
export const channelOf = (url: string | undefined): string | null => {
  const flakehub = flakehubNixpkgs.exec(url ?? '')?.groups;
  if (flakehub !== undefined)
    return flakehub['year'] === undefined
      ? 'nixos-unstable'
      : `nixos-${flakehub['year']}.${flakehub['month'] ?? ''}`;
  const rest = channelForm.exec(url ?? '')?.groups?.['rest'];
  if (rest === undefined) return null;
  const released = /^(nixos|nixpkgs|nix)\/([^/]+)\//.exec(rest);
  if (released !== null)
    return `${released[1]}-${released[2]}`.replace(/^nixpkgs-nixpkgs/, 'nixpkgs');
  return /^([^/]+)/.exec(rest)?.[1] ?? null;
};

const repositoryOfArchive = (url: string): Repository | null => {
  if (channelForm.test(url))
    return { forge: 'github', host: 'github.com', owner: 'NixOS', repo: 'nixpkgs' };
  for (const { form, forge, host } of archiveForms) {
    const groups = form.exec(url)?.groups;
    const found = groups?.['host'] ?? host;
    if (groups === undefined || found === undefined || forge === undefined) continue;
    return {
      forge,
      host: found.toLowerCase(),
      owner: decoded(groups['owner'] ?? ''),
      repo: decoded(groups['repo'] ?? ''),
      ...(url.startsWith('http:') ? { pages: `http://${found.toLowerCase()}` } : {}),
    };
  }
  return null;
};

const forgeTypes: Readonly<
  Record<string, { readonly forge: Repository['forge']; readonly host: string }>
> = {
  github: { forge: 'github', host: 'github.com' },
  gitlab: { forge: 'gitlab', host: 'gitlab.com' },
  sourcehut: { forge: 'sourcehut', host: 'git.sr.ht' },
};

/** The repository that a reference comes from, also where an archive hides it; null when none is known. */
export const repositoryOf = (attributes: Attributes): Repository | null => {
  const type = textOf(attributes, 'type') ?? '';
  const known = Object.hasOwn(forgeTypes, type) ? forgeTypes[type] : undefined;
  if (known !== undefined) {
    const owner = textOf(attributes, 'owner');
    const repo = textOf(attributes, 'repo');
    if (owner === undefined || repo === undefined) return null;
    const host = (textOf(attributes, 'host') ?? known.host).toLowerCase();
    return { forge: known.forge, host, owner: decoded(owner), repo: decoded(repo) };
  }
  const url = textOf(attributes, 'url');
  if (url === undefined) return null;
  if (type === 'tarball' || type === 'file') return repositoryOfArchive(url);
  const read = type === 'git' ? readUrl(url) : null;
  return read === null ? null : repositoryOfGit(read);
};

/** Whether two references plainly name the same source: the usual case, seen without reading urls. */
export const sameSource = (left: Attributes, right: Attributes): boolean =>
  ['type', 'host', 'owner', 'repo', 'url'].every((name) => left[name] === right[name]);

/** The host that a reference is fetched from; null for local ones. */
export const hostOf = (attributes: Attributes): string | null => {
  const type = textOf(attributes, 'type') ?? '';
  const known = Object.hasOwn(forgeTypes, type) ? forgeTypes[type] : undefined;
  if (known !== undefined) return (textOf(attributes, 'host') ?? known.host).toLowerCase();
  const host = readUrl(textOf(attributes, 'url'))?.hostname.toLowerCase();
  return host === undefined || host === '' ? null : host.replace(/^(?:api|codeload)\./, '');
};

export const sameRepository = (left: Repository, right: Repository): boolean =>
  left.host === right.host &&
  left.owner.toLowerCase() === right.owner.toLowerCase() &&
  left.repo.toLowerCase() === right.repo.toLowerCase();
