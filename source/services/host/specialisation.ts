import { quoteWord } from '../../model/command.ts';
import { activatedPath } from '../../model/host/specialisation.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { knownGoodProfile, oldKnownGoodProfile, rootFolder, systemProfile } from './commands.ts';

/**
 * `belongs LINK` sets `parent`, a link to the system that LINK belongs to, and
 * `special`, the name of the specialisation of it that LINK is; empty where it
 * is a system itself. Profile and boot entry come from the parent, so wherever
 * systems are compared a specialisation counts as that. `expecting` may name a
 * system that is looked at first: one specialisation can be that of two.
 */
export const belongsFunction = `belongs() {
  parent=$1
  special=
  [ ${systemProfile} -ef "$1" ] && return
  for each in \${expecting:+"$expecting"/specialisation/*} ${systemProfile}/specialisation/* ${systemProfile}-*-link/specialisation/* \\
    ${knownGoodProfile}/specialisation/* ${oldKnownGoodProfile}/specialisation/* ${rootFolder}/*/specialisation/*; do
    if [ "$each" -ef "$1" ]; then
      parent=\${each%/specialisation/*}
      special=\${each##*/}
      return
    fi
  done
}`;

/** Sets `running` to the system that runs, and `special` to its specialisation. */
export const runningSystem = `expecting=
${belongsFunction}
belongs /run/current-system
running=$(readlink -f "$parent")`;

/** Whether a system has a specialisation. A condition of the shell. */
export const hasSpecialisation = (system: StorePath, name: string): string =>
  `[ -x ${quoteWord(`${activatedPath(system, name)}/bin/switch-to-configuration`)} ]`;
