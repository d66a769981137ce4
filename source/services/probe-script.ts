import { bootScript } from './boot-script.ts';
import { knownGoodProfile } from './host-commands.ts';
import { recordFolder } from './supervisor-script.ts';

/** Generations whose version, kernel and revision are read; older ones are only listed. */
const describedGenerations = 60;

/**
 * Asks everything in one go, and every fact is optional: a tool that is missing
 * leaves its line out. Plain POSIX sh, as few processes as possible, and
 * nothing is changed. One fact a line, `key value`, for `parsers/probe.ts`.
 */
export const probeScript = `
exec 2>/dev/null
echo "nixup-probe 1"
read -r start rest </proc/uptime && echo "started $start"
echo "time $(date +%s%N)"
echo "elevation $1"
echo "user $2"
echo "groups $(id -Gn "$2")"
read -r value </proc/sys/kernel/hostname && echo "host-name $value"
read -r value </etc/machine-id && echo "machine-id $value"
read -r value </proc/sys/kernel/random/boot_id && echo "boot-id $value"
read -r value </proc/loadavg && echo "load $value"
[ -e /etc/NIXOS ] && echo "nixos yes"
sed -n 's/^PRETTY_NAME=//p' /etc/os-release | sed 's/^/os /'
for name in current booted; do
  link=/run/$name-system
  [ -e "$link" ] || continue
  echo "$name $(readlink -f "$link")"
  for part in kernel initrd kernel-modules; do echo "$name-$part $(readlink -f "$link/$part")"; done
done
profiles=/nix/var/nix/profiles
[ -e ${knownGoodProfile} ] && echo "known-good $(readlink -f ${knownGoodProfile})"
[ -e "$profiles/system" ] && echo "profile $(readlink -f "$profiles/system")"
value=
{ read -r value || [ -n "$value" ]; } </run/current-system/nixos-version && echo "nixos-version $value"
links=$(ls -d "$profiles"/system-*-link | sort -t- -k2,2n)
newest=$(echo "$links" | tail -n ${describedGenerations})
if [ -n "$links" ]; then
  stat -c '%Y %N' $links | sed 's/^/generation /'
  for link in $newest; do
    value=
    { read -r value || [ -n "$value" ]; } <"$link/nixos-version" && echo "version $link $value"
  done
  for link in $newest; do set -- "$@" "$link/kernel"; done
  shift 2
  stat -c '%N' "$@" | sed 's/^/kernel-link /'
fi
files=
for link in /run/current-system $newest; do
  files="$files $link/sw/bin/nixos-version $link/nixos-version.json $link/etc/nixos-version.json"
done
grep -H -o '"configurationRevision": *"[^"]*"' $files | sed 's/^/revision /'
systemctl list-units --all --plain --no-legend --no-pager --full --type=service,socket,timer,path,mount,automount,swap,target | sed 's/^/unit /'
df -Pk / /nix /boot | sed -n '2,$s/^/space /p'
echo "nix-version $(nix-store --version)"
cat /etc/nix/nix.conf /etc/nix/nix.custom.conf | grep -E '^[[:space:]]*(extra-)?trusted-users' | sed 's/^/nix-conf /'
[ -S /nix/var/nix/daemon-socket/socket ] && echo "nix-daemon yes"
echo "store-owner $(stat -c %U /nix/var/nix/db)"
lock=/run/nixos/switch-to-configuration.lock
if [ -e "$lock" ]; then
  flock -n -s "$lock" true
  if [ $? = 1 ]; then
    echo "activation-lock held"
    inode=$(stat -c %i "$lock")
    while read -r number kind mode access process place rest; do
      [ "\${place##*:}" = "$inode" ] && [ "$process" -gt 0 ] && echo "activation-holder $process $(cat /proc/$process/comm)" && break
    done </proc/locks
  fi
fi
for folder in ${recordFolder}/*/; do
  folder=\${folder%/}
  [ -e "$folder/record" ] && [ ! -e "$folder/result" ] || continue
  kill -0 "$(cat "$folder/supervisor")" || [ -e "/proc/$(cat "$folder/supervisor")" ] || continue
  since=
  who=
  while read -r key value; do
    case $key in since) since=$value ;; who) who=$value ;; esac
  done <"$folder/record"
  echo "supervision \${folder##*/} $since $who $(cat "$folder/phase")"
done
${bootScript}
read -r stop rest </proc/uptime && echo "stopped $stop"
echo "nixup-probe-end"
`;
