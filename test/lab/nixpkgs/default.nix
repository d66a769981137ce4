# The packages of one system: everything below pkgs/by-name, called with what it asks for.
{ system }:
let
  lib = import ./lib;
  byName = builtins.readDir ./pkgs/by-name;
  names = shard: builtins.attrNames (builtins.readDir (./pkgs/by-name + "/${shard}"));
  paths = builtins.concatMap (shard: map (name: { inherit name; path = ./pkgs/by-name + "/${shard}/${name}/package.nix"; }) (names shard)) (builtins.attrNames byName);

  # Every derivation is made by the machine's /bin/sh: it takes milliseconds and needs nothing from a cache.
  runCommand =
    name: environment: script:
    derivation ({
      inherit name system;
      builder = "/bin/sh";
      PATH = "/bin:/usr/bin";
      args = [ "-euc" script ];
    } // environment);

  writeScript = name: text: runCommand name { inherit text; passAsFile = [ "text" ]; } ''
    cp "$textPath" "$out"; chmod 755 "$out"
  '';
  writeText = name: text: runCommand name { inherit text; passAsFile = [ "text" ]; } ''cp "$textPath" "$out"'';

  mkPackage =
    { pname, version, dependencies ? [ ], links ? [ ], build ? "", meta ? { } }:
    runCommand "${pname}-${version}" { inherit pname version dependencies links; } ''
      mkdir -p "$out/bin" "$out/share/$pname"
      echo "$version $dependencies" > "$out/share/$pname/version"
      cat > "$out/bin/$pname" <<END
      #!/bin/sh
      case "\''${1-}" in
        --serve) exec sleep infinity ;;
        *) echo "$pname $version" ;;
      esac
      END
      chmod 755 "$out/bin/$pname"
      # What a host really needs is Debian's own, reached through the package as on NixOS.
      for program in $links; do ln -sf "/usr/bin/$program" "$out/bin/$program"; done
      ${build}
    '' // { inherit pname version meta build; };

  packages = builtins.listToAttrs (map ({ name, path }: { inherit name; value = lib.callWith path (packages // tools); }) paths);
  tools = {
    inherit lib mkPackage runCommand writeScript writeText system;
    # In every system.
    requiredPackages = with packages; [ bash coreutils util-linux systemd iproute2 openssh nix git curl ];
    stdenv.hostPlatform = { inherit system; };
  };
in
packages // tools
