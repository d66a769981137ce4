import { quoteWord, quoteWords } from '../../model/command.ts';
import { forgetKnownGood, keepKnownGood } from '../host/known-good.ts';
import { type ActivationOrder, seconds, shown } from './order.ts';

/**
 * What the supervisor does once an activation is confirmed: known good, profile,
 * boot entries; where one of them fails, the profile is put back. A function of
 * `supervisor-script.ts`, whose variables and functions it uses.
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
  : >"$folder/persist.new"
  [ -e "$folder/profile-before" ] || keep profile-before "$(readlink "$profile")"
  ${isWayBack ? forgetKnownGood(quoteWord(from), quoteWord(to)) : isFromGood ? keepKnownGood('"$profile"', quoteWord(from)) : ':'}
  failed=0
  if ! [ "$profile" -ef ${quoteWord(to)} ]; then
    ${quoteWords([setProfile.file, ...setProfile.args])} >>"$log" 2>&1 </dev/null || failed=$?
    echo "step profile $failed" >>"$folder/persist.new"
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
    echo "step boot $failed" >>"$folder/persist.new"
  fi
  mv -f "$folder/persist.new" "$folder/persist"
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
