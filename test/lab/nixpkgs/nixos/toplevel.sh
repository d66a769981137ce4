# Builds the toplevel of a system: the layout of a real one.
mkdir -p "$out/bin" "$out/specialisation"
printf %s "$label" > "$out/nixos-version"
printf %s "$platform" > "$out/system"
printf %s "$versionJson" > "$out/nixos-version.json"
printf %s "init=$out/init $kernelParams" > /dev/null
printf %s "$kernelParams" > "$out/kernel-params"
printf %s "$initInterfaceVersion" > "$out/init-interface-version"
cp "$inhibitorsPath" "$out/switch-inhibitors"
: > "$out/configuration-name"
printf '%s\n' $extraDependencies > "$out/extra-dependencies"
ln -s "$linux/bzImage" "$out/kernel"
ln -s "$linux" "$out/kernel-modules"
ln -s "$initialRamdisk/initrd" "$out/initrd"
ln -s "$systemd" "$out/systemd"
ln -s "$etc" "$out/etc"
ln -s "$path" "$out/sw"
for special in $specialisations; do ln -s "${special#*=}" "$out/specialisation/${special%%=*}"; done

printf '{"org.nixos.bootspec.v1":{"init":"%s/init","initrd":"%s/initrd","kernel":"%s/bzImage","kernelParams":["%s"],"label":"NixOS Yarara %s (Linux %s)","system":"%s","toplevel":"%s"}}\n' \
  "$out" "$initialRamdisk" "$linux" "$kernelParams" "$label" "${linux##*-}" "$platform" "$out" > "$out/boot.json"

sed "s|@out@|$out|g" "$activate" > "$out/activate"
sed "s|@out@|$out|g" "$dryActivate" > "$out/dry-activate"
printf '#!/bin/sh\n"%s/activate" "%s"\nln -sfn "%s" /run/booted-system\nexec "%s/lib/systemd/systemd" "$@"\n' "$out" "$out" "$out" "$systemd" > "$out/init"
chmod 755 "$out/activate" "$out/dry-activate" "$out/init"

if [ -n "$canSwitch" ]; then
  {
    echo '#!/bin/sh'
    echo "export OUT='$out' TOPLEVEL='$out' DISTRO_ID='$distroId' PRE_SWITCH_CHECK='$preSwitchChecks' INSTALL_BOOTLOADER='$installBootLoader' SYSTEMD='$systemd'"
    for variable in $stcEnvironment; do echo "export $variable"; done
    echo "exec /usr/bin/perl '$stc/libexec/switch-to-configuration.pl' \"\$@\""
  } > "$out/bin/switch-to-configuration"
  chmod 755 "$out/bin/switch-to-configuration"
fi
