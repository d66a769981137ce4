import type { Elevation, HostEntry } from '../model/host.ts';

interface ElevationTool {
  readonly name: Elevation;
  /** POSIX test that succeeds where the tool works without a question. */
  readonly probe: string;
  /** Put before a command to run it as root. */
  readonly prefix: string;
}

/** In the order in which they are tried. None of them may ask. */
export const elevationTools: readonly ElevationTool[] = [
  { name: 'root', probe: '[ "$(id -u)" = 0 ]', prefix: '' },
  { name: 'sudo', probe: 'sudo -n true </dev/null >/dev/null 2>&1', prefix: 'sudo -n ' },
  { name: 'doas', probe: 'doas -n true </dev/null >/dev/null 2>&1', prefix: 'doas -n ' },
  {
    name: 'run0',
    probe: 'run0 --no-ask-password true </dev/null >/dev/null 2>&1',
    prefix: 'run0 --no-ask-password ',
  },
];

/** Exit status of the launcher where root was needed and no tool worked. */
export const elevationRefusedStatus = 93;

/** Where NixOS and other systems keep the tools that scripts need. */
export const searchPath =
  'PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH';

/** `none`: as the login user. `wanted`: as root where that needs no question. `needed`: as root or not at all. */
export type Privilege = 'none' | 'wanted' | 'needed';

/** Only sudo takes a password from standard input; doas and run0 ask a terminal, and need a rule instead. */
const sudoPrefix = 'sudo -k -S -p ""';

/** Reads the password from standard input and asks for nothing else: whether it is the right one. */
export const passwordCheck = `${searchPath}; exec ${sudoPrefix} true`;

/**
 * The first line of standard input is the password. sudo reads it byte by byte
 * and leaves the script; where it would not ask, the line is read away first.
 * With `-k` it never goes by a password that it remembers.
 */
const withPassword = (): string =>
  [
    'if [ "$(id -u)" = 0 ]; then IFS= read -r secret; unset secret; exec sh -s root "$user"; fi',
    'if sudo -k -n true </dev/null >/dev/null 2>&1; then IFS= read -r secret; unset secret; exec sudo -n sh -s sudo "$user"; fi',
    `exec ${sudoPrefix} sh -s sudo "$user"`,
  ].join('; ');

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
    return `${searchPath}; user=$(id -un); ${withPassword()}`;
  const plain = 'exec sh -s none "$user"';
  if (privilege === 'none') return `${searchPath}; user=$(id -un); ${plain}`;
  const allowed = elevationTools.filter(
    (tool) => entry.elevate === 'auto' || tool.name === 'root' || tool.name === entry.elevate,
  );
  const branches = allowed.map(
    (tool) => `if ${tool.probe}; then exec ${tool.prefix}sh -s ${tool.name} "$user"; fi`,
  );
  const otherwise =
    privilege === 'wanted'
      ? plain
      : `echo "nixup: $user may not become root without a password" >&2; exit ${elevationRefusedStatus}`;
  return `${searchPath}; user=$(id -un); ${branches.join('; ')}; ${otherwise}`;
};
