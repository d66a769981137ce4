{ runCommand }:
runCommand "switch-to-configuration-0.1.0" { } ''
  mkdir -p "$out/libexec"
  cp ${../../../../nixos/switch-to-configuration.pl} "$out/libexec/switch-to-configuration.pl"
  cp ${../../../../nixos/Units.pm} "$out/libexec/Units.pm"
''
