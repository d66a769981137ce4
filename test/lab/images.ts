import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, mustRunShell, runLocally } from './local-command.ts';
import { removeTree } from './mounts.ts';
import { cacheFolder, shortHash } from './paths.ts';

export type ImageName = 'host' | 'workstation';

type Recipe = { readonly suite: string; readonly packages: readonly string[] };

/**
 * Two versions of Nix: what Debian 13 has (2.26) on the hosts, and testing's (2.34) on the workstation. Of Prometheus
 * too: 2.53 watches the fleet, 3.5 is started by tests.
 */
const recipes: Readonly<Record<ImageName, Recipe>> = {
  host: {
    suite: 'trixie',
    packages: [
      'nix-bin',
      'openssh-server',
      'systemd',
      'systemd-sysv',
      'dbus',
      'iproute2',
      'sudo',
      'procps',
      'ca-certificates',
      'git',
      'curl',
      'prometheus',
      'prometheus-alertmanager',
      'prometheus-node-exporter',
      'systemd-coredump',
    ],
  },
  workstation: {
    suite: 'forky',
    packages: [
      'nix-bin',
      'openssh-client',
      'systemd',
      'systemd-sysv',
      'dbus',
      'iproute2',
      'iputils-ping',
      'sudo',
      'procps',
      'ca-certificates',
      'git',
      'curl',
      'just',
      'jq',
      'tmux',
      'less',
      // Prometheus 3.x, and another server with the same API.
      'prometheus',
      'victoria-metrics',
    ],
  },
};

/** The folder of an image; its name changes with the recipe, so a changed recipe makes a new one. */
export function imageFolder(name: ImageName): string {
  return path.join(cacheFolder, 'images', `${name}-${shortHash(JSON.stringify(recipes[name]))}`);
}

export async function makeImages(onProgress: (line: string) => void): Promise<void> {
  await Promise.all([makeImage('host', onProgress), makeImage('workstation', onProgress)]);
}

async function makeImage(name: ImageName, onProgress: (line: string) => void): Promise<void> {
  const folder = imageFolder(name);
  if (existsSync(folder)) return;
  const { suite, packages } = recipes[name];
  const started = Date.now();
  const unfinished = `${folder}.unfinished`;
  await removeTree(unfinished);
  await mkdir(unfinished, { recursive: true });
  const report = reporter((line) =>
    onProgress(
      `image ${name} (Debian ${suite}) ${Math.round((Date.now() - started) / 1000)} s: ${line}`,
    ),
  );
  report('begins', true);
  // The script is named because an older debootstrap does not know the newest suite's name; all of them are made alike.
  await mustRun(
    'debootstrap',
    [
      '--variant=minbase',
      suite,
      unfinished,
      await debianMirror(),
      '/usr/share/debootstrap/scripts/sid',
    ],
    { onLine: report },
  );
  await installPackages(unfinished, packages, report);
  await rename(unfinished, folder);
  report('done', true);
  await removeOlderImages(name);
}

/**
 * In a second step, not by debootstrap's --include: the Perl packages that nix-bin needs cannot be configured during the first one.
 */
async function installPackages(
  root: string,
  packages: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  await mustRunShell(
    `
    cp --dereference /etc/resolv.conf "$ROOT/etc/resolv.conf"
    apt-config dump | grep -i proxy > "$ROOT/etc/apt/apt.conf.d/99lab-proxy" || true
    echo force-unsafe-io > "$ROOT/etc/dpkg/dpkg.cfg.d/lab"
    printf 'path-exclude /usr/share/doc/*\\npath-exclude /usr/share/man/*\\npath-exclude /usr/share/locale/*\\n' >> "$ROOT/etc/dpkg/dpkg.cfg.d/lab"
    # Nothing is to be started while packages are configured.
    printf '#!/bin/sh\\nexit 101\\n' > "$ROOT/usr/sbin/policy-rc.d"; chmod 755 "$ROOT/usr/sbin/policy-rc.d"
    mount --bind /dev "$ROOT/dev"; mount -t proc proc "$ROOT/proc"
    trap 'umount -l "$ROOT/proc" "$ROOT/dev"' EXIT
    chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $PACKAGES
    chroot "$ROOT" apt-get clean
    rm -rf "$ROOT"/var/lib/apt/lists/* "$ROOT/usr/sbin/policy-rc.d" "$ROOT/etc/apt/apt.conf.d/99lab-proxy" "$ROOT"/etc/ssh/ssh_host_* "$ROOT/etc/machine-id"
    : > "$ROOT/etc/resolv.conf"; : > "$ROOT/etc/machine-id"
  `,
    {
      env: { ...process.env, ROOT: root, PACKAGES: packages.join(' '), LC_ALL: 'C' },
      onLine: report,
    },
  );
}

/** The mirror that this machine itself installs Debian from; never written down in the project. */
async function debianMirror(): Promise<string> {
  const list = await mustRun('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(ORIGIN) $(LABEL)',
    'Created-By: Packages',
  ]);
  const line = list.split('\n').find((candidate) => candidate.endsWith(' Debian Debian'));
  if (line === undefined)
    throw new Error("no Debian mirror among this machine's apt sources (run apt-get update once)");
  return line.split(' ')[0] ?? '';
}

async function removeOlderImages(name: ImageName): Promise<void> {
  const folder = path.join(cacheFolder, 'images');
  const others = (await readdir(folder)).filter(
    (entry) => entry.startsWith(`${name}-`) && entry !== path.basename(imageFolder(name)),
  );
  for (const entry of others) {
    // One that is still mounted below another lab stays.
    const used = await runLocally('grep', ['-q', '--fixed-strings', entry, '/proc/self/mounts']);
    if (used.exitCode !== 0) await removeTree(path.join(folder, entry));
  }
}

/** At most one line every three seconds, of those that a person can make sense of. */
function reporter(say: (line: string) => void): (line: string, always?: boolean) => void {
  let last = 0;
  return (line, always = false) => {
    const told =
      /^(I: (Retrieving|Extracting|Configuring|Unpacking)|Get:|Unpacking|Setting up)/.test(line);
    if (!always && (!told || Date.now() - last < 3000)) return;
    last = Date.now();
    say(
      line
        .replace(/^I: /, '')
        .replace(/ \(.*|\.\.\.$/, '')
        .replace(/https?:\/\/\S+ /, ''),
    );
  };
}

/** Images are kept beside a note that says what may be deleted. */
export async function writeCacheNote(): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(
    path.join(cacheFolder, 'README'),
    'Made by the lab of nixup (npm run lab). While the lab is down, everything here may be deleted; it is made again when needed.\n',
  );
}
