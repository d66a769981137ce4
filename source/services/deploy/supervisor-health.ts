import { askUsersFunction } from '../host/unit-scripts.ts';

/**
 * By what a host judges its own units, where nobody else does: nothing failed
 * that had not failed before, of the system, of users, and of what was to be
 * reloaded; and every critical unit runs or waits for what starts it. Functions
 * of `supervisor-script.ts`, whose variables and functions they use.
 */
export const healthFunctions = `${askUsersFunction}
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
  for name in $failed; do known_failure "$name" || return 1; done
  while read -r name; do
    [ -z "$name" ] || runs_or_waits "$name" || known_failure "$name" || return 1
  done <"$folder/critical"
}`;
