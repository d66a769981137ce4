# The scripts that a switch runs: checks before, the activation itself, and what a dry one says.
{ config, lib, pkgs }:
let
  # As in NixOS, a failing snippet does not keep the others from running: the script ends with an error, and the system is switched all the same.
  snippet = name: text: ''
    #### Activation script snippet ${name}:
    ( set -e
    ${text}
    ) || { _status=1; echo "Activation script snippet '${name}' failed ($?)" >&2; }
  '';
in
{
  activate = pkgs.writeText "activate" ''
    #!/bin/sh
    systemConfig=@out@
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    _status=0
    ${builtins.concatStringsSep "\n" (lib.mapAttrsToList snippet config.system.activationScripts)}
    ${snippet "etc" ''
      echo "setting up /etc..."
      ln -sfn "$systemConfig/etc" /etc/.static && mv -T /etc/.static /etc/static
      for name in hosts os-release; do ln -sfn "/etc/static/$name" "/etc/.$name" && mv -T "/etc/.$name" "/etc/$name"; done
      if [ -e "$systemConfig/etc/fstab" ] || [ -L /etc/fstab ]; then ln -sfn /etc/static/fstab /etc/.fstab && mv -T /etc/.fstab /etc/fstab; fi
      for folder in system user; do
        # The very first time the image's own folder is in the way.
        [ -L "/etc/systemd/$folder" ] || rm -rf "/etc/systemd/$folder"
        ln -sfn "/etc/static/systemd/$folder" "/etc/systemd/.$folder" && mv -T "/etc/systemd/.$folder" "/etc/systemd/$folder"
      done
    ''}
    # Make this configuration the current configuration.
    ln -sfn "$systemConfig" /run/.current-system && mv -T /run/.current-system /run/current-system
    exit $_status
  '';

  dryActivate = pkgs.writeText "dry-activate" ''
    #!/bin/sh
    exit 0
  '';

  preSwitchChecks = pkgs.writeScript "pre-switch-checks" ''
    #!/bin/sh
    # Called with the new toplevel and the action.
    /usr/bin/perl ${./switch-inhibitors.pl} "$1" "$2" || { echo "Pre-switch check 'switchInhibitors' failed" >&2; exit 1; }
    ${builtins.concatStringsSep "\n" (lib.mapAttrsToList (name: text: ''
      ( ${text} ) || { echo "Pre-switch check '${name}' failed" >&2; exit 1; }
    '') config.system.preSwitchChecks)}
    exit 0
  '';
}
