import { quoteWords } from '../model/command.ts';
import { type ActivationOrder, assignments, seconds } from './activation-order.ts';

/**
 * The supervisor's way back: the old system's own activation, tried until the
 * clock runs out, and only while the host runs the old or the new system.
 * Functions of `supervisor-script.ts`, whose variables and functions they use.
 */
export const revertFunctions = ({
  terms,
  revert,
}: ActivationOrder): string => `# Restart lists that a killed activation left name units that the old system may not have.
filter_lists() {
  for list in start restart reload; do
    file=/run/nixos/$list-list
    [ -s "$file" ] || continue
    while read -r name; do
      template=$name
      case $name in *@*.*) template=\${name%%@*}@.\${name##*.} ;; esac
      for known in "$name" "$template"; do
        if [ -e "$old/etc/systemd/system/$known" ]; then echo "$name"; break; fi
      done
    done <"$file" >"$file.new"
    mv -f "$file.new" "$file"
  done
}
revert() {
  [ -e "$folder/why" ] || keep why "$1"
  read -r why <"$folder/why"
  clock
  [ -e "$folder/revert-by" ] || keep revert-by $((uptime + ${seconds(terms.revertMs)}))
  read -r by <"$folder/revert-by"
  phase reverting "$by"
  [ -e "$folder/exit" ] || stop_activation
  tries=0
  outcome=lock
  while clock; [ "$uptime" -lt "$by" ] && [ "$tries" -lt 3 ]; do
    hold || { sleep 0.2; continue; }
    runs "$old" || runs "$new" || finish "foreign $(readlink -f /run/current-system)"
    filter_lists
    let_go
    ${assignments(revert.env)} timeout -k 5 $((by - uptime)) ${quoteWords([revert.file, ...revert.args])} >"$folder/revert.log" 2>&1 </dev/null
    outcome=$?
    grep -q 'Could not acquire lock' "$folder/revert.log" && { sleep 0.5; continue; }
    sed 's/^/going back: /' "$folder/revert.log" >>"$folder/output"
    if runs "$old"; then
      case $outcome in 0 | 2 | 4) finish "reverted $why $outcome" ;; esac
    fi
    tries=$((tries + 1))
    sleep 1
  done
  ${terms.mayReboot ? 'keep result "revert-failed $why $outcome"; systemctl reboot' : ':'}
  finish "revert-failed $why $outcome"
}`;
