import { mustRunIn } from './enter.ts';
import { type HostName, hostNames } from './machines.ts';

/** What is true on a host, read on the host itself and not by way of nixup. */
export interface Truth {
  readonly current: string;
  readonly profile: string;
  /** The newest generation's number. */
  readonly generation: number;
  /** The system that starts with the next boot. */
  readonly bootDefault: string;
  readonly failedUnits: readonly string[];
  readonly bootId: string;
}

/** The default entry's `init=`, by the loader that the host has: systemd-boot (settings on either partition), or GRUB's generated file. */
const bootDefault = `
  conf=/boot/loader/loader.conf
  [ -e "$conf" ] || conf=/efi/loader/loader.conf
  if [ -e "$conf" ]; then
    entry=$(sed -n 's/^preferred //p' "$conf")
    [ -n "$entry" ] || entry=$(sed -n 's/^default //p' "$conf")
    # A counter stands in the name of the file, and not in that of the entry.
    cat /boot/loader/entries/"$entry" /boot/loader/entries/"\${entry%.conf}"+*.conf 2>/dev/null | sed -n 's/.*init=\\([^ ]*\\)\\/init.*/\\1/p'
  else
    # "set default=0": the first entry.
    grep -o 'init=[^ ]*/init' /boot/grub/grub.cfg | sed 's/^init=//; s/\\/init$//' | head -1
  fi`;

export async function truthOf(host: HostName): Promise<Truth> {
  const text = await mustRunIn(
    host,
    `readlink /run/current-system
     readlink -f /nix/var/nix/profiles/system
     ls -v -d /nix/var/nix/profiles/system-*-link | tail -1 | tr -dc '0-9\\n'
     cat /proc/sys/kernel/random/boot_id
     boot=$(${bootDefault}); echo "$boot"
     systemctl --failed --no-legend --plain | cut -d' ' -f1`,
  );
  const [current = '', profile = '', generation = '', bootId = '', boot = '', ...failed] = text
    .trimEnd()
    .split('\n');
  return {
    current,
    profile,
    generation: Number(generation),
    bootDefault: boot,
    failedUnits: failed,
    bootId,
  };
}

export const truths = async (): Promise<Readonly<Record<HostName, Truth>>> =>
  Object.fromEntries(
    await Promise.all(hostNames.map(async (host) => [host, await truthOf(host)] as const)),
  ) as Record<HostName, Truth>;
