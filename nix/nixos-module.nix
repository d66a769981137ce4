# programs.nixup for NixOS: the package, and a timer that runs it.
{ self }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.nixup;
  units = import ./timer.nix {
    inherit lib;
    inherit (config) programs;
  };
in
{
  imports = [ (import ./options.nix { inherit self; }) ];

  options.programs.nixup.timer.user = lib.mkOption {
    type = lib.types.str;
    example = "anna";
    description = "Who runs it: the owner of the checkout, whose ssh keys reach the hosts.";
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ cfg.package ];

    systemd.services.nixup = lib.mkIf cfg.timer.enable {
      inherit (units) description;
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      # A run that switches this very host must not be ended by its own switch.
      restartIfChanged = false;
      stopIfChanged = false;
      unitConfig.X-StopOnRemoval = false;
      path = [
        config.nix.package
        pkgs.git
        pkgs.openssh
      ];
      serviceConfig = {
        Type = "oneshot";
        User = cfg.timer.user;
        WorkingDirectory = units.folder;
        ExecStart = units.command;
      };
    };

    systemd.timers.nixup = lib.mkIf cfg.timer.enable {
      inherit (units) description;
      wantedBy = [ "timers.target" ];
      timerConfig = units.timer;
    };
  };
}
