import { imageFunctions, printImage } from './unified-image.ts';

/** The vendor of the loader's variables (systemd's Boot Loader Interface). */
export const vendor = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';
export const firmwareFolder = '/sys/firmware/efi/efivars';

/** Bytes of an entry that are read; NixOS writes some hundred. */
const largest = 65_536;

/**
 * The ESP and the extended boot partition (XBOOTLDR): entries lie on both, and
 * loader.conf on the first. What is mounted elsewhere is found by its name.
 */
export const systemdBootScript = `${imageFunctions}
partition=
for variable in LoaderInfo LoaderEntryDefault LoaderEntryPreferred LoaderEntryLastBooted LoaderEntryOneShot LoaderConfigTimeout LoaderConfigTimeoutOneShot LoaderDevicePartUUID; do
  file=${firmwareFolder}/$variable-${vendor}
  [ -r "$file" ] || continue
  value=$(tail -c +5 "$file" | tr -d '\\000')
  echo "efi-$variable $value"
  [ "$variable" = LoaderDevicePartUUID ] && partition=/dev/disk/by-partuuid/$(printf %s "$value" | tr A-F a-f)
done
file=${firmwareFolder}/LoaderFeatures-${vendor}
[ -r "$file" ] && echo "efi-LoaderFeatures $(tail -c +5 "$file" | od -A n -t u8)"
# A container does not see what started it.
if [ -d /sys/firmware/efi ]; then echo "firmware efi"
elif [ ! -e /run/systemd/container ]; then echo "firmware none"
fi
# A look wakes what is mounted on demand.
for place in /boot /efi /boot/efi; do [ -d "$place/." ]; done
mounts=
if [ -n "$partition" ]; then
  while read -r device place type rest; do
    case $place in /boot | /efi | /boot/* | /efi/* | /esp | /esp/*) mounts="$mounts $place" ;;
      *) [ "$partition" -ef "$device" ] && mounts="$mounts $place" ;;
    esac
    [ "$partition" -ef "$device" ] && echo "loader-partition $place"
  done </proc/mounts
else
  # Some shells read a file byte by byte.
  set -f
  set -- $(sed -n -E 's#^[^ ]+ (/(boot|efi|esp)(/[^ ]*)?) .*#\\1#p' /proc/mounts)
  mounts=" $*"
  set +f
fi
places=
for place in /boot /efi /boot/efi $mounts; do
  [ -d "$place" ] || continue
  for other in $places; do [ "$place" -ef "$other" ] && continue 2; done
  places="$places $place"
  if [ ! -r "$place" ] || [ ! -x "$place" ]; then echo "boot-unreadable $place"; continue; fi
  kind=folder
  case " $mounts " in *" $place "*) kind=mount ;; esac
  [ -d "$place/loader" ] || [ -d "$place/EFI/Linux" ] || continue
  echo "boot-place $kind $place"
  if [ -e "$place/loader/loader.conf" ]; then
    [ -r "$place/loader/loader.conf" ] || echo "boot-unreadable $place/loader/loader.conf"
    echo "loader-conf $place"
    echo "nixup-part loader-line"
    head -c ${largest} "$place/loader/loader.conf"
    echo
    echo "nixup-part"
  fi
  set -- "$place"/loader/entries/*.conf
  if [ -e "$1" ]; then
    large=$(find -L "$@" -prune -size +${largest}c)
    for file; do
      shift
      [ -d "$file" ] && continue
      case "
$large
" in *"
$file
"*) echo "entry-unread $file"; continue ;; esac
      if [ -r "$file" ]; then echo "entry-file $file"; else echo "entry-unread $file"; fi
      set -- "$@" "$file"
    done
    found=$(grep -a -H -s -E '^[[:space:]]*(title|version|sort-key|machine-id|options|architecture|linux|efi|uki|uki-url)[[:space:]]' /dev/null "$@")
    echo "nixup-part entry-line"
    printf '%s\\nend\\n' "$found"
    echo "nixup-part"
    blanks=$IFS
    IFS='
'
    set -f
    for line in $found; do
      IFS=$blanks
      file=\${line%%.conf:*}.conf
      set -- \${line#"$file":}
      case $1 in linux | efi | uki) ;; *) continue ;; esac
      case $#$2 in 2*[!A-Za-z0-9+._?=/-]*) ;; 2*) [ -e "$place/$2" ] || echo "entry-lost $file" ;; esac
    done
    IFS=$blanks
    set +f
  fi
  for image in "$place"/EFI/Linux/*.[eE][fF][iI]; do
    [ -f "$image" ] || continue
${printImage}
  done
done
`;
