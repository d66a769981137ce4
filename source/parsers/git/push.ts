/** Why a push did not happen, read from git's and the server's words. */
export type PushRefusal =
  | { readonly kind: 'behind' }
  /** The remote is a checkout, and the branch is the one that is checked out there. */
  | { readonly kind: 'checked-out'; readonly detail: string }
  | { readonly kind: 'refused-by-server'; readonly detail: string }
  /** A hook of this repository, before anything was sent. */
  | { readonly kind: 'refused-by-hook'; readonly detail: string }
  | { readonly kind: 'mirror' }
  | { readonly kind: 'login'; readonly detail: string }
  | { readonly kind: 'host-key'; readonly detail: string }
  | { readonly kind: 'no-repository'; readonly detail: string }
  | { readonly kind: 'offline'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

type Kind = Exclude<PushRefusal['kind'], 'behind' | 'mirror' | 'refused-by-hook'>;

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

const notPushed = /^error: failed to push some refs to /;

/**
 * What the hook pre-push said. Where it refuses, git adds one line and no other: it has not
 * spoken to the remote yet (transport.c, run_pre_push_hook). Null where git says more.
 */
const wordsOfHook = (tail: readonly string[]): string | null => {
  if (!tail.some((line) => notPushed.test(line))) return null;
  if (tail.some((line) => /^(?:fatal: |To |\s*! \[|remote: )/.test(line))) return null;
  const said = tail.filter((line) => !notPushed.test(line) && !/^(?:hint: |\s*$)/.test(line));
  return said.length === 0 ? 'it gave no reason' : said.slice(-3).join(' / ').trim();
};

/** What the server's hooks said, by the last of their lines. */
const wordsOfServer = (tail: readonly string[], besides: string): readonly string[] =>
  tail
    .flatMap((line) =>
      line !== besides && line.startsWith('remote:') ? [line.slice(7).trim()] : [],
    )
    .filter((line) => line !== '')
    .slice(-3);

/** Reads the last words of `git push`, in English. */
export const readPushRefusal = (tail: readonly string[]): PushRefusal => {
  if (tail.some((line) => /! \[rejected\].*\((?:fetch first|non-fast-forward)/.test(line)))
    return { kind: 'behind' };
  if (tail.some((line) => /^fatal: --mirror can't be combined/.test(line)))
    return { kind: 'mirror' };
  const byHook = wordsOfHook(tail);
  if (byHook !== null) return { kind: 'refused-by-hook', detail: byHook };
  for (const [kind, sign] of signs) {
    const detail = tail.find((line) => sign.test(line));
    if (detail === undefined) continue;
    const said = detail.replace(/^(?:remote|fatal|error):\s*/, '').trim();
    const own = kind === 'refused-by-server' ? wordsOfServer(tail, detail) : [];
    return { kind, detail: own.length === 0 ? said : `${said}: ${own.join(' / ')}` };
  }
  // Git's advice comes after its reason: "… and the repository exists."
  const line = tail.find((line) => /^(?:fatal|error):/.test(line)) ?? tail.at(-1);
  return {
    kind: 'unknown',
    detail: line?.replace(/^(?:fatal|error):\s*/, '').trim() ?? 'git said nothing',
  };
};

/** Lines of git itself about a push that succeeded (transport.c, builtin/push.c, and its progress). */
const ofGit =
  /^(?:To |\s*[ *+=!-]? ?(?:\[[a-z ]+\]|[0-9a-f]{7,64}\.{2,3}[0-9a-f]{7,64})\s|Everything up-to-date|branch '.*' set up to track|Branch '.*' set up to track|remote: (?:Resolving|Counting|Compressing|Enumerating|Total|Processing changes)\b|(?:Enumerating|Counting|Compressing|Writing) objects|Total \d|Delta compression|warning: |\s*$)/;

const mostWords = 12;

/** What the hooks of a push said, here (pre-push) and on the server (pre-receive and others); `remote:` is git's mark. */
export const pushHookWords = (lines: readonly string[]): readonly string[] =>
  lines
    .filter((line) => !ofGit.test(line))
    .map((line) => line.replace(/^remote:\s*/, '').trim())
    .filter((line) => line !== '')
    .slice(0, mostWords);
