import { quoteWord } from '../../model/command.ts';
import { fullUnitName } from '../../model/host/unit-name.ts';
import { restingProperties } from '../../parsers/host/units.ts';
import { isRoot } from '../ssh/elevation.ts';
import { recordFolder } from './commands.ts';

/** How long a user's manager may take to answer, seconds; one that a login just started settles first. */
const managerSeconds = 5;

/**
 * More managers than this mean a machine with many users; asking them all would delay every probe.
 */
const mostManagers = 20;

/**
 * `ask_users`: for each user with a manager `user-unit NAME` and a line of
 * `systemctl list-units` for each unit that failed, or `user-unasked NAME WHY`.
 * By the manager's own socket, so that neither logind nor a bus of the session
 * is needed, nor a systemd that knows `--machine=NAME@`; and as that user,
 * because systemctl takes no answer from another one's manager.
 */
export const askUsersFunction = `ask_users() {
  asked=0
  me=other
  ${isRoot} && me=0
  for runtime in /run/user/*; do
    [ -S "$runtime/systemd/private" ] || continue
    user_id=\${runtime##*/}
    user=$(id -un "$user_id" 2>/dev/null) || user=$user_id
    asked=$((asked + 1))
    if [ "$asked" -gt ${mostManagers} ]; then echo "user-unasked $user too many users have a manager"; continue; fi
    as=
    if [ "$user_id" != "$me" ] && ! [ -O "$runtime" ]; then
      if [ "$me" != 0 ]; then echo "user-unasked $user not-root"; continue; fi
      if command -v setpriv >/dev/null 2>&1; then
        as="setpriv --reuid=$user_id --regid=$(id -g "$user_id") --clear-groups"
      elif command -v runuser >/dev/null 2>&1; then as="runuser -u $user --"
      else echo "user-unasked $user no-tool"; continue
      fi
    fi
    control="timeout ${managerSeconds} $as env XDG_RUNTIME_DIR=$runtime systemctl --user"
    $control is-system-running --wait >/dev/null 2>&1 </dev/null
    if listed=$($control list-units --plain --no-legend --no-pager --full --state=failed,auto-restart 2>/dev/null </dev/null); then
      [ -z "$listed" ] || printf '%s\\n' "$listed" | while IFS= read -r line; do echo "user-unit $user $line"; done
    elif [ -S "$runtime/systemd/private" ]; then echo "user-unasked $user silent"
    fi
  done
}`;

/**
 * Units that an activation of nixup could not reload and that were not reloaded
 * since: systemd lists them as active, and keeps the answer with the unit alone
 * (`ReloadResult`, org.freedesktop.systemd1(5)). Only those are asked.
 */
const failedReloads = `reloads=
for output in ${recordFolder}/*/output; do
  [ -s "$output" ] || continue
  while IFS= read -r line; do
    case $line in 'Failed to reload '*) ;; *) continue ;; esac
    unit=\${line#Failed to reload }
    unit=\${unit%%[: ]*}
    case " $reloads " in *" $unit "*) ;; *) reloads="$reloads $unit" ;; esac
  done <"$output"
done
if [ -n "$reloads" ]; then
  unit=
  state=
  { systemctl show -p Id -p ActiveState -p ReloadResult -- $reloads; echo; } | while IFS= read -r line; do
    case $line in
      Id=*) unit=\${line#Id=} ;;
      ActiveState=active | ReloadResult=*) state="$state \${line#*=}" ;;
      '')
        case $state in *success* | '') ;; *active*) echo "reload-failed $unit" ;; esac
        unit=
        state=
        ;;
    esac
  done
fi`;

/** Where systemd finds unit files (systemd.unit(5)), and Nix's own profile. */
const unitFolders = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/run/systemd/generator.late',
  '/nix/var/nix/profiles/default/lib/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
];

/**
 * What starts others, and services that a call on the bus starts. systemd reads
 * every property of each unit that it is asked for, so only those services are
 * asked that may be of that type and do not run: systemd refuses `Type=dbus`
 * without `BusName=` (service.c, service_verify).
 */
const startersScript = `part starts
for kind in sockets timers paths; do systemctl list-$kind --plain --no-legend --no-pager --full; done
part resting
resting=
for file in $(grep -l -s -E '^[[:space:]]*BusName[[:space:]]*=' ${unitFolders.flatMap((folder) => [`${folder}/*.service`, `${folder}/*.service.d/*.conf`]).join(' ')}); do
  case $file in *.d/*.conf) file=\${file%.d/*} ;; esac
  name=\${file##*/}
  case $name in
    *@.service) case $units in *" \${name%.service}"*) resting="$resting \${name%.service}*.service" ;; esac ;;
    *) case $units in *" $name loaded inactive "*) resting="$resting $name" ;; esac ;;
  esac
done
set -f
[ -z "$resting" ] || systemctl show --no-pager --state=inactive ${restingProperties.map((name) => `-p ${name}`).join(' ')} -- $resting
set +f
part`;

/** Leaves the answer in `units` too, its words with one space between. */
const listUnits = `${askUsersFunction}
part unit
units=$(systemctl list-units --all --plain --no-legend --no-pager --full --type=service,socket,timer,path,mount,automount,swap,target)
printf '%s\\n' "$units"
part
set -f
set -- $units
units=" $* "
set +f`;

/** What a probe asks of units: all of the system's, what starts them, and what is wrong with those of users. */
export const unitsScript = `${listUnits}
${startersScript}
${failedReloads}
ask_users`;

/**
 * The same, but what starts others only where one of these units does not run:
 * of the others somebody asks where that matters.
 */
export const briefUnitsScript = (critical: readonly string[]): string => `${listUnits}
asks=
for name in ${critical.map((name) => quoteWord(fullUnitName(name))).join(' ')}; do
  case $units in *" $name loaded active "*) continue ;; esac
  asks=1
  break
done
if [ -n "$asks" ]; then
${startersScript}
else echo "without starters"; fi
${failedReloads}
ask_users`;

/** How often systemd started these units again (`NRestarts`, org.freedesktop.systemd1(5)). */
export const restartsScript = (critical: readonly string[]): string =>
  critical.length === 0
    ? ''
    : `part restarts
systemctl show --no-pager -p Id -p NRestarts -- ${critical.map((name) => quoteWord(fullUnitName(name))).join(' ')}
part`;

/** Sockets that listen, a line of the kernel each (proc_net(5)); a shell reads such a file byte by byte. */
export const listensScript = `part listens
grep -h -s -E '^ *[0-9]+: [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ 0A ' /proc/net/tcp /proc/net/tcp6
part`;
