import { mustRunIn, run } from './enter.ts';
import type { Result } from './local-command.ts';
import type { HostName } from './machines.ts';

/** How each host is copied to. samsung's Nix does not trust the person who logs in, so its Nix is run by root there. */
export function storeOf(host: HostName): string {
  return host === 'samsung'
    ? 'ssh-ng://samsung?remote-program=sudo%20nix-daemon'
    : `ssh-ng://${host}`;
}

/** Builds a host's system on the workstation; the path. Throws with Nix's own text. */
export async function buildToplevel(host: HostName): Promise<string> {
  const output = await mustRunIn(
    'workstation',
    `cd /root/fleet; nix build --no-link --print-out-paths .#nixosConfigurations.${host}.config.system.build.toplevel`,
  );
  return output.trim();
}

/** What people do by hand, with no safety: copy, set the profile (unless only tested), switch. The status is that of switch-to-configuration. */
export async function deployPlainly(
  host: HostName,
  toplevel: string,
  action: 'switch' | 'boot' | 'test' | 'dry-activate' = 'switch',
): Promise<Result> {
  const profile =
    action === 'switch' || action === 'boot'
      ? `sudo nix-env --profile /nix/var/nix/profiles/system --set ${toplevel} && `
      : '';
  return run(
    'workstation',
    `nix copy --no-check-sigs --to '${storeOf(host)}' ${toplevel} 2> /tmp/copy-${host} || { cat /tmp/copy-${host} >&2; exit 90; }
     ssh -o BatchMode=yes ${host} '${profile}sudo ${toplevel}/bin/switch-to-configuration ${action}'`,
    { timeoutMs: 180_000 },
  );
}

export async function currentSystem(host: HostName): Promise<string> {
  return (await mustRunIn(host, 'readlink /run/current-system')).trim();
}
