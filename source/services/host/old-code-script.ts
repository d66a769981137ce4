import { isRoot } from '../ssh/elevation.ts';

/** Newest generations in which code of earlier systems is looked for. */
const earlierGenerations = 20;

/** How long Nix may take to list what systems consist of, seconds. */
const closureSeconds = 20;

/** Links to what users and the default profile have, which is no part of a system and yet not old. */
const profiles = [
  '/nix/var/nix/profiles/default',
  '/nix/var/nix/profiles/per-user/*/profile',
  '/nix/var/nix/profiles/per-user/*/home-manager',
  '/home/*/.local/state/nix/profiles/profile',
  '/home/*/.local/state/nix/profiles/home-manager',
  '/root/.local/state/nix/profiles/profile',
];

/**
 * Processes with code in memory that the running system does not have, as lines
 * `process PID HOW PATH`. HOW is `before`: an earlier system has it, `deleted`: its
 * file is gone, `other`: nobody knows whose it is. Only processes of
 * this script's own namespace count, because containers and builds of Nix have systems
 * of their own. Lines of proc_pid_maps(5) that may be executed count, and what
 * a command line names, because of scripts and of settings that stand there.
 */
const processFilter = `
/^nixup-list / { list = $2; next }
list == "now" { now[$0] = 1; size++; next }
list == "before" { before[$0] = 1; next }
list == "spaces" {
  split($0, word, "'"); split(word[2], part, "/")
  if (part[3] == "self") own = word[4]
  space[part[3]] = word[4]
  next
}
{
  split($0, part, "/"); pid = part[3]
  at = index($0, "/nix/store/")
  rest = substr($0, at + 11)
  name = rest; sub(/[\\/ ].*$/, "", name)
  path = "/nix/store/" name
  if (!at || path in now || space[pid] != own || (pid, path) in seen) next
  seen[pid, path] = 1
  how = "other"
  if (rest ~ / \\(deleted\\)$/) how = "deleted"
  if (path in before) how = "before"
  print "process " pid " " how " " path
}
END { print "closure " size + 0 }`;

/**
 * Services that still run code of an earlier system: lines behind the part
 * \`old-code\`, for \`parsers/host/old-code.ts\`. A user sees only their own processes.
 */
export const oldCodeScript = `part old-code
${isRoot} && echo "as root" || echo "as user"
found=$(
  {
    echo "nixup-list now"
    set --
    for link in /run/current-system ${profiles.join(' ')}; do [ -e "$link" ] && set -- "$@" "$(readlink -f "$link")"; done
    timeout ${closureSeconds} nix-store -qR "$@"
    echo "nixup-list before"
    set --
    for link in /run/booted-system $(printf '%s\\n' /nix/var/nix/profiles/system-*-link | sort -t- -k2,2nr | head -n ${earlierGenerations}); do
      [ -e "$link" ] && set -- "$@" "$(readlink -f "$link")"
    done
    timeout ${closureSeconds} nix-store -qR "$@"
    echo "nixup-list spaces"
    stat -c '%N' /proc/self/ns/pid /proc/[0-9]*/ns/pid
    echo "nixup-list code"
    grep -H -E '^[^ ]+ ..x. .*/nix/store/' /proc/[0-9]*/maps
    grep -a -o -H '/nix/store/[0-9a-z]\\{32\\}-[0-9A-Za-z+._?=-]*' /proc/[0-9]*/cmdline
  } | awk '${processFilter.replaceAll("'", "'\\''")}'
)
printf '%s\\n' "$found"
last=
asked=
for pid in $(printf '%s\\n' "$found" | while read -r kind pid rest; do [ "$kind" = process ] && echo "$pid"; done); do
  [ "$pid" = "$last" ] && continue
  last=$pid
  group=/
  while IFS= read -r line; do
    # systemd's groups are in one of the two, whichever the other tells (cgroups(7)).
    case $line in 0::/?* | *:name=systemd:/?*) group=\${line#*:*:} ;; esac
  done <"/proc/$pid/cgroup"
  echo "group $pid $group"
  case $group in
    */user@*.service/*)
      user=\${group#*/user@}
      user=\${user%%.service*}
      echo "user $user $(id -un "$user")"
      ;;
    */session-*) ;;
    *.service*) group=\${group%%.service*}.service; asked="$asked \${group##*/}" ;;
  esac
done
set -f
[ -z "$asked" ] || systemctl show -p Id -p MainPID -p ActiveState -p RefuseManualStop -p FragmentPath -- $asked
set +f
part`;
