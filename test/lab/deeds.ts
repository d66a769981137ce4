import { mustRunIn } from './enter.ts';
import { commitToInput } from './inputs.ts';
import { mustRun } from './local-command.ts';
import { type MachineName, machines } from './machines.ts';
import { delayLink, linkDown, linkUp, slowLink } from './network.ts';

export type FateOptions = {
  readonly seconds?: number;
  /** Exit status, for stc-exit. */
  readonly status?: number;
  /** The unit that is to fail, without ".service"; syncthing, which all hosts have, when not said. */
  readonly unit?: string;
  /** Free megabytes that are left, for full-disk and full-boot. */
  readonly megabytes?: number;
  /** Kilobits per second for slow-link, milliseconds for delayed-link. */
  readonly kilobits?: number;
  readonly milliseconds?: number;
  /** For activation-ends-bus: it cannot be started again either. */
  readonly broken?: boolean;
  /** For user-unit-fails: it ends after its start. */
  readonly quiet?: boolean;
  /** For other-socket: another one is a changed service. */
  readonly version?: number;
  /** For mount: the options of /mnt/data in fstab; none at all when not said. */
  readonly fs?: string;
  /** For auto-upgrade: a calendar expression of systemd. */
  readonly calendar?: string;
  /** Flake fates are committed and pushed, unless this is false: then fates.json is left changed. */
  readonly commit?: boolean;
};

export type Deed = (host: MachineName, options: FateOptions) => Promise<unknown>;

/** Fates that are done to a running machine, at once. */
export const deeds = {
  'old-failed-unit': (host) =>
    mustRunIn(
      host,
      'systemd-run --quiet --unit=old-failure /bin/false; until systemctl is-failed --quiet old-failure; do sleep 0.05; done',
    ),
  // Somebody whose manager runs; the image has no pam_systemd, which would name its folder.
  'user-manager': (host) =>
    mustRunIn(
      host,
      `id olaf > /dev/null 2>&1 || useradd --create-home --uid 1500 olaf
       mkdir -p /run/systemd/system/user@.service.d /var/lib/systemd/linger
       printf '[Service]\\nEnvironment=XDG_RUNTIME_DIR=/run/user/%%i\\n' > /run/systemd/system/user@.service.d/lab.conf
       touch /var/lib/systemd/linger/olaf; systemctl daemon-reload; systemctl restart systemd-logind; systemctl start user@1500
       until [ -S /run/user/1500/systemd/private ]; do sleep 0.05; done`,
    ),
  // Leaves out nothing of systemd that makes mounts of fstab.
  'fstab-generator': (host) =>
    mustRunIn(
      host,
      'rm -f /etc/systemd/system-generators/systemd-fstab-generator; systemctl daemon-reload',
    ),
  'full-disk': (host, { megabytes = 0 }) => shrink(host, machines[host].disk, megabytes),
  'full-boot': (host, { megabytes = 0 }) => shrink(host, machines[host].boot, megabytes),
  'read-only-store': (host) =>
    mustRunIn(host, 'mount --bind /nix /nix; mount -o remount,bind,ro /nix'),
  asleep: (host) => linkDown(host),
  awake: (host) => linkUp(host),
  'slow-link': (host, { kilobits = 1000 }) => slowLink(host, kilobits),
  'delayed-link': (host, { milliseconds = 200 }) => delayLink(host, milliseconds),
  'host-key-changed': (host) =>
    mustRunIn(
      host,
      'rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key; systemctl restart sshd; until ssh-keyscan -T 2 127.0.0.1 2> /dev/null | grep -q ed25519; do sleep 0.05; done',
    ),
  // Somebody else's machine answers under the host's name, with the same key: a clone, or a swapped disk.
  'another-machine': (host) =>
    mustRunIn(host, 'hostname stranger; echo 00000000000000000000000000005eed > /etc/machine-id'),
  'login-refused': (host) =>
    mustRunIn(
      host,
      'for folder in /root/.ssh /home/*/.ssh; do [ ! -e $folder/authorized_keys ] || mv $folder/authorized_keys $folder/refused; done',
    ),
  'sudo-wants-password': (host) => mustRunIn(host, 'sed -i "s/NOPASSWD: //" /etc/sudoers.d/deploy'),
  'sudo-refused': (host) => mustRunIn(host, 'rm /etc/sudoers.d/deploy'),
  'lock-held': (host, { seconds = 600 }) =>
    mustRunIn(
      host,
      `mkdir -p /run/nixos; systemd-run --quiet --unit=another-activation flock /run/nixos/switch-to-configuration.lock sleep ${seconds}; until ! flock --nonblock /run/nixos/switch-to-configuration.lock true; do sleep 0.05; done`,
    ),
  // What an unattended upgrade does in the middle of a run: switches to the generation before, whoever deploys.
  'switched-by-another': (host, { seconds = 0 }) =>
    mustRunIn(
      host,
      `previous=$(readlink -f "$(ls -v -d /nix/var/nix/profiles/system-*-link | tail -2 | head -1)")
      systemd-run --quiet --unit=upgrade-by-another /bin/sh -c "sleep ${seconds}; nix-env -p /nix/var/nix/profiles/system --set $previous; exec $previous/bin/switch-to-configuration switch"`,
    ),
  'grafana-unhealthy': () => mustRunIn('p620', 'echo unhealthy > /run/lab-grafana'),
  'grafana-hangs': () => mustRunIn('p620', 'echo hangs > /run/lab-grafana'),
  'grafana-down': () => mustRunIn('p620', 'systemctl stop grafana'),
  'prometheus-down': () => mustRunIn('p620', 'systemctl stop prometheus'),
  'push-refused': () =>
    mustRunIn(
      'workstation',
      'printf "#!/bin/sh\\necho \\"refused: main is protected\\" >&2\\nexit 1\\n" > /srv/git/fleet.git/hooks/pre-receive; chmod 755 /srv/git/fleet.git/hooks/pre-receive',
    ),
  'remote-gone': () => mustRunIn('workstation', 'mv /srv/git/fleet.git /srv/git/gone.git'),
  'conflict-markers': () =>
    mustRunIn(
      'workstation',
      'cd /root/fleet; { echo "<<<<<<< HEAD"; cat flake.lock; echo "======="; echo ">>>>>>> other"; } > lock.tmp; mv lock.tmp flake.lock',
    ),
  'nix-without-flakes': () =>
    mustRunIn(
      'workstation',
      'sed -i "s/^experimental-features.*/experimental-features =/" /etc/nix/nix.conf',
    ),
  // An update of disko brings a package that does not build, to the hosts that use it: razer and samsung.
  'input-breaks-build': () =>
    commitToInput('disko', 'disko: build the layout with the new tool', {
      'module.nix':
        '{ pkgs, ... }: { environment.systemPackages = [ (pkgs.mkPackage { pname = "disko-layout"; version = "2.0"; build = "echo \'layout.c:12: error: unknown type name\' >&2; exit 1"; }) ]; }\n',
    }),
  'input-breaks-eval': () =>
    commitToInput('nixos-hardware', 'common: use the new option names', {
      'module.nix':
        '{ ... }: { environment.systemPackages = throw "nixos-hardware: the option hardware.opengl.enable no longer exists"; }\n',
    }),
} satisfies Record<string, Deed>;

/** Makes a memory file system as small as what it holds: full, for everybody on the host. */
async function shrink(host: MachineName, mount: string, freeMegabytes: number): Promise<void> {
  const used = Number((await mustRun('df', ['--output=used', '-k', mount])).split('\n')[1]);
  if (!Number.isFinite(used)) throw new Error(`no file system of ${host} at ${mount}`);
  await mustRun('mount', ['-o', `remount,size=${used + freeMegabytes * 1024}k`, mount]);
}

export async function enlarge(mount: string, megabytes: number): Promise<void> {
  await mustRun('mount', ['-o', `remount,size=${megabytes}m`, mount]);
}
