import { quoteWord } from '../../model/command.ts';
import { readDecision, supervisorHolds, supervisorWaits } from '../host/supervision.ts';
import { askUsersFunction } from '../host/unit-scripts.ts';
import { noteActivationFunction } from './host-record.ts';
import {
  type ActivationOrder,
  activationUnit,
  preamble,
  runOfActivation,
  seconds,
} from './order.ts';
import { persistFunction, revertFunctions } from './supervisor-endings.ts';

/**
 * By what a host judges its own units, where nobody else does: nothing failed
 * that had not failed before, of the system, of users, and of what was to be
 * reloaded; and every critical unit runs or waits for what starts it. Functions
 * of the supervisor, whose variables and functions they use.
 */
const healthFunctions = `${askUsersFunction}
known_failure() { grep -qxF -e "$1" -e "\${1%#reload}" "$folder/failed-before"; }
runs_or_waits() {
  systemctl is-active --quiet -- "$1" && return 0
  for starter in $(systemctl show --value -p TriggeredBy -- "$1" 2>/dev/null); do
    systemctl is-active --quiet -- "$starter" && return 0
  done
  return 1
}
is_healthy() {
  failed=$(systemctl list-units --state=failed --plain --no-legend --no-pager --full | cut -d' ' -f1) || return 1
  failed="$failed $(ask_users 2>/dev/null | while read -r kind user unit rest; do
    case $kind.$unit in user-unit.*) echo "$user/$unit" ;; user-unasked.silent) echo "$user/" ;; esac
  done)"
  failed="$failed $(sed -n 's/^Failed to reload \\([^ :]*\\).*/\\1#reload/p' "$folder/output")"
  for name in $failed; do
    case $name in nixup-activate-* | nixup-supervise-* | nixup-copy-*) continue ;; esac
    known_failure "$name" || return 1
  done
  while read -r name; do
    [ -z "$name" ] || runs_or_waits "$name" || known_failure "$name" || return 1
  done <"$folder/critical"
}`;

/**
 * `mend_bus`: the activation program of every system needs the bus of the system
 * and logind behind it, which the other system may have ended. systemctl itself
 * speaks to systemd by a socket of its own, so that both can be started again
 * without them. `dbus.service` is the name of whichever implementation runs.
 */
const busFunction = `answers() { timeout 10 busctl --quiet call "$1" "$2" org.freedesktop.DBus.Peer Ping >/dev/null 2>&1; }
mend_bus() {
  if ! answers org.freedesktop.DBus /org/freedesktop/DBus; then
    echo "going back: the system bus does not answer; it is started again" >>"$folder/output"
    timeout 20 systemctl reset-failed dbus.socket dbus.service dbus-broker.service >/dev/null 2>&1
    timeout 20 systemctl start dbus.socket >>"$folder/output" 2>&1
    timeout 30 systemctl restart dbus.service >>"$folder/output" 2>&1
    # Who lost the bus does not find back to it by itself.
    timeout 30 systemctl restart systemd-logind.service >>"$folder/output" 2>&1
  fi
  if ! answers org.freedesktop.login1 /org/freedesktop/login1; then
    echo "going back: logind does not answer; it is started again" >>"$folder/output"
    timeout 30 systemctl restart systemd-logind.service >>"$folder/output" 2>&1
  fi
}`;

/** From so long on an activation takes long: then it is noted what it waits for, and so often. */
const waitsAfterSeconds = 10;
const waitsEverySeconds = 5;

const activationLock = '/run/nixos/switch-to-configuration.lock';

/** Shell functions that the parts below use: clock, files of the record, the lock, the ends. */
const functions = `# Until somebody writes into its pipe, or so many seconds are over.
await_news() {
  if [ -z "$hears" ]; then sleep 0.2
  elif [ -n "$BASH_VERSION" ]; then read -r -t "$1" news <&6 || [ $? -gt 128 ] || sleep 0.2
  else
    timeout "$1" head -n 1 <&6 >/dev/null 2>&1
    # Its time is over, or it heard; whatever else must not end in a race.
    case $? in 0 | 124) ;; *) sleep 0.2 ;; esac
  fi
}
# Seconds until then, at least one; no more than five, since clocks and processes are looked at too.
left_until() {
  left=$(($1 - uptime))
  [ "$left" -lt 1 ] && left=1
  [ "$left" -gt "$2" ] && left=$2
}
clock() { read -r uptime rest </proc/uptime; uptime=\${uptime%%.*}; }
keep() { echo "$2" >"$folder/$1.new" && mv -f "$folder/$1.new" "$folder/$1"; }
# Whoever follows the activation hears of a new line.
tell() { echo "$1" >>"$folder/events"; }
phase() { clock; echo "$1 $uptime $2" >"$folder/phase"; tell "$1"; }
runs() { [ /run/current-system -ef "$1" ]; }
hold() {
  [ -n "$have" ] && return 0
  [ -d /run/nixos ] || mkdir -p /run/nixos
  ( : >>"$lock" ) 2>/dev/null || return 1
  exec 9>>"$lock"
  if flock -n 9; then have=1; else exec 9>&-; return 1; fi
}
let_go() { exec 9>&-; have=; }
decide() { ln -s "$1" "$folder/decision" 2>/dev/null; }
finish() {
  let_go
  note_activation "$1"
  keep result "$1"
  tell "$1"
  exec 8>&-
  phase ended 0
  [ -n "$inhibitor" ] && kill "$inhibitor" 2>/dev/null
  echo "nixup: $1"
  exit 0
}
stop_activation() {
  timeout 20 systemctl stop "$unit" >/dev/null 2>&1
  procs=/sys/fs/cgroup/system.slice/$unit/cgroup.procs
  [ -e "$procs" ] && while read -r process; do kill -9 "$process" 2>/dev/null; done <"$procs"
}
name_hang() {
  {
    timeout 5 systemctl list-jobs --no-legend --plain 2>/dev/null | while read -r job name kind state; do
      [ "$state" = running ] && echo "$name ($kind)"
    done
    tail -n 1 "$folder/output"
  } >"$folder/hanging" 2>/dev/null
}
# What the activation waits for, for whoever follows it; told again only where something else came.
name_waits() {
  jobs=$(timeout 5 systemctl list-jobs --no-legend --plain 2>/dev/null)
  busy=$(printf '%s\\n' "$jobs" | while read -r job name kind state; do [ "$state" = running ] && echo "$name"; done)
  program=
  group=/sys/fs/cgroup/system.slice/$unit/cgroup.procs
  [ -e "$group" ] && while read -r process; do read -r name <"/proc/$process/comm" && program=$name; done <"$group" 2>/dev/null
  said=$(tail -n 1 "$folder/output")
  [ "$jobs/$program/$said" = "$waits" ] && return 0
  waits=$jobs/$program/$said
  {
    date '+now %s'
    [ -z "$jobs" ] || printf '%s\\n' "$jobs" | while IFS= read -r line; do echo "job $line"; done
    set -f
    [ -z "$busy" ] || timeout 5 systemctl show --timestamp=unix -p Id -p StateChangeTimestamp -- $busy
    set +f
    echo
    echo "runs $program"
    echo "said $said"
  } >"$folder/waits.new" 2>/dev/null && mv -f "$folder/waits.new" "$folder/waits" && tell waits
}
is_untouched() {
  runs "$old" && [ -n "$status$never" ] &&
    ! grep -q -E '^(activating the configuration|stopping the following|restarting systemd)' "$folder/output"
}`;

/** Starts the activation once, even if several supervisors of the order run one after the other. */
const startActivation = ({
  terms,
  isWayBack,
}: ActivationOrder): string => `[ -e "$folder/result" ] && exit 0
# One before this was killed, and systemd started it again.
if [ -s "$folder/supervisor" ]; then
  : >"$folder/again"
  echo "nixup: the supervisor of this activation was killed and started again by systemd" >>"$folder/output"
fi
echo $$ >"$folder/supervisor"
# Held for as long as this lives: who asked for a decision waits for that.
[ -w "${supervisorHolds}" ] && exec 8>>"${supervisorHolds}" && flock -w 2 8
# A machine whose kernel knows no sleep (systemd-sleep.conf(5)), and that has no lid, needs none.
inhibitor=
{ read -r sleeps </sys/power/state; } 2>/dev/null
if [ -n "$sleeps" ] || [ -e /proc/acpi/button/lid ]; then
  systemd-inhibit --what=sleep:handle-lid-switch --who=nixup --why="a new system is being proven" --mode=block sleep infinity >/dev/null 2>&1 </dev/null 8>&- &
  inhibitor=$!
fi
[ -p "${supervisorWaits}" ] || mkfifo -m 600 "${supervisorWaits}" 2>/dev/null
[ -p "${supervisorWaits}" ] && exec 6<>"${supervisorWaits}" && hears=1
never=
# Whoever creates it is the first.
set -C
first=
{ echo >"$folder/started"; } 2>/dev/null && first=1
set +C
if [ -n "$first" ]; then
  # What ran, for what an activation that is killed had stopped.
  [ -s "$folder/active-before" ] || systemctl list-units --state=active --plain --no-legend --no-pager --full >"$folder/active-before"
${isWayBack ? '  mend_bus\n' : ''}  clock
  echo $((uptime + ${seconds(terms.activationMs)})) >"$folder/activate-by"
  phase activating $((uptime + ${seconds(terms.activationMs)}))
  systemd-run --quiet --collect --no-ask-password --unit="$unit" --service-type=exec \\
    --property=OOMScoreAdjust=-900 --property=TimeoutStopSec=5 \\
    --property="ExecStopPost=$shell $folder/ended.sh" "$shell" "$folder/activate.sh" >>"$folder/output" 2>&1 || {
    never=1
    keep killed "its unit could not be started"
  }
fi`;

/**
 * Waits until the activation has ended, or ends it: when its time is over, or when somebody decided
 * so.
 */
const awaitActivation = `until=
[ -s "$folder/activate-by" ] && read -r until <"$folder/activate-by"
until=\${until:-0}
missed=0
waits=
clock
names_at=$((uptime + ${waitsAfterSeconds}))
while [ ! -e "$folder/exit" ] && [ ! -e "$folder/killed" ]; do
  clock
  longest=5
  if [ "$uptime" -ge "$names_at" ]; then
    name_waits
    names_at=$((uptime + ${waitsEverySeconds}))
  fi
  if [ "$uptime" -ge "$until" ]; then
    name_hang
    keep killed timeout
    phase stopping 0
    stop_activation
  elif [ -L "$folder/decision" ]; then
    keep killed asked
    stop_activation
  elif read -r activation 2>/dev/null <"$folder/pid" && ! kill -0 "$activation" 2>/dev/null; then
    # What runs when its unit ends may still write how it ended.
    longest=1
    missed=$((missed + 1))
    [ "$missed" -gt 5 ] && keep killed "gone without a trace"
  fi
  [ -e "$folder/exit" ] || [ -e "$folder/killed" ] || { left_until "$until" "$longest"; await_news "$left"; }
done`;

/** What is decided after an activation that did not succeed, where nobody decided. */
const judgeActivation = `# Only this reads it: an empty one was cut off, and counts as none.
if [ ! -s "$folder/activated" ]; then clock; echo "$uptime" >"$folder/activated"; fi
read -r ended <"$folder/activated"
[ -e "$folder/exit" ] && read -r status <"$folder/exit"
if [ ! -L "$folder/decision" ]; then
  case $status in
    0 | 4) runs "$new" || { keep why activation; decide revert; } ;;
    '')
      is_untouched && finish untouched
      read -r killed <"$folder/killed"
      case $killed in timeout) keep why timeout ;; *) keep why killed ;; esac
      decide revert
      ;;
    *)
      is_untouched && finish untouched
      keep why activation
      decide revert
      ;;
  esac
fi`;

/** Holds the lock until somebody decides, or the time for that is over. */
const awaitDecision = ({ terms }: ActivationOrder): string => `shown=
last=$ended
while [ ! -L "$folder/decision" ]; do
  longest=1
  hold && longest=5
  runs "$new" || finish "foreign $(readlink -f /run/current-system)"
  if read -r seen 2>/dev/null <"$folder/contact" && [ "\${seen:-0}" -gt "$last" ]; then last=$seen; fi
  until=$((last + ${seconds(terms.confirmMs)}))
  if [ "$until" != "$shown" ]; then shown=$until; phase confirming "$until"; fi
  clock
  if [ "$uptime" -ge "$until" ]; then
    ${
      terms.judge === 'contact'
        ? '{ keep why contact; decide revert; }'
        : 'if is_healthy; then decide commit; else keep why health; decide revert; fi'
    }
    continue
  fi
  [ -L "$folder/decision" ] || { left_until "$until" "$longest"; await_news "$left"; }
done`;

const carryOutDecision = `${readDecision}
case $told in
  commit)
    if ! runs "$new"; then finish "foreign $(readlink -f /run/current-system)"; fi
    clock
    if persist; then finish committed; fi
    keep why persist
    revert persist
    ;;
  keep) finish kept ;;
  *) revert asked ;;
esac`;

/**
 * The supervisor: plain sh in a transient service. It starts the activation and limits its time.
 * Then it holds the lock of `switch-to-configuration` until somebody decides, and takes the host
 * back by itself when nobody does. Deadlines are absolute values of `/proc/uptime`, which neither a
 * reload of systemd nor a suspend shifts, and are kept in files: a supervisor that was killed and
 * started again continues where it was. A decision is a symbolic link: making one is atomic, and
 * fails where there is one. It acts only while the host runs the old or the new system, never on a
 * system of somebody else.
 */
export const supervisorScript = (order: ActivationOrder): string => `${preamble(order)}
old=${quoteWord(order.fromActive)}
new=${quoteWord(order.toActive)}
lock=${activationLock}
unit=${activationUnit(order.id)}.service
profile=${order.systemProfile}
have=
hears=
status=
# The very file that runs this: an activation may replace what /bin/sh is.
shell=$1
${functions}
${noteActivationFunction({ ...order, run: runOfActivation(order.id) })}
${healthFunctions}
${busFunction}
${revertFunctions(order)}
${persistFunction(order)}

${startActivation(order)}
${awaitActivation}
${judgeActivation}
${awaitDecision(order)}
${carryOutDecision}
`;
