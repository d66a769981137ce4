/** Why a push did not happen, read from git's and the server's words. */
export type PushRefusal =
  | { readonly kind: 'behind' }
  /** The remote is a checkout, and the branch is the one that is checked out there. */
  | { readonly kind: 'checked-out'; readonly detail: string }
  | { readonly kind: 'refused-by-server'; readonly detail: string }
  | { readonly kind: 'login'; readonly detail: string }
  | { readonly kind: 'host-key'; readonly detail: string }
  | { readonly kind: 'no-repository'; readonly detail: string }
  | { readonly kind: 'offline'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

type Kind = Exclude<PushRefusal['kind'], 'behind'>;

/** In this order: ssh's reason comes before git's general "Could not read from remote repository". */
const signs: readonly (readonly [Kind, RegExp])[] = [
  ['checked-out', /\[remote rejected\].*\(branch is currently checked out\)/i],
  ['refused-by-server', /\[remote rejected\]|hook declined|protected branch|GH\d{3}:/i],
  ['host-key', /host key verification failed|remote host identification has changed/i],
  [
    'login',
    /permission denied|authentication failed|could not read (?:username|password)|invalid (?:username|credentials)|returned error: 40[13]|denied to|not allowed to push|terminal prompts disabled|write access .* not granted/i,
  ],
  [
    'offline',
    /could not resolve|name or service not known|temporary failure in name resolution|network is unreachable/i,
  ],
  [
    'unreachable',
    /connection (?:timed out|refused|reset|closed)|no route to host|operation timed out|failed to connect|unable to access/i,
  ],
  [
    'no-repository',
    /repository not found|does not appear to be a git repository|does not exist|returned error: 404/i,
  ],
];

/** Reads the last words of `git push`, in English. */
export const readPushRefusal = (tail: readonly string[]): PushRefusal => {
  if (tail.some((line) => /! \[rejected\].*\((?:fetch first|non-fast-forward)/.test(line)))
    return { kind: 'behind' };
  for (const [kind, sign] of signs) {
    const detail = tail.find((line) => sign.test(line));
    if (detail !== undefined)
      return { kind, detail: detail.replace(/^(?:remote|fatal|error):\s*/, '').trim() };
  }
  // Git's advice comes after its reason: "… and the repository exists."
  const told = tail.find((line) => /^(?:fatal|error):/.test(line)) ?? tail.at(-1);
  return {
    kind: 'unknown',
    detail: told?.replace(/^(?:fatal|error):\s*/, '').trim() ?? 'git said nothing',
  };
};
