/**
 * Shell text that prints the boot loader's own files, one fact a line, many of
 * one kind behind `nixup-part KEY`, for `parsers/boot-entries.ts`. Reading them
 * may need root. Where no loader is found it prints nothing.
 */
export const bootScript = `
for esp in /boot /efi /boot/efi; do
  if [ -d "$esp" ] && { [ ! -r "$esp" ] || [ ! -x "$esp" ]; }; then echo "boot-unreadable $esp"; fi
  if [ -e "$esp/loader/loader.conf" ]; then
    echo "loader-conf $esp"
    while IFS= read -r line || [ -n "$line" ]; do echo "loader-line $line"; done <"$esp/loader/loader.conf"
    echo "nixup-part entry-line"
    grep -E '^(title|version|sort-key|machine-id|options)[[:space:]]' "$esp"/loader/entries/*.conf /dev/null 2>/dev/null
    echo "nixup-part"
    for image in "$esp"/EFI/Linux/*.efi; do [ -e "$image" ] && echo "unified-image $image"; done
    break
  fi
done
for variable in LoaderInfo LoaderEntryDefault; do
  file=/sys/firmware/efi/efivars/$variable-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
  [ -r "$file" ] && echo "efi-$variable $(tail -c +5 "$file" | tr -d '\\000')"
done
for folder in /boot/grub /boot/grub2; do
  if [ -r "$folder/grub.cfg" ]; then
    echo "grub-cfg $folder"
    echo "nixup-part grub-line"
    grep -E 'set default=|menuentry |submenu |init=|^[[:space:]]*}' "$folder/grub.cfg"
    echo "nixup-part grub-env"
    [ -r "$folder/grubenv" ] && grep -E '^[a-z_]+=' "$folder/grubenv"
    echo "nixup-part"
    break
  fi
done
for file in /boot/extlinux/extlinux.conf /boot/refind_linux.conf /boot/limine/limine.conf /boot/limine.conf; do
  [ -e "$file" ] && echo "other-loader $file"
done
`;
