# nixosSystem: modules in, a configuration with its system.build out.
{ lib, modules, specialArgs, system, versionSuffix, revision, isSpecialisation ? false }:
let
  arguments = specialArgs // { inherit config lib pkgs; };
  defaults = import ./defaults.nix { inherit lib versionSuffix revision; };
  hostPlatform = if system != null then { nixpkgs.hostPlatform.system = system; } else { };
  inline = config: { file = toString ./eval-config.nix; inherit config; };
  merged = lib.mergeModules (map inline [ defaults hostPlatform ] ++ builtins.concatMap (lib.loadModule arguments "<unknown-file>") modules);
  config = lib.resolveDefaults merged // { system = systemConfig; };
  base = (lib.resolveDefaults merged).system;
  systemConfig = base // {
    build = import ./toplevel.nix { inherit config lib pkgs specialisations; } // (base.build or { });
  };
  # A specialisation is the same system with more modules, and has none of its own.
  specialisations = if isSpecialisation then { } else builtins.mapAttrs (_: special: (import ./eval-config.nix {
    inherit lib specialArgs system versionSuffix revision;
    modules = modules ++ [ special.configuration ];
    isSpecialisation = true;
  }).config.system.build.toplevel) config.specialisation;
  pkgs = import ../. { system = (lib.resolveDefaults merged).nixpkgs.hostPlatform.system; };
in
{
  inherit config pkgs lib;
  options = { };
  type = "configuration";
  class = "nixos";
}
