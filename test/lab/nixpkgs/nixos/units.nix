# The unit files of a system: one derivation each, named as in NixOS, so that only what changed differs.
{ config, lib, pkgs }:
let
  value = v: if builtins.isBool v then (if v then "true" else "false") else toString v;
  line = key: v: if builtins.isList v then lib.concatMapStrings (element: "${key}=${value element}\n") v else "${key}=${value v}\n";
  section = name: entries: "[${name}]\n${builtins.concatStringsSep "" (lib.mapAttrsToList line entries)}";

  # Tests switch quickly, one time after the other: systemd would refuse a unit that is started more than five times in ten seconds.
  withLimit = unit: { Unit = { StartLimitIntervalSec = 0; } // (unit.Unit or { }); } // removeAttrs unit [ "Unit" "wantedBy" ];
  text = unit: builtins.concatStringsSep "\n" (lib.mapAttrsToList section (withLimit unit));

  all =
    lib.mapAttrsToList (name: unit: { name = "${name}.service"; inherit unit; }) config.systemd.services
    ++ lib.mapAttrsToList (name: unit: { name = "${name}.socket"; inherit unit; }) config.systemd.sockets
    ++ lib.mapAttrsToList (name: unit: { name = "${name}.timer"; inherit unit; }) config.systemd.timers
    # Restarted at every switch, for what is ordered before sysinit.target.
    ++ [ { name = "sysinit-reactivation.target"; unit = { Unit.Description = "Reactivate sysinit units"; wantedBy = [ "sysinit.target" ]; }; } ];
  user = lib.mapAttrsToList (name: unit: { name = "${name}.service"; inherit unit; }) config.systemd.user.services;
  file = { name, unit }: pkgs.runCommand "unit-${name}" { text = text unit; passAsFile = [ "text" ]; unitName = name; } ''
    mkdir "$out"; cp "$textPath" "$out/$unitName"
  '';
  # As in NixOS, systemd's own targets are files of the system too: the activation program starts those again that are.
  target = name: pkgs.runCommand "unit-${name}" { source = ./targets + "/${name}"; unitName = name; } ''
    mkdir "$out"; cp "$source" "$out/$unitName"
  '';
  wantsOf = builtins.concatMap ({ name, unit }: map (target: "${target}=${name}") (unit.wantedBy or [ ]));
in
{
  units = map file all ++ map target (builtins.attrNames (builtins.readDir ./targets));
  wants = wantsOf all;
  # Those that the manager of each user starts.
  userUnits = map file user;
  userWants = wantsOf user;
}
