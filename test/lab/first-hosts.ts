import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Chroot, copyInto, type Keys, slimSystemd } from './first-state.ts';
import { mustRunShell } from './local-command.ts';
import type { HostName } from './machines.ts';
import { labSources, shortHash } from './paths.ts';

/** When each generation was made: three updates, weeks apart. */
const generationDates = ['2026-10-18 14:02:11', '2026-11-01 13:40:54', '2026-11-15 12:31:07'];

/** Makes a host look like NixOS: generations of real systems, a boot menu, users and keys. */
export async function prepareHost(
  name: HostName,
  host: Chroot,
  workstation: Chroot,
  keys: Keys,
  toplevels: readonly string[],
): Promise<void> {
  await copyInto(host.root, path.join(labSources, 'host-files'));
  await mkdir(path.join(host.root, 'etc/nix'), { recursive: true });
  await host.script(
    `${slimSystemd}
    echo ${name} > /etc/hostname
    # Of its own, and the same after each reset: it is how a host is known.
    echo ${['a', 'b', 'c', 'd'].map((part) => shortHash(`${part}${name}`)).join('')} > /etc/machine-id
    touch /etc/NIXOS
    cat > /etc/nix/nix.conf <<'END'
experimental-features = nix-command flakes
substituters =
flake-registry =
sandbox = false
build-users-group =
END
    mkdir -p -m 700 /root/.ssh; cat > /root/.ssh/authorized_keys; chmod 600 /root/.ssh/authorized_keys
    mkdir -p /nix/var/nix/profiles /nix/store
    # Kept over reboots, as an administrator of a server would have it.
    mkdir -p /var/log/journal
    rm -f /etc/ssh/ssh_host_*
  `,
    await mustRunShell('cat "$KEY.pub"', { env: { ...process.env, KEY: keys.login } }),
  );
  await mustRunShell('cp "$KEY" "$TO"; cp "$KEY.pub" "$TO.pub"; chmod 600 "$TO"', {
    env: {
      ...process.env,
      KEY: keys.host(name),
      TO: path.join(host.root, 'etc/ssh/ssh_host_ed25519_key'),
    },
  });
  await copyClosures(host, workstation, toplevels);
  await host.script(
    toplevels
      .map(
        (toplevel, index) => `
    nix-env --profile /nix/var/nix/profiles/system --set ${toplevel}
    touch -h -d '${generationDates[index] ?? generationDates[0]}' /nix/var/nix/profiles/system-${index + 1}-link
    ${toplevel}/bin/switch-to-configuration boot
  `,
      )
      .join('\n'),
  );
  if (name === 'samsung') await makeMultiUser(host);
}

async function copyClosures(
  host: Chroot,
  workstation: Chroot,
  toplevels: readonly string[],
): Promise<void> {
  const closure = path.join(host.root, 'root/closure');
  const exported = path.join(
    workstation.root,
    `root/closure-${path.basename(path.dirname(host.root))}`,
  );
  await workstation.script(
    `nix-store --export $(nix-store --query --requisites ${toplevels.join(' ')}) > /root/${path.basename(exported)}`,
  );
  await mustRunShell('mv "$FROM" "$TO"', { env: { ...process.env, FROM: exported, TO: closure } });
  await host.script('nix-store --import < /root/closure > /dev/null; rm /root/closure');
}

/** samsung: a Nix daemon, and a deploy user that may become root, but whom Nix does not trust. */
async function makeMultiUser(host: Chroot): Promise<void> {
  await host.script(`
    groupadd --system nixbld
    for number in 1 2 3 4; do useradd --system --gid nixbld --groups nixbld --home-dir /var/empty --shell /usr/sbin/nologin "nixbld$number"; done
    sed -i 's/^build-users-group.*/build-users-group = nixbld/' /etc/nix/nix.conf
    printf 'trusted-users = root\\nallowed-users = *\\n' >> /etc/nix/nix.conf
    chgrp nixbld /nix/store; chmod 1775 /nix/store
    useradd --create-home --shell /bin/bash deploy
    echo deploy:lab | chpasswd
    mkdir -p -m 700 /home/deploy/.ssh; cp /root/.ssh/authorized_keys /home/deploy/.ssh/; chown -R deploy:deploy /home/deploy/.ssh
    rm -rf /root/.ssh
    printf 'Defaults env_keep += "NIXOS_NO_CHECK"\\ndeploy ALL=(ALL:ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/deploy; chmod 440 /etc/sudoers.d/deploy
  `);
}
