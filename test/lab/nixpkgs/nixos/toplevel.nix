# system.build: what `nix build .#nixosConfigurations.HOST.config.system.build.…` can ask for.
{ config, lib, pkgs, specialisations }:
let
  inherit (pkgs) runCommand writeScript writeText;
  inherit (config) boot environment networking system;
  units = import ./units.nix { inherit config lib pkgs; };
  name = "nixos-system-${networking.hostName}-${system.nixos.label}";

  linux = boot.kernel or pkgs.linux;

  failedAssertions = map (assertion: assertion.message) (builtins.filter (assertion: !assertion.assertion) config.assertions);
  checked = value:
    if failedAssertions == [ ] then value
    else throw "\nFailed assertions:\n${lib.concatMapStrings (message: "- ${message}\n") failedAssertions}";

  etcFiles = {
    hostname.text = "${networking.hostName}\n";
    hosts.text = lib.concatMapStrings (line: "${line}\n") (lib.mapAttrsToList (address: names: "${address} ${builtins.concatStringsSep " " names}") networking.hosts);
    os-release.text = ''
      ANSI_COLOR="0;38;2;126;186;228"
      BUILD_ID="${system.nixos.version}"
      ID=nixos
      NAME=NixOS
      PRETTY_NAME="NixOS ${system.nixos.release} (${system.nixos.codeName})"
      VERSION="${system.nixos.release} (${system.nixos.codeName})"
      VERSION_CODENAME=yarara
      VERSION_ID="${system.nixos.release}"
    '';
  } // environment.etc;

  etc = runCommand "etc"
    {
      units = units.units;
      wants = units.wants;
      inherit (units) userUnits userWants;
      files = lib.mapAttrsToList (path: file: "${path}=${file.source or (writeText (baseNameOf path) file.text)}") etcFiles;
    } ''
    place() {
      folder=$out/systemd/$1
      mkdir -p "$folder"
      for unit in $2; do ln -s "$unit"/* "$folder/"; done
      for want in $3; do
        mkdir -p "$folder/''${want%%=*}.wants"; ln -s "../''${want#*=}" "$folder/''${want%%=*}.wants/''${want#*=}"
      done
    }
    place system "$units" "$wants"
    place user "$userUnits" "$userWants"
    for file in $files; do mkdir -p "$(dirname "$out/''${file%%=*}")"; ln -s "''${file#*=}" "$out/''${file%%=*}"; done
  '';

  versionJson = builtins.toJSON {
    inherit (system) configurationRevision;
    nixosVersion = system.nixos.version;
    nixpkgsRevision = system.nixos.revision;
  };
  nixosVersion = runCommand "nixos-version" { inherit versionJson; inherit (system.nixos) label codeName; } ''
    mkdir -p "$out/bin"
    printf '#!/bin/sh\ncase "''${1-}" in\n--json) echo %s ;;\n*) echo "%s (%s)" ;;\nesac\n' "'$versionJson'" "$label" "$codeName" > "$out/bin/nixos-version"
    chmod 755 "$out/bin/nixos-version"
  '';
  path = runCommand "system-path" { packages = [ nixosVersion ] ++ pkgs.requiredPackages ++ environment.systemPackages; } ''
    mkdir -p "$out/bin"
    for package in $packages; do for program in "$package"/bin/*; do ln -sf "$program" "$out/bin/"; done; done
  '';

  initialRamdisk = runCommand "initrd-linux-${linux.version}" { inherit linux; inherit (pkgs) systemd; } ''
    mkdir "$out"; { echo "initrd of $linux with $systemd"; head -c 3000000 /dev/zero; } > "$out/initrd"
  '';
  installBootLoader = import ./boot-loader.nix { inherit config lib pkgs; };
  scripts = import ./activation.nix { inherit config lib pkgs; };

  toplevel = checked (runCommand name
    {
      inherit etc path initialRamdisk installBootLoader linux;
      inherit (pkgs) systemd;
      inherit (scripts) activate dryActivate preSwitchChecks;
      stc = pkgs.switch-to-configuration-ng;
      stcEnvironment = lib.mapAttrsToList (variable: value: "${variable}=${toString value}") system.stcEnvironment;
      canSwitch = if system.switch.enable then "1" else "";
      inherit (system.nixos) label distroId;
      inherit (networking) hostName;
      inherit (boot) kernelParams;
      inherit (system) initInterfaceVersion;
      inhibitors = builtins.toJSON system.switch.inhibitors;
      inherit versionJson;
      platform = config.nixpkgs.hostPlatform.system;
      extraDependencies = system.extraDependencies;
      specialisations = lib.mapAttrsToList (special: drv: "${special}=${drv}") specialisations;
      passAsFile = [ "inhibitors" ];
    }
    (builtins.readFile ./toplevel.sh));
in
{
  inherit etc toplevel initialRamdisk installBootLoader units;
  kernel = linux;
} // (if config ? isoImage then {
  isoImage = runCommand "nixos-${system.nixos.label}-${config.nixpkgs.hostPlatform.system}.iso" { inherit toplevel; } ''
    mkdir -p "$out/iso"; echo "image of $toplevel" > "$out/iso/nixos.iso"
  '';
  image = config.system.build.isoImage;
} else { })
