# Stands in for nixpkgs where there is none: the functions that nixup's flake takes from it, with their
# real names and shapes, over the programs of this machine (machine.nix, written by the test).
{
  outputs =
    { self }:
    let
      lib = import ./lib.nix;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs systems (system: import ./packages.nix { inherit lib system; });
    };
}
