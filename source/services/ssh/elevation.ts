import type { HostEntry } from '../../model/host/host.ts';
import { withPassword } from './elevation-password.ts';
import { type ElevationTool, elevationRefusedStatus, elevationTools } from './elevation-tools.ts';

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
    return `${searchPath}; user=$(id -un); ${withPassword(allowedTools(entry))}`;
  const plain = 'exec sh -s none "$user"';
  if (privilege === 'none') return `${searchPath}; user=$(id -un); ${plain}`;
  const branches = allowedTools(entry).map((tool) =>
    tool.name === 'sudo'
      ? bySudo
      : `if ${tool.probe}; then exec ${tool.prefix}sh -s ${tool.name} "$user"; fi`,
  );
  const otherwise =
    privilege === 'wanted'
      ? plain
      : `echo "nixup: $user may not become root without a password" >&2; exit ${elevationRefusedStatus}`;
  return `${searchPath}; user=$(id -un); ${branches.join('; ')}; ${otherwise}`;
};
