# What `nixup.service` and `nixup.timer` say, whoever's systemd runs them.
{ cfg, lib }:
let
  # systemd reads `%` in its values, and `$` in its commands.
  path = lib.replaceStrings [ "%" ] [ "%%" ];
  word = text: lib.escapeShellArg (lib.replaceStrings [ "$" ] [ "$$" ] (path text));
in
{
  description = "Update the NixOS fleet";
  folder = path cfg.timer.flake;

  command =
    lib.concatMapStringsSep " " word (
      [
        (lib.getExe cfg.package)
        "run"
        "--yes"
        "--flake"
        cfg.timer.flake
      ]
      ++ cfg.timer.arguments
    );

  timer = {
    OnCalendar = cfg.timer.onCalendar;
    # A machine that was off at that time does it when it is on again.
    Persistent = true;
    RandomizedDelaySec = "10m";
  };
}
