import { valuesOf } from '../keyed-lines.ts';
import type { PendingChoice } from './loader.ts';

/*
 * What is chosen for one boot below or beside the boot loader. UEFI specification: `BootNext` names
 * an entry of the firmware (efibootmgr --bootnext, fwupd), and bit 0 of `OsIndications` opens the
 * firmware's own menu (systemctl reboot --firmware-setup). reboot(2): an argument, which systemd
 * keeps until the restart (systemctl reboot --reboot-argument), such as `0 tryboot` of a Raspberry Pi.
 */

const variables = '/sys/firmware/efi/efivars';
const vendor = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const argumentFile = '/run/systemd/reboot-param';

/** Shell text that prints these choices, and changes nothing. */
export const firmwareOnceScript = `
file=${variables}/BootNext-${vendor}
[ -r "$file" ] && echo "once-next $(tail -c +5 "$file" | od -A n -t x2 | tr -d ' \\n' | tr a-f A-F)"
file=${variables}/OsIndications-${vendor}
[ -r "$file" ] && echo "once-indications $(tail -c +5 "$file" | od -A n -N 1 -t u1 | tr -d ' \\n')"
if [ -r ${argumentFile} ]; then echo "once-argument $(head -c 200 ${argumentFile} | tr '\\n' ' ')"; fi
`;

export const firmwareOnceKeys = ['once-next', 'once-indications', 'once-argument'];

/** What was chosen for the next boot, whatever the boot loader would start. */
export const pendingInFirmware = (lines: readonly string[]): PendingChoice | null => {
  const value = (key: string): string | null => valuesOf(lines, key).at(-1)?.trim() || null;
  if (Number(value('once-indications') ?? 0) % 2 === 1)
    return {
      entry: 'the menu of the firmware',
      by: 'systemctl reboot --firmware-setup (OsIndications)',
      toplevel: null,
    };
  const next = value('once-next');
  if (next !== null)
    return {
      entry: `the entry Boot${next} of the firmware`,
      by: 'efibootmgr --bootnext (BootNext)',
      toplevel: null,
    };
  const argument = value('once-argument');
  return argument === null
    ? null
    : {
        entry: `what the firmware does with the argument "${argument}"`,
        by: `systemctl reboot --reboot-argument (${argumentFile})`,
        toplevel: null,
      };
};

/** Shell text that takes these choices back. The kernel protects variables from being changed by mistake. */
export const forgetFirmwareOnce = `
(
  rm -f ${argumentFile}
  file=${variables}/BootNext-${vendor}
  if [ -e "$file" ]; then chattr -i "$file" 2>/dev/null; rm -f "$file"; fi
  file=${variables}/OsIndications-${vendor}
  [ -r "$file" ] || exit 0
  set -- $(od -A n -t u1 "$file")
  [ $# -ge 5 ] && [ $(($5 % 2)) = 1 ] || exit 0
  first=$(($5 - 1))
  shift 5
  chattr -i "$file" 2>/dev/null
  printf "$(printf '\\\\%03o' 7 0 0 0 "$first" "$@")" >"$file"
  exit 0
) >/dev/null 2>&1 </dev/null
`;
