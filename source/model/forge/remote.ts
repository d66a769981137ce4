/** A repository on a server, as the address of a remote names it. */
export interface RemoteRepository {
  /** In small letters, without a port. */
  readonly host: string;
  /** Of the web pages where the address is one; null for the usual one. */
  readonly port: string | null;
  /** `owner/repo`, with all groups: `group/sub/repo`; without `.git`. */
  readonly path: string;
  readonly isSsh: boolean;
}

const withScheme =
  /^(https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/+(.+)$/i;

/** `git@host:owner/repo`, as scp writes it (git-clone(1)). */
const likeScp = /^(?:[^@/:]+@)?(\[[^\]]+\]|[^:/@]+):(?!\/\/)\/*(.+)$/;

const pathOf = (text: string): string => text.replace(/\/+$/, '').replace(/\.git$/, '');

/** Null for a folder of this machine, and for what is no address. */
export const remoteRepository = (url: string): RemoteRepository | null => {
  const [, scheme, host, port, path] = withScheme.exec(url) ?? [];
  if (scheme !== undefined && host !== undefined && path !== undefined) {
    const isWeb = /^https?$/i.test(scheme);
    return {
      host: host.toLowerCase(),
      port: isWeb ? (port ?? null) : null,
      path: pathOf(path),
      isSsh: /ssh/i.test(scheme),
    };
  }
  if (url.includes('://') || url.startsWith('/') || url.startsWith('.')) return null;
  const [, alias, place] = likeScp.exec(url) ?? [];
  return alias === undefined || place === undefined
    ? null
    : { host: alias.toLowerCase(), port: null, path: pathOf(place), isSsh: true };
};

/** The web page of the repository. */
export const webPage = ({ host, port, path }: RemoteRepository): string =>
  `https://${host}${port === null ? '' : `:${port}`}/${path.split('/').map(encodeURIComponent).join('/').replaceAll('%7E', '~')}`;
