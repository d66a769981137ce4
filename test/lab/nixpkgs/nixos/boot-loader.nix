# The program that writes the boot menu; called with the toplevel that is to be the default.
{ config, lib, pkgs }:
let
  kind = if config.boot.loader.grub.enable then "grub" else if config.boot.loader.systemd-boot.enable then "systemd-boot" else "none";
  extraEntries = pkgs.writeText "extra-entries" config.boot.loader.grub.extraEntries;
  inherit (config.boot.loader) systemd-boot;
  tries = if systemd-boot.bootCounting.enable then toString systemd-boot.bootCounting.tries else "";
in
pkgs.writeScript "install-${kind}" ''
  #!/bin/sh
  export TIMEOUT=${toString config.boot.loader.timeout} CONFIGURATION_LIMIT=${toString systemd-boot.configurationLimit} EXTRA_ENTRIES=${extraEntries}
  export ESP=${config.boot.loader.efi.efiSysMountPoint} HASHED_NAMES=${if systemd-boot.hashedNames then "1" else ""} TRIES=${tries}
  exec /usr/bin/perl ${./. + "/boot-loader/${kind}.pl"} "$@"
''
