# programs.nixup for NixOS: the package, and a timer that runs it.
{ self }:
{ lib, ... }:
{
  options.programs.nixup.timer.user = lib.mkOption {
    type = lib.types.str;
    example = "anna";
    description = "Who runs it: the owner of the checkout, whose ssh keys reach the hosts.";
  };

  imports = [
    (import ./module.nix {
      inherit self;
      settings =
        {
          cfg,
          config,
          lib,
          pkgs,
          units,
        }:
        {
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
    })
  ];
}
