import { expect, test } from 'vitest';
import { bootRoomScript } from '../../../source/services/host/boot-room.ts';

// nixpkgs: systemd-boot-builder.py, install-grub.pl, extlinux-conf-builder.sh.
test('room is looked for where the boot loaders of NixOS keep kernels, those of systemd-boot first', () => {
  expect(bootRoomScript([])).toContain(
    'for place in /boot/EFI/nixos /efi/EFI/nixos /boot/efi/EFI/nixos /boot/kernels /boot/nixos; do\n',
  );
});
