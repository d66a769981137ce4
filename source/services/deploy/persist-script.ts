import { quoteWord, quoteWords } from '../../model/command.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type StorePath, storePathName } from '../../model/nix/store-path.ts';
import {
  activateCommand,
  recordFolder,
  rootFolder,
  setProfileCommand,
  systemProfile,
} from '../host/commands.ts';
import { deployProbeScript, persistentProbeScript } from '../host/probe-script.ts';
import { belongsFunction } from '../host/specialisation.ts';
import { requestDecision, showSupervision } from '../host/supervision.ts';
import { type HostRecord, noteActivationFunction } from './host-record.ts';

/** How long one connection waits for the supervisor to do what was confirmed, seconds. */
const confirmWaitSeconds = 200;

/** Lets the supervisor set profile and boot entry, and ends here where it did not. */
const confirmScript = (supervision: string, path: StorePath): string =>
  `${requestDecision(supervision, 'commit', confirmWaitSeconds)}${showSupervision(supervision)}
expecting=${quoteWord(path)}
${belongsFunction}
belongs /run/current-system
if [ -e "$folder/record" ]; then
  result=
  [ -e "$folder/result" ] && read -r result <"$folder/result"
  case $result in
    committed | kept) [ -e "$folder/persist" ] && done=1 ;;
    *)
      [ -e "$folder/persist.log" ] && sed 's/^/o /' "$folder/persist.log"
      [ -e "$folder/persist" ] && cat "$folder/persist"
      echo "current $(readlink -f "$parent")"
      echo "profile $(readlink -f ${systemProfile})"
      echo nixup-persist-end
      exit 0 ;;
  esac
fi
# What the supervisor confirmed must be what runs: after a reboot it is not.
if ! [ "$parent" -ef ${quoteWord(path)} ]; then
  echo "current $(readlink -f "$parent")"
  echo "step elsewhere 1"
  exit 0
fi`;

/** A supervisor notes what it did by itself. */
const noteScript = (record: HostRecord | undefined): string =>
  record === undefined
    ? ''
    : `${noteActivationFunction(record)}
[ -n "$done" ] || [ "$status" != 0 ] || note_activation committed
`;

// Over 60 lines: the text of one script, read from its top.
/**
 * Sets the profile where it is another path, so that an unchanged system gets no new generation,
 * then installs the boot entries. Output goes to a file: a broken connection must not kill a boot
 * loader's installation. At the end, roots that are no longer needed because of the profile are
 * removed.
 */
export const persistScript = (
  entry: HostEntry,
  path: StorePath,
  options: {
    readonly supervision?: string | undefined;
    readonly env?: Readonly<Record<string, string>> | undefined;
    /** What the host keeps of it, where no supervisor writes that. */
    readonly record?: HostRecord | undefined;
    /** Nothing was found before that could stand for facts that are left out. */
    readonly isUnknown?: boolean | undefined;
  },
): string => {
  const { env = {}, supervision } = options;
  const word = quoteWord(path);
  const set = setProfileCommand(entry, path);
  const boot = activateCommand(entry, path, 'boot', env);
  const exports = Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoteWord(value)}`)
    .join('\n');
  const confirmed = supervision === undefined ? '' : confirmScript(supervision, path);
  return `
umask 022
done=
${confirmed}
status=0
if [ -n "$done" ]; then
  log=$folder/persist.log
  while read -r line; do echo "$line"; done <"$folder/persist"
else
  [ -d ${recordFolder} ] || mkdir -p ${recordFolder}
  log=${recordFolder}/persist-$$.log
  : >"$log"
  if [ ! -x ${quoteWord(boot.file)} ]; then echo "step missing 1"; exit 0
  elif ! [ ${systemProfile} -ef ${word} ]; then
    ${quoteWords([set.file, ...set.args])} >>"$log" 2>&1 </dev/null || status=$?
    echo "step profile $status"
  fi
  if [ "$status" = 0 ]; then
    ${exports === '' ? ':' : exports}
    ${quoteWords([boot.file, ...boot.args])} >>"$log" 2>&1 </dev/null || status=$?
    echo "step boot $status"
  fi
fi
[ -s "$log" ] && sed 's/^/o /' "$log"
[ -n "$done" ] || rm -f "$log"
${noteScript(options.record)}echo "profile-link $(readlink ${systemProfile})"
if [ "$status" = 0 ] && [ ${systemProfile} -ef ${word} ]; then
  gone=${rootFolder}/${quoteWord(storePathName(path))}
  for root in ${rootFolder}/*; do
    [ -L "$root" ] || continue
    for link in ${systemProfile}-*-link; do
      [ "$link" -ef "$root" ] && gone="$gone $root" && break
    done
  done
  # Names of the store: none has a space.
  rm -f $gone
fi
echo nixup-persist-end
${options.isUnknown === true ? deployProbeScript(entry.critical) : persistentProbeScript}`;
};
