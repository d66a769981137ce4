import { quoteWord } from '../../model/command.ts';
import type { BootRoom } from '../../model/deploy/boot-room.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { bootLoaders } from '../../parsers/boot/loaders.ts';
import { keyedValue } from '../../parsers/keyed-lines.ts';

const kernelFolders = bootLoaders.flatMap((loader) => loader.kernelFolders);

/**
 * Shell text that prints `boot-room PLACE NEEDED FREE` (bytes) where the loader
 * copies kernels to a file system of its own: what these systems would add to
 * it. The names are those of NixOS: the store path's name, then the file's.
 */
export const bootRoomScript = (systems: readonly StorePath[]): string => `
for place in ${kernelFolders.join(' ')}; do
  [ -d "$place" ] || continue
  set -- $(stat -c %d "$place" /nix/store)
  [ "$1" != "$2" ] || continue
  missing=
  for file in $(readlink -f ${systems.flatMap((system) => [quoteWord(`${system}/kernel`), quoteWord(`${system}/initrd`)]).join(' ')}); do
    [ -f "$file" ] || continue
    case "$missing " in *" $file "*) continue ;; esac
    name=\${file#/nix/store/}
    set -- "$place/\${name%%/*}"-*
    [ -e "$1" ] || missing="$missing $file"
  done
  needed=0
  for size in \${missing:+$(stat -c %s $missing)}; do needed=$((needed + size)); done
  set -- $(stat -f -c '%a %S' "$place")
  echo "boot-room $place $needed $((\${1:-0} * \${2:-0}))"
  break
done
`;

export const readBootRoom = (output: string): BootRoom | null => {
  const [, place, needed, free] =
    /^(\S+) (\d+) (\d+)$/.exec(keyedValue(output, 'boot-room') ?? '') ?? [];
  return place === undefined
    ? null
    : { place, neededBytes: Number(needed), freeBytes: Number(free) };
};
