import type { BootRoom } from '../model/boot-room.ts';
import { quoteWord } from '../model/command.ts';
import type { StorePath } from '../model/host.ts';

/**
 * Shell text that prints `boot-room PLACE NEEDED FREE` (bytes) where the loader
 * copies kernels to a file system of its own: what these systems would add to
 * it. The names are those of NixOS: the store path's name, then the file's
 * (systemd-boot-builder.py, install-grub.pl, extlinux-conf-builder.sh).
 */
export const bootRoomScript = (systems: readonly StorePath[]): string => `
for place in /boot/EFI/nixos /efi/EFI/nixos /boot/efi/EFI/nixos /boot/kernels /boot/nixos; do
  [ -d "$place" ] && [ "$(stat -c %d "$place")" != "$(stat -c %d /nix/store)" ] || continue
  needed=0
  counted=
  for system in ${systems.map(quoteWord).join(' ')}; do
    for part in "$system/kernel" "$system/initrd"; do
      file=$(readlink -f "$part") && [ -f "$file" ] || continue
      case "$counted " in *" $file "*) continue ;; esac
      counted="$counted $file"
      name=\${file#/nix/store/}
      set -- "$place/\${name%%/*}"-*
      [ -e "$1" ] || needed=$((needed + $(stat -c %s "$file")))
    done
  done
  free=$(df -P -k "$place" | { read -r heading; read -r device blocks used available rest; echo "$available"; })
  echo "boot-room $place $needed $((free * 1024))"
  break
done
`;

export const readBootRoom = (output: string): BootRoom | null => {
  const [, place, needed, free] = /^boot-room (\S+) (\d+) (\d+)$/m.exec(output) ?? [];
  return place === undefined
    ? null
    : { place, neededBytes: Number(needed), freeBytes: Number(free) };
};
