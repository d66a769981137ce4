# What `nixup.service` and `nixup.timer` say, whoever's systemd runs them.
{
  lib,
  programs,
}:
let
  # systemd reads `%` in its values, and `$` in its commands.
  path = lib.replaceStrings [ "%" ] [ "%%" ];
  word = text: lib.escapeShellArg (lib.replaceStrings [ "$" ] [ "$$" ] (path text));
in
{
  description = "Update the NixOS fleet";
  folder = path programs.nixup.timer.flake;

  command =
    lib.concatMapStringsSep " " word (
      [
        (lib.getExe programs.nixup.package)
        "run"
        "--yes"
        "--flake"
        programs.nixup.timer.flake
      ]
      ++ programs.nixup.timer.arguments
    );

  timer = {
    OnCalendar = programs.nixup.timer.onCalendar;
    # A machine that was off at that time does it when it is on again.
    Persistent = true;
    RandomizedDelaySec = "10m";
  };
}
