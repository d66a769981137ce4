import { quoteWord } from '../../model/command.ts';
import { fullUnitName } from '../../model/host/unit-name.ts';
import { noteFolder, recordFolder, rootFolder } from '../host/commands.ts';
import {
  decisionFiles,
  supervisorHolds,
  supervisorWaits,
  wakeSupervisor,
} from '../host/supervision.ts';
import { type ActivationOrder, assignments, preamble, shown, supervisorUnit } from './order.ts';
import { supervisorScript } from './supervisor.ts';

/**
 * What the unit of the activation runs. It writes to a file, which no lost
 * connection and no restarted journal can close under it; the journal gets the
 * text afterwards.
 */
const activationScript = (order: ActivationOrder): string => `${preamble(order)}
echo $$ >"$folder/pid"
${assignments(order.command.env) === '' ? '' : 'env '}${shown(order.command)} >>"$folder/output" 2>&1 </dev/null
status=$?
echo "$status" >"$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
${wakeSupervisor}
echo "nixup: ${order.mode} ended with $status"
cat "$folder/output"
exit 0
`;

/** Runs however the activation's unit ends, so that a kill leaves a record too. */
const endScript = (order: ActivationOrder): string => `${preamble(order)}
[ -e "$folder/exit" ] || [ -e "$folder/killed" ] || echo "$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS" >"$folder/killed"
[ -e "$folder/exit" ] || { ${wakeSupervisor}; }
`;

/** What the start of an activation says where its files cannot be written. */
export const noRoom = 'No space left on device: /run';

/** A file by the shell itself, without a process. */
const place = (path: string, text: string): string =>
  `printf '%s\\n' ${quoteWord(text)} >"${path}" || full=1`;

const unitLines = (units: readonly string[]): string =>
  units.map((unit) => cleanWord(fullUnitName(unit))).join('\n');

/** Names go into files line by line: one word each. */
const cleanWord = (word: string): string => word.replaceAll(/\s/g, '');

/**
 * Prints `s` once it is started, `b` where the host was rebooted since.
 * Starts a supervised activation, unless it was started before: after a lost
 * connection the same script is simply run again. Records of activations that
 * ended more than a week ago go, and roots of copies that were never activated. Names that resolve now are written down; at
 * least one of them must still resolve afterwards.
 */
// Over 60 lines: the text of one script, read from its top.
export const startScript = (order: ActivationOrder): string => `
folder=${recordFolder}/${order.id}
umask 022
read -r boot </proc/sys/kernel/random/boot_id
read -r name </proc/sys/kernel/hostname
${order.bootId === null ? '' : `if [ "$boot" != ${quoteWord(order.bootId)} ]; then echo b; exit 0; fi`}
# Roots are a comfort here: on a full disk the way back must still work.
[ -d ${rootFolder} ] || mkdir -p ${rootFolder} 2>/dev/null
find ${noteFolder} ${recordFolder} ${rootFolder} -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} + 2>/dev/null
ln -sf ${[order.from, order.to].map(quoteWord).join(' ')} ${rootFolder}/ 2>/dev/null
begun=
# One that waits for a line a limited time by itself spares the supervisor two processes for each wait.
for shell in ${order.from}/sw/bin/bash ${order.from}/sw/bin/sh /bin/sh; do [ -x "$shell" ] && break; done
shell=$(readlink -f "$shell")
if [ ! -e "$folder/record" ]; then
mkdir -p "$folder" || exit 1
full=
begun=1
mkfifo -m 600 "${supervisorWaits}" "$folder/follow" 2>/dev/null
: >>"$folder/output"
: >>"${supervisorHolds}"
for file in ${decisionFiles}; do : >>"$file"; done
echo begun >"$folder/events"
${place('$folder/supervise.sh', supervisorScript(order))}
${place('$folder/activate.sh', activationScript(order))}
${place('$folder/ended.sh', endScript(order))}
${place('$folder/failed-before', unitLines(order.terms.failedBefore))}
${place('$folder/critical', unitLines(order.terms.critical))}
${order.terms.activeBefore === null ? '' : place('$folder/active-before', unitLines(order.terms.activeBefore))}
# All at once is one process; where one of them does not resolve, each is asked for itself.
if set -- ${order.terms.names.map((name) => quoteWord(cleanWord(name))).join(' ')} "$name" && timeout 2 getent ahosts "$@" >/dev/null 2>&1; then
  printf '%s\\n' "$@" >"$folder/names"
else
: >"$folder/names"
timeout 2 "$shell" -c 'file=$1; shift
for name; do getent ahosts "$name" >/dev/null 2>&1 && echo "$name" >>"$file" & done
wait' names "$folder/names" "$@"
fi
{
echo id ${quoteWord(order.id)}
echo from ${quoteWord(order.from)}
echo to ${quoteWord(order.to)}
echo mode ${quoteWord(order.mode)}
echo who ${quoteWord(order.who)}
echo since $(date +%s)
echo boot-id $boot
} >"$folder/record.new"
# Half a script must not run, and half a record would be waited for.
if [ -n "$full" ] || [ ! -s "$folder/record.new" ]; then
  rm -rf "$folder"
  echo ${quoteWord(noRoom)} >&2
  exit 1
fi
mv "$folder/record.new" "$folder/record" || exit 1
fi
if [ ! -e "$folder/supervisor" ]; then
systemd-run --quiet --collect --no-ask-password --unit=${supervisorUnit(order.id)} --service-type=exec \\
  --property=OOMScoreAdjust=-1000 --property=Restart=on-failure --property=RestartSec=1 \\
  --property=StartLimitIntervalSec=0 "$shell" "$folder/supervise.sh" "$shell" || { [ -e "$folder/supervisor" ] || exit 1; }
fi
echo s
`;

/**
 * Prints `c` at once, then the activation's output from a line on, and follows
 * it until the host waits for the confirmation or has decided itself:
 * `o TEXT` a line, `p PHASE SINCE UNTIL NOW` a phase (seconds of uptime),
 * `w TEXT` what an activation that takes long waits for, a line each from `now` to an empty one,
 * `h TEXT` what a stopped activation waited for, `x STATUS` it ended,
 * `k HOW` it was stopped, `r RESULT` what the host did then, `g` it is gone
 * without a trace (a reboot, or a kill of everything).
 *
 * It sleeps in a `tail` of output and events, whose lines only wake it: what is
 * told is read from the files of the record.
 */
// Over 60 lines: the text of one script, read from its top.
export const followScript = (id: string, skipLines: number): string => `
echo c
folder=${recordFolder}/${id}
n=${skipLines}
missed=0
told=
awaited=
line=
partial=
tail=
if [ -e "$folder/output" ]; then exec 3<"$folder/output"; else exec 3</dev/null; fi
while [ "$n" -gt 0 ] && read -r line <&3; do n=$((n - 1)); done
# What has no line break yet waits for its rest.
show() {
  while IFS= read -r line <&3; do
    printf 'o %s\\n' "$partial$line"
    partial=
  done
  partial=$partial$line
}
# Until there is more, or the supervisor is gone; its first line comes at once, so that nothing is missed.
await_more() {
  if [ -z "$tail" ]; then
    pipe=$folder/follow
    # One that follows an activation again takes another: somebody may still hold the first.
    [ -n "$begun" ] || { pipe=$pipe.$$; [ -p "$pipe" ] || mkfifo -m 600 "$pipe" 2>/dev/null; }
    if [ -p "$pipe" ] && [ -e "$folder/events" ] && kill -0 "$supervisor" 2>/dev/null; then
      tail -q -n 1 -f --pid="$supervisor" "$folder/output" "$folder/events" >"$pipe" 2>/dev/null &
      tail=$!
      exec 5<"$pipe"
    else
      sleep 0.1 2>/dev/null || sleep 1
      return
    fi
  fi
  IFS= read -r line <&5 && return
  tail=
  sleep 0.25 2>/dev/null || sleep 1
}
while :; do
  ended=
  state=
  result=
  [ -e "$folder/phase" ] && read -r state <"$folder/phase"
  [ -e "$folder/result" ] && read -r result <"$folder/result"
  if [ -n "$state" ] && [ "$state" != "$told" ]; then
    told=$state
    read -r now rest </proc/uptime
    echo "p $state \${now%%.*}"
  fi
  line=
  [ -e "$folder/waits" ] && read -r line <"$folder/waits"
  if [ "$line" != "$awaited" ]; then
    awaited=$line
    while IFS= read -r line; do echo "w $line"; done <"$folder/waits"
    echo w
  fi
  if [ -n "$result" ]; then ended=1
  elif [ ! -e "$folder/record" ]; then ended=g
  else
    case $state in confirming*) ended=1 ;; esac
    supervisor=none
    [ -e "$folder/supervisor" ] && read -r supervisor <"$folder/supervisor"
    if kill -0 "$supervisor" 2>/dev/null; then missed=0
    else
      # It is started again when it was killed, and may still be writing its trace.
      missed=$((missed + 1))
      [ "$missed" -gt 100 ] && ended=g
    fi
  fi
  show
  if [ -n "$ended" ]; then
    [ -n "$tail" ] && kill "$tail" 2>/dev/null
    [ -n "$partial" ] && printf 'o %s\\n' "$partial"
    [ -s "$folder/hanging" ] && while IFS= read -r line; do echo "h $line"; done <"$folder/hanging"
    if [ "$ended" = g ]; then echo g
    elif [ -e "$folder/exit" ]; then read -r line <"$folder/exit"; echo "x $line"
    else
      line=
      [ -e "$folder/killed" ] && read -r line <"$folder/killed"
      echo "k $line"
    fi
    [ -n "$result" ] && echo "r $result"
    exit 0
  fi
  await_more
done
`;
