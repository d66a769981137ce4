import { quoteWord } from '../model/command.ts';

/** How long a dry run may take on the host, seconds. */
export const dryRunSeconds = 60;

/** One fact a line, `MARK KEY VALUE`, for `parsers/system-description.ts`. Nothing is changed. */
export const describeSystem = (system: string, mark: string): string => `
system=${quoteWord(system)}
if [ -e "$system" ]; then
echo "${mark} init $(cat "$system/init-interface-version" 2>/dev/null)"
[ -e "$system/switch-inhibitors" ] && echo "${mark} inhibitors $(tr -d '\\n' <"$system/switch-inhibitors")"
for part in kernel initrd kernel-modules systemd; do echo "${mark} part $part $(readlink -f "$system/$part")"; done
if cd "$system/etc/systemd/system" 2>/dev/null; then
  sha256sum -- *.* *.d/*.conf 2>/dev/null | sed 's/^/${mark} sum /'
  for link in *.wants/* *.requires/*; do [ -e "$link" ] && echo "${mark} want \${link##*/}"; done
  cd /
fi
fi
`;

/**
 * Of the host: the system that runs, what is booted, and, where the other one
 * is there already, that one too and what its `dry-activate` says.
 */
export const previewScript = (to: string, isSwitched: boolean): string => `
${describeSystem('/run/current-system', 'old')}
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

/** The texts of unit files, with their drop-ins. */
export const unitTextsScript = (system: string, mark: string, names: readonly string[]): string => `
if cd ${quoteWord(system)}/etc/systemd/system 2>/dev/null; then
for name in ${names.map(quoteWord).join(' ')}; do
  for file in "$name" "$name".d/*.conf; do
    [ -f "$file" ] || continue
    printf '${mark} unit %s\\n' "$name"
    sed 's/^/${mark} | /' "$file"
    echo
  done
done
cd /
fi
`;
