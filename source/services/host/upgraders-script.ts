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

/**
 * What a unit or a script has in it where it switches the host, or makes another system its next one. Only with `--set`:
 * `nix-env` of the system's profile deletes generations too.
 */
const switches = [
  'nixos-rebuild|switch-to-configuration|nh os (switch|boot)',
  'nix-env .*(profiles/system.* --set|--set .*profiles/system)',
  'nix build .*--profile [^ ]*profiles/system',
].join('|');

/** Where scripts of a unit lie. No other places: a file of a network mount could make the probe wait. */
const scriptPlaces = ['/nix/store/', '/run/current-system/', '/etc/', '/root/'];

/** What nixup itself started, what switches a container instead of its host, and templates, which do not run. */
const othersUnits = 'nixup | nixup-* | container@* | *@';

/**
 * Units that would switch the host: known ones, and with their timers
 *
 * - each service whose file names a program that does;
 * - each service that starts a script which does. A `unit-script-NAME-start` of NixOS (nixpkgs nixos/lib/systemd-lib.nix)
 *   often only calls the real one: the scripts that it names are read too. A file that is not executable is no
 *   evidence: a manual names nixos-rebuild too.
 *
 * Of these one call asks whether they are active, and when they fire. A line a unit: `upgrader NAME STATE REALTIME
 * MONOTONIC`, `-` for nothing; REALTIME in seconds since the epoch, MONOTONIC as systemd writes a span since the boot.
 */
export const upgradersScript = `found=
upgrader() {
  case $1 in *[!A-Za-z0-9:_.@-]* | ${othersUnits}) return ;; esac
  case " $found " in *" $1 "*) ;; *) found="$found $1" ;; esac
}
for name in ${knownServices.join(' ')}; do
  [ -e "/etc/systemd/system/$name.service" ] && found="$found $name"
done
# Which scripts each unit starts, as SCRIPT|UNIT, and which files those name, as SCRIPT:FILE.
starts=$(grep -H -s '^ExecStart=' /etc/systemd/system/*.service </dev/null)
set -f
name= scripts= pairs=
for word in $starts; do
  case $word in *.service:ExecStart=*)
    name=\${word%%.service:*} name=\${name##*/}
    word=\${word#*:ExecStart=}
    ;;
  esac
  word=/\${word#*/} word=\${word%%[\\"\\'\\;]*}
  case $word in ${scriptPlaces.map((place) => `${place}*`).join(' | ')})
    [ -f "$word" ] && [ -x "$word" ] && scripts="$scripts $word" pairs="$pairs $word|$name" ;;
  esac
done
calls=
case $scripts in *unit-script-*)
  calls=$(grep -H -I -o -s -m 200 -E '(${scriptPlaces.join('|')})[A-Za-z0-9+._?=/-]+' $scripts </dev/null) ;;
esac
set +f
# Split at the colon: both are files to look into.
IFS="$IFS:"
matched=$(grep -l -I -s -d skip -E '${switches}' /etc/systemd/system/*.service $scripts $calls </dev/null)
IFS=\${IFS%:}
for file in $matched; do
  case $file in /etc/systemd/system/*.service) name=\${file##*/}; upgrader "\${name%.service}"; continue ;; esac
  [ -x "$file" ] || continue
  for caller in "$file" $calls; do
    case $caller in "$file" | *":$file") ;; *) continue ;; esac
    for pair in $pairs; do
      case $pair in "\${caller%:"$file"}|"*) upgrader "\${pair##*|}" ;; esac
    done
  done
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
