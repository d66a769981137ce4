{ lib, system }:
let
  machine = import ./machine.nix;

  # What a setup hook of nixpkgs would bring.
  makeWrapperHook = ''
    makeWrapper() {
      program=$1; wrapper=$2; shift 2
      mkdir -p "$(dirname "$wrapper")"
      flags=; path=
      while [ $# -gt 0 ]; do
        case $1 in
          --add-flags) flags="$flags $2"; shift 2 ;;
          --suffix) path=$4; shift 4 ;;
          *) echo "makeWrapper: unknown: $1" >&2; exit 1 ;;
        esac
      done
      printf '#!/bin/sh\nPATH=$PATH:%s\nexec %s%s "$@"\n' "$path" "$program" "$flags" > "$wrapper"
      chmod 755 "$wrapper"
    }
  '';

  derivationOf =
    {
      name ? "${arguments.pname}-${arguments.version}",
      nativeBuildInputs ? [ ],
      buildCommand,
      passthru ? { },
      meta ? { },
      ...
    }@arguments:
    let
      attributes = removeAttrs arguments [
        "nativeBuildInputs"
        "buildCommand"
        "passthru"
        "meta"
      ];
    in
    derivation (
      attributes
      // {
        inherit name system;
        builder = "/bin/bash";
        PATH = "${lib.makeBinPath nativeBuildInputs}:/usr/bin:/bin";
        args = [
          "-euc"
          ''
            cd "$NIX_BUILD_TOP"
            ${lib.concatMapStringsSep "\n" (input: input.hook or "") nativeBuildInputs}
            ${buildCommand}
          ''
        ];
      }
    )
    // passthru
    // {
      inherit meta;
    };

  onMachine = mainProgram: files: derivationOf {
    name = mainProgram;
    buildCommand = ''
      mkdir -p "$out/bin"
      ${lib.concatMapStringsSep "\n" (file: ''
        printf '#!/bin/sh\nexec %s "$@"\n' ${lib.escapeShellArg file.command} > "$out/bin/${file.name}"
        chmod 755 "$out/bin/${file.name}"
      '') files}
    '';
    meta = { inherit mainProgram; };
  };

  packages = {
    inherit lib;
    stdenvNoCC.mkDerivation = derivationOf;
    stdenv.hostPlatform = { inherit system; };
    callPackage =
      path: arguments:
      let
        make = import path;
      in
      make (builtins.intersectAttrs (builtins.functionArgs make) packages // arguments);
    mkShell = { packages }: derivationOf {
      name = "nix-shell";
      nativeBuildInputs = packages;
      buildCommand = ''touch "$out"'';
    };
    makeWrapper = onMachine "make-wrapper" [ ] // {
      hook = makeWrapperHook;
    };
    cacert = onMachine "cacert" [ ];
    git = onMachine "git" [
      {
        name = "git";
        command = "/usr/bin/git";
      }
    ];
    openssh = onMachine "ssh" [
      {
        name = "ssh";
        command = "/usr/bin/ssh";
      }
    ];
    nodejs_24 = onMachine "node" [
      {
        name = "node";
        command = machine.node;
      }
      {
        name = "npm";
        command = machine.npm;
      }
    ];
  };
in
packages
