# programs.nixup: what the module for NixOS and the one for home-manager share. `settings` is what
# becomes of the package and of the timer there, from `cfg`, `units` and a module's own arguments.
{ self, settings }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.nixup;
in
{
  options.programs.nixup = {
    enable = lib.mkEnableOption "nixup, which updates a NixOS fleet from one screen";

    package = lib.mkOption {
      type = lib.types.package;
      default = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
      defaultText = lib.literalExpression "nixup.packages.\${system}.default";
      description = "The package of nixup.";
    };

    timer = {
      enable = lib.mkEnableOption "an unattended `nixup run`";

      flake = lib.mkOption {
        type = lib.types.str;
        example = "/home/anna/fleet";
        description = "The folder of the flake: a git checkout that may be written.";
      };

      onCalendar = lib.mkOption {
        type = lib.types.str;
        default = "03:00";
        example = "Sat 04:00";
        description = "When it runs, as {manpage}`systemd.time(7)` writes it.";
      };

      arguments = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [
          "--no-deploy"
          "--push"
        ];
        description = "Further words of `nixup run --yes`.";
      };
    };
  };

  config = lib.mkIf cfg.enable (settings {
    inherit
      cfg
      config
      lib
      pkgs
      ;
    units = import ./timer.nix { inherit cfg lib; };
  });
}
