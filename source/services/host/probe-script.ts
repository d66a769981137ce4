import { bootScript } from '../../parsers/boot/loaders.ts';
import {
  activationsFile,
  knownGoodProfile,
  oldKnownGoodProfile,
  recordFolder,
} from './commands.ts';
import { oldCodeScript } from './old-code-script.ts';
import { belongsFunction } from './specialisation.ts';
import { briefUnitsScript, listensScript, restartsScript, unitsScript } from './unit-scripts.ts';
import { upgradersScript } from './upgraders-script.ts';

/** Generations whose version, kernel and revision are read; older ones are only listed. */
const describedGenerations = 60;

/** Whoever owns it copies to the store without a daemon. */
const storeDatabase = '/nix/var/nix/db';

/**
 * `nix-store --version` starts all of Nix, a fifth of a probe. A store path names
 * the version itself; only another Nix has to be asked.
 */
const nixVersionScript = `case $(readlink -f "$(command -v nix-store)") in
  /nix/store/*-[0-9]*.[0-9]*/bin/*) ;;
  *) echo "nix-version $(nix-store --version)" ;;
esac`;

const clockScript = `date '+time %s%N'`;

/** The newest generations of the profile with versions; `newest` are their links, `linked` all of them and their kernels. */
const generationsScript = `linked=
set -- $profiles/system-*-link
newest=$*
[ "$#" -gt ${describedGenerations} ] && newest=$(printf '%s\\n' "$@" | sort -t- -k2,2n | tail -n ${describedGenerations})
files=
if [ -L "$1" ]; then
  linked=$*
  for link in $newest; do
    value=
    { read -r value || [ -n "$value" ]; } <"$link/nixos-version" && echo "version $link $value"
    linked="$linked $link/kernel"
  done
else
  newest=
fi`;

const spaceScript = `part space
df -Pk / /nix /boot
part`;

/** Who may copy to it without signatures. */
const trustScript = `trusted=
part nix-conf
for file in /etc/nix/nix.conf /etc/nix/nix.custom.conf; do
  [ -r "$file" ] && while read -r line || [ -n "$line" ]; do
    case $line in trusted-users* | extra-trusted-users*) printf '%s\\n' "$line"; trusted="$trusted $line" ;; esac
  done <"$file"
done
part
# Only a group that is trusted makes a difference.
case $trusted in *@*) echo "groups $(id -Gn "$login")" ;; esac
[ -S /nix/var/nix/daemon-socket/socket ] && echo "nix-daemon yes"`;

const lockScript = `lock=/run/nixos/switch-to-configuration.lock
if [ -e "$lock" ]; then
  # Whoever may not read it does not know.
  [ -r "$lock" ] && flock -n -s 7 7<"$lock"
  if [ $? = 1 ] && [ -r "$lock" ]; then
    echo "activation-lock held"
    inode=$(stat -c %i "$lock")
    while read -r number kind mode access process place rest; do
      [ "\${place##*:}" = "$inode" ] && [ "$process" -gt 0 ] && echo "activation-holder $process $(cat /proc/$process/comm)" && break
    done </proc/locks
  fi
fi`;

/** No line of it can pass for another fact: each is given its key by `sed`, and what has no form of ours has none. */
const activationsScript = `noted=${activationsFile}
[ -f "$noted" ] && [ ! -L "$noted" ] && tail -c 16000 "$noted" | sed -n 's/^1 /activation /p'`;

/** What a probe leaves out: those facts are the ones that were found before. */
type ProbePart = 'units' | 'details' | 'trust' | 'upgraders';

interface ProbeScriptOptions {
  readonly nixVersion: string;
  readonly units: string;
  readonly without: readonly ProbePart[];
  /** Nothing, or the question for code of earlier systems. */
  readonly oldCode?: string;
}

/**
 * Asks everything in one go, and every fact is optional: a tool that is missing
 * leaves its line out. Plain POSIX sh, and nothing is changed. A probe costs its
 * host the processes it starts: one answers for many files, and what it prints
 * stands behind `nixup-part KEY` instead of going through `sed`. One fact a
 * line, `key value`, for `parsers/host/probe.ts`.
 */
// Over 60 lines: the text of one script, read from its top.
const scriptOf = ({ nixVersion, units, without, oldCode = '' }: ProbeScriptOptions): string => {
  const hasDetails = !without.includes('details');
  const hasTrust = hasDetails && !without.includes('trust');
  return `
exec 2>/dev/null
echo "nixup-probe 1"
${without.map((part) => `echo "without ${part}"`).join('\n')}
part() { echo "nixup-part $1"; }
read -r start rest </proc/uptime && echo "started $start"
echo "elevation $1"
echo "user $2"
login=$2
${hasTrust ? clockScript : ''}
read -r value </proc/sys/kernel/hostname && echo "host-name $value"
read -r value </etc/machine-id && echo "machine-id $value"
read -r value </proc/sys/kernel/random/boot_id && echo "boot-id $value"
read -r value </proc/loadavg && echo "load $value"
[ -e /etc/NIXOS ] && echo "nixos yes"
while IFS= read -r value; do
  case $value in PRETTY_NAME=*) echo "os \${value#*=}" ;; esac
done </etc/os-release
profiles=/nix/var/nix/profiles
keys=
links=
${belongsFunction}
look() { [ -e "$2" ] && keys="$keys $1" && links="$links $2"; }
for name in current booted; do
  belongs /run/$name-system
  look $name "$parent" || continue
  [ $name = current ] && [ -n "$special" ] && echo "specialisation $special"
  for file in kernel initrd kernel-modules; do look $name-$file /run/$name-system/$file; done
done
look known-good ${knownGoodProfile} || look known-good ${oldKnownGoodProfile}
look profile $profiles/system
${hasDetails ? 'look nix-program "$(command -v nix-store)"' : ''}
[ -n "$keys" ] && set -- $(readlink -f $links) && for key in $keys; do
  [ "$#" -gt 0 ] && echo "$key $1" && shift
done
value=
{ read -r value || [ -n "$value" ]; } </run/current-system/nixos-version && echo "nixos-version $value"
newest=
files=
${hasDetails ? generationsScript : ''}
${hasDetails ? `stat -c 'linked %Y %U %N' $linked${hasTrust ? ` ${storeDatabase}` : ''}` : ''}
for link in /run/current-system $newest; do
  files="$files $link/sw/bin/nixos-version $link/nixos-version.json $link/etc/nixos-version.json"
done
part revision
grep -H -o '"configurationRevision": *"[^"]*"' $files
${without.includes('units') ? '' : units}
${oldCode}
${hasDetails ? spaceScript : ''}
${hasDetails && !without.includes('upgraders') ? upgradersScript : ''}
${hasTrust ? trustScript : ''}
${nixVersion}
${hasDetails ? lockScript : ''}
${hasDetails ? activationsScript : ''}
for folder in ${recordFolder}/*/; do
  folder=\${folder%/}
  [ -e "$folder/record" ] && [ ! -e "$folder/result" ] || continue
  read -r supervisor <"$folder/supervisor" || continue
  kill -0 "$supervisor" || [ -e "/proc/$supervisor" ] || continue
  since=
  who=
  while read -r key value; do
    case $key in since) since=$value ;; who) who=$value ;; esac
  done <"$folder/record"
  phase=
  read -r phase <"$folder/phase"
  echo "supervision \${folder##*/} $since $who $phase"
done
${hasDetails ? bootScript : ''}
read -r stop rest </proc/uptime && echo "stopped $stop"
echo "nixup-probe-end"
`;
};

/** Every fact. */
export const probeScript = scriptOf({
  nixVersion: nixVersionScript,
  units: unitsScript,
  without: [],
});

/** Every fact, what still runs code of an earlier system, and what health is compared by. */
export const wholeProbeScript = (critical: readonly string[]): string =>
  scriptOf({
    nixVersion: nixVersionScript,
    units: `${unitsScript}\n${restartsScript(critical)}\n${listensScript}`,
    without: [],
    oldCode: oldCodeScript,
  });

/**
 * Every fact that a deploy begins with: what starts units is left out where that
 * is not needed to judge these critical ones.
 */
export const deployProbeScript = (critical: readonly string[]): string =>
  scriptOf({
    nixVersion: '',
    units: `${briefUnitsScript(critical)}\n${restartsScript(critical)}\n${listensScript}`,
    without: [],
  });

/** What an activation may have changed: the system that runs, and its units. */
export const healthProbeScript = (critical: readonly string[]): string =>
  scriptOf({
    nixVersion: '',
    units: `${briefUnitsScript(critical)}\n${restartsScript(critical)}`,
    without: ['details'],
  });

/** What making a system persistent changes: profile, generations, boot entries, space. Whoever verifies it asks for the rest. */
export const persistentProbeScript: string = scriptOf({
  nixVersion: '',
  units: '',
  without: ['units', 'trust', 'upgraders'],
});
