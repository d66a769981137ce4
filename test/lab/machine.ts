import { existsSync, readFileSync } from 'node:fs';
import { mustRun, runLocally } from './local-command.ts';

/** What tests ask, and where it lies once it is installed; `.ci/run` has the same. */
export const commandsByPackage: Readonly<Record<string, string>> = {
  debootstrap: '/usr/sbin/debootstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  iproute2: '/usr/sbin/ip',
  'openssh-client': '/usr/bin/ssh-keygen',
  'nix-bin': '/usr/bin/nix',
  tmux: '/usr/bin/tmux',
  git: '/usr/bin/git',
  gnupg: '/usr/bin/gpg',
  'grub-emu': '/usr/bin/grub-emu',
  mandoc: '/usr/bin/mandoc',
  openssl: '/usr/bin/openssl',
  prometheus: '/usr/bin/promtool',
};

/** One line saying why the lab cannot run on this machine, or nothing. */
export async function labObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'the lab needs Linux';
  if (process.getuid?.() !== 0)
    return 'the lab needs root (it mounts file systems and boots hosts)';
  if (!existsSync('/usr/bin/apt-get'))
    return "the lab needs a Debian machine with apt-get (it makes its images from the machine's own apt sources)";
  if (!/\boverlay\b/.test(readFileSync('/proc/filesystems', 'utf8'))) {
    const loaded = await runLocally('modprobe', ['overlay']);
    if (loaded.exitCode !== 0) return 'the lab needs a kernel with overlayfs';
  }
  const namespace = await runLocally('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  if (namespace.exitCode !== 0)
    return 'the lab needs to make namespaces, and this machine refuses (unshare failed)';
  return undefined;
}

/** Whether this machine may be given what tests need. */
export const canInstall = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Installs what tests and the lab itself need on this machine, from its own apt sources. */
export async function installMachinePackages(onProgress: (line: string) => void): Promise<void> {
  const missing = Object.entries(commandsByPackage)
    .filter(([, command]) => !existsSync(command))
    .map(([name]) => name);
  if (missing.length === 0) return;
  onProgress(`installing on this machine: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', ...missing];
  const first = await runLocally('apt-get', install, { env });
  if (first.exitCode === 0) return;
  await mustRun('apt-get', ['update'], { env });
  await mustRun('apt-get', install, { env });
}
