/**
 * Services that switch a host and whose unit file does not say so: what they run is a program of their own
 * (nlewo/comin `nix/module.nix`, nixpkgs `cachix-agent`), or a script beside the file (rapenne-s/bento `utils/bento.nix`
 * runs `update.sh`, with nixos-rebuild on its PATH).
 */
const knownServices = [
  'nixos-upgrade',
  'comin',
  'cachix-agent',
  'bento-upgrade',
  'nixfleet-agent',
  'autoupgrade',
];

/** What a unit, or the script that NixOS makes for it, has in it where it switches the host. */
const switches = 'nixos-rebuild|switch-to-configuration|nh os (switch|boot)';

/**
 * Units that would switch the host: known ones, and each service whose file or start script (`unit-script-NAME-start`,
 * nixpkgs nixos/lib/systemd-lib.nix) names a program that does; with timers of another name. Of these one call asks
 * whether they are active, and when they fire. A line a unit: `upgrader NAME STATE REALTIME MONOTONIC`, `-` for nothing;
 * REALTIME in seconds since the epoch, MONOTONIC as systemd writes a span since the boot.
 */
export const upgradersScript = `found=
for name in ${knownServices.join(' ')}; do
  [ -e "/etc/systemd/system/$name.service" ] && found="$found $name"
done
scripts=$(sed -n 's/^ExecStart=[-@:+!|]*\\(\\/nix\\/store\\/[^ ]*unit-script-[^ ]*\\).*/\\1/p' /etc/systemd/system/*.service)
for file in $(grep -l -s -E '${switches}' /etc/systemd/system/*.service $scripts </dev/null); do
  case $file in
    *.service) name=\${file##*/}; name=\${name%.service} ;;
    *) name=\${file##*unit-script-}; name=\${name%%-start*} ;;
  esac
  case $name in *[!A-Za-z0-9:_.@-]* | nixup | nixup-*) continue ;; esac
  case " $found " in *" $name "*) ;; *) found="$found $name" ;; esac
done
if [ -n "$found" ]; then
  asked=
  for name in $found; do
    asked="$asked $name.timer $name.service"
    for file in $(grep -l -s "^Unit=$name.service" /etc/systemd/system/*.timer </dev/null); do asked="$asked \${file##*/}"; done
  done
  unit= active= real=- mono=-
  { systemctl show --no-pager -p Id -p ActiveState -p NextElapseUSecRealtime -p NextElapseUSecMonotonic -- $asked; echo; } | while IFS= read -r line; do
    case $line in
      Id=*) unit=\${line#Id=} ;;
      ActiveState=*) active=\${line#*=} ;;
      NextElapseUSecRealtime=?*) real=$(date -d "\${line#*=}" +%s) || real=- ;;
      NextElapseUSecMonotonic=?*) mono=$(printf %s "\${line#*=}" | tr -d ' ') ;;
      '')
        [ -n "$unit" ] && echo "upgrader $unit $active \${real:--} \${mono:--}"
        unit= active= real=- mono=-
        ;;
    esac
  done
fi`;
