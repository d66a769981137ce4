{
  description = "A collection of packages for the Nix package manager";

  outputs =
    { self }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      lib = import ./lib;
      eachSystem = f: builtins.listToAttrs (map (system: { name = system; value = f system; }) systems);
    in
    {
      lib = lib // {
        nixosSystem =
          { modules, system ? null, specialArgs ? { } }:
          import ./nixos/eval-config.nix {
            inherit lib modules specialArgs system;
            versionSuffix = ".${builtins.substring 0 8 (self.lastModifiedDate or "19700101")}.${self.shortRev or "dirty"}";
            revision = self.rev or null;
          };
      };
      legacyPackages = eachSystem (system: import ./. { inherit system; });
    };
}
