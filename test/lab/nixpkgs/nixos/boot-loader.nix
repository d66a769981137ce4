# The program that writes the boot menu; called with the toplevel that is to be the default.
{ config, lib, pkgs }:
let
  kind = if config.boot.loader.grub.enable then "grub" else if config.boot.loader.systemd-boot.enable then "systemd-boot" else "none";
  extraEntries = pkgs.writeText "extra-entries" config.boot.loader.grub.extraEntries;
  limit = config.boot.loader.systemd-boot.configurationLimit;
in
pkgs.writeScript "install-${kind}" ''
  #!/bin/sh
  export TIMEOUT=${toString config.boot.loader.timeout} CONFIGURATION_LIMIT=${toString limit} EXTRA_ENTRIES=${extraEntries}
  exec /usr/bin/perl ${./. + "/boot-loader/${kind}.pl"} "$@"
''
