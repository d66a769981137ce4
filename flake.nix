{
  description = "Update a NixOS fleet from one screen";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forAllSystems = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      packageOf = pkgs: pkgs.callPackage ./nix/package.nix { };
    in
    {
      packages = forAllSystems (pkgs: rec {
        default = packageOf pkgs;
        nixup = default;
      });

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = lib.getExe (packageOf pkgs);
          meta.description = "Update a NixOS fleet from one screen";
        };
      });

      overlays.default = final: _: { nixup = packageOf final; };

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs_24
            pkgs.git
            pkgs.openssh
          ];
        };
      });

      nixosModules.default = import ./nix/nixos-module.nix { inherit self; };
      homeModules.default = import ./nix/home-module.nix { inherit self; };
    };
}
