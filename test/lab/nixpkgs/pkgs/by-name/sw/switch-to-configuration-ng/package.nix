{ runCommand }:
runCommand "switch-to-configuration-0.1.0" { } (''
  mkdir -p "$out/libexec"
  cp ${../../../../nixos/switch-to-configuration.pl} "$out/libexec/switch-to-configuration.pl"
'' + builtins.concatStringsSep "" (map (name: "cp ${../../../../nixos + "/${name}.pm"} \"$out/libexec/${name}.pm\"\n") [ "Bus" "Fstab" "Jobs" "Units" "Users" ]))
