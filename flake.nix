{
  description = "Update a NixOS fleet from one screen";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

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
      # The lock in the repository names no registry, while Nix fetches packages by address.
      lock = lib.importJSON ./package-lock.json;
      hasAddresses = lib.all (entry: entry ? resolved || entry ? link) (
        lib.attrValues (removeAttrs lock.packages [ "" ])
      );
      orAddressesFirst =
        value:
        if hasAddresses then
          value
        else
          throw ''
            package-lock.json has no addresses to fetch from. Write them, then try again:
              rm package-lock.json
              npm install --package-lock-only --omit-lockfile-registry-resolved=false
          '';
      forAllSystems = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forAllSystems (pkgs: {
        default = pkgs.buildNpmPackage {
          pname = "nixup";
          inherit (lib.importJSON ./package.json) version;
          src = self;
          npmDeps = orAddressesFirst (pkgs.importNpmLock { npmRoot = ./.; });
          npmConfigHook = pkgs.importNpmLock.npmConfigHook;
          nodejs = pkgs.nodejs_24;
          # The packages' own scripts only fetch programs that nixpkgs has.
          npmFlags = [ "--ignore-scripts" ];
          nativeBuildInputs = [ pkgs.makeWrapper ];
          installPhase = ''
            runHook preInstall
            mkdir -p $out/lib/nixup
            cp -r dist $out/lib/nixup/
            cp package.json nixup.schema.json $out/lib/nixup/
            makeWrapper ${lib.getExe pkgs.nodejs_24} $out/bin/nixup \
              --add-flags $out/lib/nixup/dist/cli.js \
              --suffix PATH : ${
                lib.makeBinPath [
                  pkgs.git
                  pkgs.openssh
                ]
              }
            for shell in bash zsh fish; do
              $out/bin/nixup completions $shell > nixup.$shell
            done
            install -D nixup.bash $out/share/bash-completion/completions/nixup
            install -D nixup.zsh $out/share/zsh/site-functions/_nixup
            install -D nixup.fish $out/share/fish/vendor_completions.d/nixup.fish
            runHook postInstall
          '';
          meta = {
            description = "Update a NixOS fleet from one screen";
            license = lib.licenses.mit;
            mainProgram = "nixup";
          };
        };
      });

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs_24
            pkgs.git
            pkgs.openssh
          ];
        };
      });
    };
}
