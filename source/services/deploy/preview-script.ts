import { quoteWord } from '../../model/command.ts';
import { liveProperties } from '../../parsers/host/live-units.ts';

/** How long a dry run may take on the host, seconds. */
export const dryRunSeconds = 60;

/** What cannot change while the system runs: init interface, inhibitors, and which program carries the bus. */
export const describeFixed = (
  mark: string,
): string => `echo "${mark} init $(cat "$system/init-interface-version" 2>/dev/null)"
[ -e "$system/switch-inhibitors" ] && echo "${mark} inhibitors $(tr -d '\\n' <"$system/switch-inhibitors")"
bus=$(readlink -e "$system/etc/systemd/system/dbus.service") && echo "${mark} bus \${bus##*/}"`;

/** One fact a line, `MARK KEY VALUE`, for `parsers/host/system-description.ts`. Nothing is changed. */
export const describeSystem = (system: string, mark: string): string => `
system=${quoteWord(system)}
if [ -e "$system" ]; then
${describeFixed(mark)}
for part in kernel initrd kernel-modules systemd etc/systemd/system.conf; do [ -e "$system/$part" ] && echo "${mark} part $part $(readlink -f "$system/$part")"; done
[ -r "$system/etc/fstab" ] && sed 's/^/${mark} fstab /' "$system/etc/fstab"
if cd "$system/etc/systemd/system" 2>/dev/null; then
  sha256sum -- *.* *.d/*.conf 2>/dev/null | sed 's/^/${mark} sum /'
  for link in *.wants/* *.requires/* *.upholds/*; do [ -e "$link" ] && echo "${mark} link $link"; done
  find . -maxdepth 1 -type l ! -lname '*/*' 2>/dev/null | while read -r name; do echo "${mark} alias \${name#./} $(readlink "$name")"; done
  echo "${mark} units read"
  cd /
fi
fi
`;

/** What systemd has loaded and runs, and what a switch that was cut off had still to do. */
const liveScript = `
systemctl show --all '*' -p ${liveProperties.join(',')} 2>/dev/null | sed '/=$/d; s/^/live /'
for list in start restart reload; do sed "s/^/pending $list /" "/run/nixos/$list-list" 2>/dev/null; done
`;

/**
 * Of the host: the system that runs, what is booted, and, where the other one
 * is there already, that one too and what its `dry-activate` says.
 */
export const previewScript = (to: string, isSwitched: boolean): string => `
${describeSystem('/run/current-system', 'old')}
${isSwitched ? liveScript : ''}
for part in kernel initrd kernel-modules; do echo "booted part $part $(readlink -f "/run/booted-system/$part")"; done
new=${quoteWord(to)}
if nix-store --check-validity "$new" 2>/dev/null; then
${describeSystem(to, 'new')}
if [ "$(id -u)" = 0 ] && ${isSwitched ? 'true' : 'false'}; then
  said=$(timeout ${dryRunSeconds} "$new/bin/switch-to-configuration" dry-activate 2>&1 </dev/null)
  echo "dry-status $?"
  printf '%s\\n' "$said" | sed 's/^/dry /'
fi
fi
echo "nixup-preview-end"
`;

/** Only what `dry-activate` says of a system that is on the host. */
export const dryRunScript = (to: string): string => `
said=$(timeout ${dryRunSeconds} ${quoteWord(`${to}/bin/switch-to-configuration`)} dry-activate 2>&1 </dev/null)
echo "dry-status $?"
printf '%s\\n' "$said" | sed 's/^/dry /'
`;

/** The texts of unit files and drop-ins, each by its own name. */
export const unitTextsScript = (system: string, mark: string, names: readonly string[]): string => `
if cd ${quoteWord(system)}/etc/systemd/system 2>/dev/null; then
for name in ${names.map(quoteWord).join(' ')}; do
  [ -f "$name" ] || continue
  printf '${mark} unit %s\\n' "$name"
  sed 's/^/${mark} | /' "$name"
  echo
done
cd /
fi
`;
