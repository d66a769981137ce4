import { quoteWord, quoteWords } from '../../model/command.ts';
import { forgetOnceScript } from '../../parsers/boot/loaders.ts';
import { noteFolder } from '../host/commands.ts';
import { forgetKnownGood, keepKnownGood } from '../host/known-good.ts';
import { type ActivationOrder, assignments, seconds, shown } from './order.ts';

/**
 * What the supervisor does once an activation is confirmed: known good, profile, boot entries;
 * where one of them fails, the profile is restored. A function of `supervisor.ts`, whose variables
 * and functions it uses.
 */
export const persistFunction = ({
  from,
  to,
  terms,
  isWayBack,
  isFromGood,
  setProfile,
  persist,
}: ActivationOrder): string => `persist() {
  phase persisting $((uptime + ${seconds(terms.revertMs)}))
  let_go
  log=$folder/persist.log
  : >"$log"
  # Read once there is a result.
  : >"$folder/persist"
  [ -s "$folder/profile-before" ] || readlink "$profile" >"$folder/profile-before"
  ${isWayBack ? forgetKnownGood(quoteWord(from), quoteWord(to)) : isFromGood ? keepKnownGood('"$profile"', quoteWord(from)) : ':'}
  failed=0
  if ! [ "$profile" -ef ${quoteWord(to)} ]; then
    ${quoteWords([setProfile.file, ...setProfile.args])} >>"$log" 2>&1 </dev/null || failed=$?
    echo "step profile $failed" >>"$folder/persist"
  fi
  if [ "$failed" = 0 ]; then
    clock
    by=$((uptime + ${seconds(terms.revertMs)}))
    while :; do
      failed=0
      ${shown(persist)} >"$log.boot" 2>&1 </dev/null || failed=$?
      clock
      [ "$failed" != 0 ] && grep -q 'Could not acquire lock' "$log.boot" && [ "$uptime" -lt "$by" ] && runs "$new" || break
      sleep 0.3
    done
    cat "$log.boot" >>"$log"
    echo "step boot $failed" >>"$folder/persist"
  fi
  [ "$failed" = 0 ] && return 0
  # Nothing half done: the profile as it was, and no generation that would never boot.
  read -r before <"$folder/profile-before"
  after=$(readlink "$profile")
  if [ "$before" != "$after" ]; then
    number=\${before#system-}
    nix-env -p "$profile" --switch-generation "\${number%-link}" >>"$log" 2>&1 </dev/null
    number=\${after#system-}
    nix-env -p "$profile" --delete-generations "\${number%-link}" >>"$log" 2>&1 </dev/null
  fi
  return 1
}`;

/** How long taking back a choice for the next boot may take, seconds. */
const forgettingSeconds = 20;

/** How long a host that shuts down may take before it is forced to, seconds. */
const shutdownSeconds = 180;

/**
 * The systems that a host may boot into when it cannot go back: the old one, or the one that a
 * rollback was to bring it to.
 */
const bootable = ({ terms, from, to, isWayBack }: ActivationOrder): string | null =>
  terms.rebootsInto === from || (isWayBack && terms.rebootsInto === to) ? terms.rebootsInto : null;

/**
 * The last resort: a boot into the default, which was read before and still is the profile. Through
 * systemd's own socket, since bus and logind may be gone. The result is kept where it survives the
 * boot.
 */
const rebootFunction = (order: ActivationOrder): string => {
  const into = bootable(order);
  if (into === null) return 'reboot_into_default() { return 1; }';
  return `reboot_into_default() {
  [ "$profile" -ef ${quoteWord(into)} ] || return 1
  # Its boot entries may have been half written.
  if [ "$why" = persist ]; then
    NIXOS_NO_CHECK=1 timeout 120 ${quoteWord(`${into}/bin/switch-to-configuration`)} boot >>"$folder/output" 2>&1 </dev/null || return 1
  fi
  mkdir -p ${noteFolder} && echo "rebooted $why $outcome" >${noteFolder}/${quoteWord(order.id)}
  note_activation rebooted
  sync
  keep result "rebooted $why $outcome"
  # What somebody chose for the next boot would start in place of the default. What hangs must not keep the host from its restart.
  echo "going back: a choice for the next boot is taken back, where there is one" >>"$folder/output"
  (
${forgetOnceScript}
  ) >/dev/null 2>&1 </dev/null &
  waited=0
  while kill -0 $! 2>/dev/null && [ "$waited" -lt ${forgettingSeconds} ]; do sleep 1; waited=$((waited + 1)); done
  phase ended 0
  # Who listens hears of it.
  sleep 2
  systemctl --no-block --job-mode=replace-irreversibly start reboot.target || systemctl --force reboot
  sleep ${shutdownSeconds}
  systemctl --force --force reboot
}`;
};

/**
 * How the supervisor takes the host back: the old system's own activation, tried until the clock
 * runs out, and only while the host runs the old or the new system; then units that the activation
 * had stopped are started. Functions of `supervisor.ts`, whose variables and functions they use.
 */
// Over 60 lines: the text of one script, read from its top.
export const revertFunctions = (
  order: ActivationOrder,
): string => `# Lists that a killed activation left name units that the old system may not have. What neither has a file of is systemd's own, or made of fstab.
known_to_old() {
  template=$1
  case $1 in *@*.*) template=\${1%%@*}@.\${1##*.} ;; esac
  for known in "$1" "$template"; do
    [ -e "$old/etc/systemd/system/$known" ] && return 0
  done
  [ ! -e "$new/etc/systemd/system/$1" ] && [ ! -e "$new/etc/systemd/system/$template" ] &&
    [ "$(systemctl show --value -p LoadState -- "$1" 2>/dev/null)" = loaded ]
}
filter_lists() {
  for list in start restart reload; do
    file=/run/nixos/$list-list
    [ -s "$file" ] || continue
    while read -r name; do
      known_to_old "$name" || continue
      # What does not run is not reloaded, and one that is not loaded would end the whole way back.
      if [ "$list" = reload ] && ! systemctl is-active --quiet -- "$name"; then echo "$name" >>/run/nixos/start-list
      else echo "$name"
      fi
    done <"$file" >"$file.new"
    mv -f "$file.new" "$file"
  done
}
# What the activation had stopped, and what went along with that: the old system finds no difference in what does not run.
was_active() {
  while read -r was rest; do [ "$was" = "$1" ] && return 0; done <"$folder/active-before"
  return 1
}
start_stopped() {
  stopped=$(sed -n 's/^stopping the following units: //p' "$folder/output" | tr -d ',')
  [ -n "$stopped" ] || return 0
  for name in $stopped $(systemctl show --value -p RequiredBy -p BoundBy -p ConsistsOf -- $stopped 2>/dev/null); do
    case $name in *.target | *.slice | *.scope) continue ;; esac
    was_active "$name" && ! runs_or_waits "$name" || continue
    [ "$(systemctl show --value -p LoadState -- "$name" 2>/dev/null)" = loaded ] || continue
    echo "going back: $name had been stopped; it is started" >>"$folder/output"
    timeout 60 systemctl start "$name" >>"$folder/output" 2>&1
  done
}
${rebootFunction(order)}
revert() {
  [ -e "$folder/why" ] || keep why "$1"
  read -r why <"$folder/why"
  clock
  [ -e "$folder/revert-by" ] || keep revert-by $((uptime + ${seconds(order.terms.revertMs)}))
  read -r by <"$folder/revert-by"
  phase reverting "$by"
  [ -e "$folder/exit" ] || stop_activation
  tries=0
  outcome=lock
  while clock; [ "$uptime" -lt "$by" ] && [ "$tries" -lt 3 ]; do
    hold || { sleep 0.2; continue; }
    runs "$old" || runs "$new" || finish "foreign $(readlink -f /run/current-system)"
    mend_bus
    filter_lists
    let_go
    clock
    ${assignments(order.revert.env)} timeout -k 5 $((by > uptime ? by - uptime : 1)) ${quoteWords([order.revert.file, ...order.revert.args])} >"$folder/revert.log" 2>&1 </dev/null
    outcome=$?
    grep -q 'Could not acquire lock' "$folder/revert.log" && { sleep 0.5; continue; }
    sed 's/^/going back: /' "$folder/revert.log" >>"$folder/output"
    if runs "$old"; then
      case $outcome in
        0 | 2 | 4)
          start_stopped
          finish "reverted $why $outcome"
          ;;
      esac
    fi
    tries=$((tries + 1))
    sleep 1
  done
  reboot_into_default
  finish "revert-failed $why $outcome"
}`;
