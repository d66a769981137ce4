# programs.nixup for home-manager: the package, and a timer that runs it.
{ self }:
import ./module.nix {
  inherit self;
  settings =
    {
      cfg,
      lib,
      pkgs,
      units,
      ...
    }:
    {
      home.packages = [ cfg.package ];

      systemd.user.services.nixup = lib.mkIf cfg.timer.enable {
        Unit = {
          Description = units.description;
          # A run that switches this very machine must not be ended by its own switch.
          X-SwitchMethod = "keep-old";
        };
        Service = {
          Type = "oneshot";
          WorkingDirectory = units.folder;
          ExecStart = units.command;
          # A user's manager has a short PATH; Nix stands in one of these.
          Environment = "PATH=${
            lib.makeBinPath [
              pkgs.git
              pkgs.openssh
            ]
          }:%h/.nix-profile/bin:/etc/profiles/per-user/%u/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin:/usr/bin:/bin";
        };
      };

      systemd.user.timers.nixup = lib.mkIf cfg.timer.enable {
        Unit.Description = units.description;
        Timer = units.timer;
        Install.WantedBy = [ "timers.target" ];
      };
    };
}
