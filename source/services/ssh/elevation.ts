import type { Elevation, HostEntry } from '../../model/host/host.ts';

/** How a tool is given a password: on standard input, or on a terminal that it is given for this. */
interface Asking {
  readonly from: 'standard-input' | 'terminal';
  /** POSIX test that succeeds where the tool would not ask. */
  readonly unneeded: string;
  readonly prefix: string;
}

interface ElevationTool {
  readonly name: Elevation;
  /** POSIX test that succeeds where the tool works without a question. */
  readonly probe: string;
  /** Put before a command to run it as root. */
  readonly prefix: string;
  /** Null where it takes no password. */
  readonly password: Asking | null;
}

/** For scripts that run already, without a process of its own: /proc/1 is root's, and nobody else sees it where processes are hidden (proc(5)). */
export const isRoot = '[ -O /proc/1 ]';

/** In the order in which they are tried. Without a password none of them may ask. */
export const elevationTools: readonly ElevationTool[] = [
  {
    name: 'root',
    probe: `{ [ "$user" = root ] && ${isRoot}; } || [ "$(id -u)" = 0 ]`,
    prefix: '',
    password: null,
  },
  {
    name: 'sudo',
    probe: 'sudo -n true </dev/null >/dev/null 2>&1',
    prefix: 'sudo -n ',
    // With `-k` it never goes by a password that it remembers.
    password: {
      from: 'standard-input',
      unneeded: 'sudo -k -n true </dev/null >/dev/null 2>&1',
      prefix: 'sudo -k -S -p "" ',
    },
  },
  {
    name: 'doas',
    probe: 'doas -n true </dev/null >/dev/null 2>&1',
    prefix: 'doas -n ',
    password: {
      from: 'terminal',
      unneeded: 'doas -n true </dev/null >/dev/null 2>&1',
      prefix: 'doas ',
    },
  },
  {
    name: 'run0',
    probe: 'run0 --no-ask-password true </dev/null >/dev/null 2>&1',
    prefix: 'run0 --no-ask-password ',
    password: {
      from: 'terminal',
      unneeded: 'run0 --no-ask-password true </dev/null >/dev/null 2>&1',
      prefix: 'run0 --background= ',
    },
  },
];

/** Exit status of the launcher where root was needed and no tool worked. */
export const elevationRefusedStatus = 93;

/** Where NixOS and other systems keep the tools that scripts need. */
export const searchPath =
  'PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH';

/** `none`: as the login user. `wanted`: as root where that needs no question. `needed`: as root or not at all. */
export type Privilege = 'none' | 'wanted' | 'needed';

const allowedTools = (entry: Pick<HostEntry, 'elevate'>): readonly ElevationTool[] =>
  elevationTools.filter(
    (tool) => entry.elevate === 'auto' || tool.name === 'root' || tool.name === entry.elevate,
  );

/** The first line of every script: does nothing, and shows a launcher that nobody has read it yet. */
export const unreadMark = ': nixup';

/** Ends a script that needs root, and is run by a shell that did not become it. Its `$1` and `$2` are those of the launcher. */
export const rootOrEnd = `if [ "$1" = none ]; then echo "nixup: $2 may not become root without a password" >&2; exit ${elevationRefusedStatus}; fi`;

/**
 * Becomes root by sudo without asking sudo beforehand, which would start it
 * twice. Where it refuses it leaves the script unread, and what follows may go
 * another way; else the script's own status ends all.
 */
const bySudo = [
  'if command -v sudo >/dev/null; then sudo -n sh -s sudo "$user"',
  'status=$?',
  'if [ $status = 0 ]; then exit 0; fi',
  'line=',
  'IFS= read -r line',
  `if [ "$line" = "${unreadMark}" ]; then :; else exit $status; fi`,
  'fi',
].join('; ');

/** sshd itself sets `USER` (session.c, do_setup_env); on this machine it may be somebody else's. */
const loginUser =
  'user=; if [ -n "$SSH_CONNECTION" ]; then user=$USER; fi; if [ -z "$user" ]; then user=$(id -un); fi';

/**
 * The command line of `sh -c` that reads a script from standard input, as root
 * where asked. `$1` of the script is the tool that was used or `none`, `$2` the
 * login user. It holds neither single quotes nor backslashes, so that every
 * login shell passes it on as it is.
 */
export const launcher = (
  entry: Pick<HostEntry, 'elevate'>,
  privilege: Privilege,
  hasPassword = false,
): string => {
  if (hasPassword && privilege !== 'none')
    return `${searchPath}; ${loginUser}; ${withPassword(allowedTools(entry))}`;
  const plain = 'exec sh -s none "$user"';
  if (privilege === 'none') return `${searchPath}; ${loginUser}; ${plain}`;
  const branches = allowedTools(entry).map((tool) =>
    tool.name === 'sudo'
      ? bySudo
      : `if ${tool.probe}; then exec ${tool.prefix}sh -s ${tool.name} "$user"; fi`,
  );
  const otherwise =
    privilege === 'wanted'
      ? plain
      : `echo "nixup: $user may not become root without a password" >&2; exit ${elevationRefusedStatus}`;
  return `${searchPath}; ${loginUser}; ${branches.join('; ')}; ${otherwise}`;
};

const refuse = (why: string): string => `echo "nixup: ${why}" >&2; exit ${elevationRefusedStatus}`;

/** The password's line is read away where nobody asks for it, so that it is not taken for the script. */
const forget = 'IFS= read -r secret; unset secret';

/** sudo reads the password byte by byte and leaves the script. */
const fromStandardInput = (name: string, { prefix }: Asking): string =>
  `exec ${prefix}sh -s ${name} "$user"`;

/**
 * A tool that asks a terminal gets one of its own, from `script`. The script
 * itself goes by named pipes: a terminal would echo it and change its lines.
 * What is typed before the tool asks is thrown away by it, so the password is
 * typed until root's shell says that it is there; it stands in no argument and
 * in no file.
 */
const fromTerminal = (name: string, { prefix }: Asking): string =>
  [
    `command -v script >/dev/null || { ${refuse(`${name} asks a terminal for its password, and there is no script(1) to give it one`)}; }`,
    'IFS= read -r secret',
    'd=$(mktemp -d) && mkfifo "$d/in" "$d/out" "$d/err" || exit 1',
    `echo ": >$d/ok; exec sh -s ${name} $user <$d/in >$d/out 2>$d/err" >"$d/run"`,
    'exec 3<&0',
    '{ cat "$d/out" </dev/null & cat "$d/err" </dev/null >&2 & cat <&3 >"$d/in" & }',
    [
      '{ while [ -e "$d/run" ]; do [ -e "$d/ok" ] || { printf %s "$secret"; echo; }; sleep 0.3; done; }',
      `{ script -qec "${prefix}sh $d/run" /dev/null; echo $? >"$d/status"; rm -f "$d/run"; }`,
      '{ grep -i -E "not permitted|not allowed|not authorized|access denied|no tty" >"$d/refused" || true; }',
    ].join(' 2>/dev/null | '),
    'read -r status <"$d/status"',
    'if [ -e "$d/ok" ]; then wait; rm -rf "$d"; exit $status; fi',
    // Nobody came to the other ends of the pipes: they are opened, so that what waits for that ends.
    'exec 4<>"$d/in" 5<>"$d/out" 6<>"$d/err"; exec 4>&- 5>&- 6>&-',
    `if [ -s "$d/refused" ]; then rm -rf "$d"; ${refuse(`${name} refuses $user`)}; fi`,
    'rm -rf "$d"',
    refuse('the password is wrong'),
  ].join('; ');

const ask = (tool: ElevationTool & { readonly password: Asking }): string => {
  const { name, prefix, password } = tool;
  const unasked = `if ${password.unneeded}; then ${forget}; exec ${prefix}sh -s ${name} "$user"; fi`;
  switch (password.from) {
    case 'standard-input':
      return `${unasked}; ${fromStandardInput(name, password)}`;
    case 'terminal':
      return `${unasked}; ${fromTerminal(name, password)}`;
  }
};

/**
 * Shell text that becomes root by the first of these tools that the host has;
 * the first line of standard input is the password, the rest the script. It
 * holds neither single quotes nor backslashes.
 */
const withPassword = (tools: readonly ElevationTool[]): string =>
  [
    `if [ "$(id -u)" = 0 ]; then ${forget}; exec sh -s root "$user"; fi`,
    ...tools.flatMap((tool) =>
      tool.password === null
        ? []
        : [
            `if command -v ${tool.name} >/dev/null; then ${ask({ ...tool, password: tool.password })}; fi`,
          ],
    ),
    refuse(
      `it has no ${tools
        .filter(({ password }) => password !== null)
        .map(({ name }) => name)
        .join(', ')}`,
    ),
  ].join('; ');
