import { quoteWord } from '../../model/command.ts';
import { decisions, type SupervisionDecision } from '../../model/host/supervision.ts';
import { isRoot } from '../ssh/elevation.ts';
import { noteFolder, recordFolder } from './commands.ts';

/**
 * The supervisor waits at the other end of this pipe. It is opened for both
 * directions, so that nobody waits for a supervisor that is gone (fifo(7)).
 */
export const supervisorWaits = '$folder/wake';

/** Tells the supervisor that there is something new in its record. */
export const wakeSupervisor = `[ -p "${supervisorWaits}" ] && echo 1<>"${supervisorWaits}"`;

/**
 * Empty files of the record with the names of the decisions: the link that is the decision leads to
 * one of them, and a shell sees to which without a process.
 */
export const decisionFiles = decisions.map((name) => `"$folder/${name}"`).join(' ');

/** Sets `told` to the decision; empty where there is none. */
export const readDecision = `told=
  for each in ${decisions.join(' ')}; do [ "$folder/decision" -ef "$folder/$each" ] && told=$each; done
  [ -n "$told" ] || [ ! -L "$folder/decision" ] || told=$(readlink "$folder/decision")`;

/** Prints what `readSupervision` reads; nothing where the host has no such record. */
export const showSupervision = (id: string): string => `
folder=${recordFolder}/${quoteWord(id)}
if [ -e "$folder/record" ]; then
  echo "supervision-id ${id}"
  ${readDecision}
  echo "supervision-decision $told"
  [ -e "$folder/phase" ] && read -r told <"$folder/phase" && echo "supervision-phase $told"
  [ -e "$folder/result" ] && read -r told <"$folder/result" && echo "supervision-result $told"
  [ -e "$folder/again" ] && echo "supervision-again yes"
elif read -r told <${noteFolder}/${quoteWord(id)}; then
  # It rebooted itself, and its record is gone with that.
  echo "supervision-id ${id}"
  echo "supervision-phase ended 0 0"
  echo "supervision-result $told"
fi 2>/dev/null
`;

/**
 * Tells the supervisor that somebody reached the host and is root there; its confirm clock then
 * starts again. Not where names no longer resolve: such a host counts as lost.
 */
export const proveContact = (id: string): string => `
folder=${recordFolder}/${quoteWord(id)}
if ${isRoot} && [ -e "$folder/record" ] && [ ! -e "$folder/result" ]; then
  any=
  while read -r name; do
    timeout 3 getent ahosts "$name" >/dev/null 2>&1 && any=1 && break
  done <"$folder/names"
  if [ -n "$any" ] || [ ! -s "$folder/names" ]; then
    read -r now rest </proc/uptime
    echo "\${now%%.*}" >"$folder/contact"
    ${wakeSupervisor}
  else
    echo "supervision-names broken"
  fi
fi
`;

/**
 * Asks the supervisor for a decision, and waits until it is carried out: this one, or an earlier
 * one. Prints nothing of its own.
 */
export const requestDecision = (
  id: string,
  decision: SupervisionDecision,
  waitSeconds: number,
): string => `
folder=${recordFolder}/${quoteWord(id)}
if [ -e "$folder/record" ]; then
  [ -e "$folder/result" ] || ln -s ${decision} "$folder/decision" 2>/dev/null
  ${wakeSupervisor}
  read -r now rest </proc/uptime
  until=$((\${now%%.*} + ${waitSeconds}))
  missed=0
  while [ ! -e "$folder/result" ] && [ "\${now%%.*}" -lt "$until" ] && [ "$missed" -lt 100 ]; do
    flock -s -E 9 -w 5 8 2>/dev/null 8<"${supervisorHolds}"
    if [ $? = 9 ]; then missed=0
    elif [ ! -e "$folder/result" ]; then
      # It was killed, and is started again.
      supervisor=none
      [ -e "$folder/supervisor" ] && read -r supervisor <"$folder/supervisor"
      if kill -0 "$supervisor" 2>/dev/null; then missed=0; else missed=$((missed + 1)); fi
      sleep 0.05
    fi
    read -r now rest </proc/uptime
  done
fi
`;

/**
 * The supervisor holds this file of the record locked until it has left its
 * result. A lock is only what one waits for: the kernel lets go for a killed
 * process too, and what is true stands in the other files.
 */
export const supervisorHolds = '$folder/alive';
