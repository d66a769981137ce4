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
import { deployProbeScript } from '../host/probe-script.ts';
import { runningSystem } from '../host/specialisation.ts';
import { requestDecision, showSupervision } from '../host/supervision.ts';

/** How long one connection waits for the supervisor to do what was confirmed, seconds. */
const confirmWaitSeconds = 200;

/** Lets the supervisor set profile and boot entry, and ends here where it did not. */
const confirmScript = (supervision: string, path: StorePath): string =>
  `${requestDecision(supervision, 'commit', confirmWaitSeconds)}${showSupervision(supervision)}
${runningSystem(path)}
if [ -e "$folder/record" ]; then
  case $(cat "$folder/result" 2>/dev/null) in
    committed | kept) [ -e "$folder/persist" ] && done=1 ;;
    *)
      [ -e "$folder/persist.log" ] && sed 's/^/o /' "$folder/persist.log"
      [ -e "$folder/persist" ] && cat "$folder/persist"
      echo "current $running"
      echo "profile $(readlink -f ${systemProfile})"
      echo nixup-persist-end
      exit 0 ;;
  esac
fi
# What the supervisor confirmed must be what runs: after a reboot it is not.
if [ "$running" != ${quoteWord(path)} ]; then
  echo "current $running"
  echo "step elsewhere 1"
  exit 0
fi`;

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
mkdir -p ${recordFolder}
log=${recordFolder}/persist-$$.log
: >"$log"
status=0
if [ -n "$done" ]; then
  cat "$folder/persist.log" >"$log"
  cat "$folder/persist"
elif [ ! -x ${quoteWord(boot.file)} ]; then echo "step missing 1"; exit 0
elif [ "$(readlink -f ${systemProfile})" != ${word} ]; then
  ${quoteWords([set.file, ...set.args])} >>"$log" 2>&1 </dev/null || status=$?
  echo "step profile $status"
fi
if [ "$status" = 0 ] && [ -z "$done" ]; then
  ${exports === '' ? ':' : exports}
  ${quoteWords([boot.file, ...boot.args])} >>"$log" 2>&1 </dev/null || status=$?
  echo "step boot $status"
fi
sed 's/^/o /' "$log"
rm -f "$log"
echo "profile $(readlink -f ${systemProfile})"
echo "profile-link $(readlink ${systemProfile})"
if [ "$status" = 0 ] && [ "$(readlink -f ${systemProfile})" = ${word} ]; then
  rm -f ${rootFolder}/${quoteWord(storePathName(path))}
  for root in ${rootFolder}/*; do
    [ -L "$root" ] || continue
    for link in ${systemProfile}-*-link; do
      [ "$link" -ef "$root" ] && rm -f "$root" && break
    done
  done
fi
echo nixup-persist-end
${deployProbeScript}`;
};
