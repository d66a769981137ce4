{
  lib,
  stdenvNoCC,
  callPackage,
  makeWrapper,
  nodejs_24,
  git,
  openssh,
}:
let
  packages = callPackage ./packages.nix { };
  source = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../source
      ../scripts
      ../package.json
      ../tsconfig.json
      ../nixup.schema.json
      ../schemas
      ../docs/nixup.1
    ];
  };
in
stdenvNoCC.mkDerivation {
  pname = "nixup";
  inherit (lib.importJSON ../package.json) version;

  nativeBuildInputs = [
    makeWrapper
    nodejs_24
  ];

  buildCommand = ''
    cp -r ${source}/. .
    chmod -R u+w .
    # No links: the bundler writes where a file really is, and the program would keep the packages.
    cp -r ${packages}/node_modules node_modules
    chmod -R u+w node_modules
    # The same bundler as WebAssembly: its own programs differ by platform.
    ln -s esbuild-wasm node_modules/esbuild
    export HOME=$PWD
    node scripts/build.ts

    mkdir -p "$out/lib/nixup"
    install -D -m 644 docs/nixup.1 "$out/share/man/man1/nixup.1"
    cp -r dist package.json nixup.schema.json schemas "$out/lib/nixup/"
    # git and ssh of the person come first: they may know more ways to log in.
    makeWrapper ${lib.getExe nodejs_24} "$out/bin/nixup" \
      --add-flags "$out/lib/nixup/dist/cli.js" \
      --suffix PATH : ${
        lib.makeBinPath [
          git
          openssh
        ]
      }

    for shell in bash zsh fish; do
      "$out/bin/nixup" completions $shell > nixup.$shell
    done
    install -D --mode=644 nixup.bash "$out/share/bash-completion/completions/nixup"
    install -D --mode=644 nixup.zsh "$out/share/zsh/site-functions/_nixup"
    install -D --mode=644 nixup.fish "$out/share/fish/vendor_completions.d/nixup.fish"
  '';

  disallowedReferences = [ packages ];

  passthru = { inherit packages; };

  meta = {
    description = "Update a NixOS fleet from one screen";
    license = lib.licenses.mit;
    mainProgram = "nixup";
    platforms = lib.platforms.unix;
  };
}
