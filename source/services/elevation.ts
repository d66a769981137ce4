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

/**
 * The command line of `sh -c` that reads a script from standard input, as root
 * where asked. `$1` of the script is the tool that was used or `none`, `$2` the
 * login user. It holds neither single quotes nor backslashes, so that every
 * login shell passes it on as it is.
 */
export const launcher = (entry: Pick<HostEntry, 'elevate'>, privilege: Privilege): string => {
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
