import { quoteWord } from '../../model/command.ts';
import { keptActivations } from '../../model/host/last-activations.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { activationsFile } from '../host/commands.ts';

/** Who brings a host from which system to which, as the host keeps it. */
export interface HostRecord {
  /** `anna@desk` */
  readonly who: string;
  readonly run: string;
  readonly from: StorePath | null;
  readonly to: StorePath;
  /** Fingerprint of the lock that the system comes from; null where it is not known. */
  readonly lock: string | null;
}

/** One word of printable ASCII: the line is divided by spaces. */
const plainWord = (text: string | null): string => {
  const plain = (text ?? '').replaceAll(/[^\x21-\x7e]/g, '_').slice(0, 200);
  return plain === '' ? '-' : plain;
};

/**
 * A shell function that adds a line to what the host keeps of nixup's last activations; its first word is how it
 * ended. Bounded, replaced in one step, readable for all (by the umask of the script). Where it cannot be written, the activation goes on.
 */
export const noteActivationFunction = ({ who, run, from, to, lock }: HostRecord): string => {
  const words = [who, run, from, to, lock].map(plainWord).join(' ');
  return `note_activation() {
  noted=${activationsFile}
  [ ! -L "$noted" ] && { [ ! -e "$noted" ] || [ -f "$noted" ]; } || return 0
  {
    [ -f "$noted" ] && tail -c 16000 "$noted" | grep '^1 ' | tail -n ${keptActivations - 1}
    printf '1 %s %s %s\\n' "$(date +%s)" ${quoteWord(words)} "\${1%% *}"
  } >"$noted.$$" 2>/dev/null && mv -f "$noted.$$" "$noted" || rm -f "$noted.$$"
} 2>/dev/null`;
};
