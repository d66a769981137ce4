import { type Deed, deeds, enlarge, type FateOptions } from './deeds.ts';
import { mustRunIn, run } from './enter.ts';
import { type HostName, hostNames, type MachineName, machines } from './machines.ts';
import { mendNetwork } from './network.ts';

/** Fates that the flake takes: they are written to fates.json, and show when the host's system is evaluated, built or activated. */
export const flakeFates = [
  'eval-fails',
  'build-fails',
  'build-fails-root',
  'build-slow',
  'hash-mismatch',
  'conflicting-options',
  'stc-exit',
  'inhibitor',
  'new-kernel',
  'counted-boots',
  'activation-hangs',
  'activation-slow',
  'activation-reexecutes',
  'activation-cuts-network',
  'activation-kills-sshd',
  'activation-breaks-names',
  'activation-ends-bus',
  'by-hand',
  'mount',
  'old-code',
  'other-socket',
  'reload-fails',
  'stops-slowly',
  'units-change',
  'user-unit-fails',
  'unit-fails',
  'unit-fails-later',
  'unit-restarts-forever',
  'critical-not-answering',
  'auto-upgrade',
] as const;
export type FlakeFate = (typeof flakeFates)[number];

export type FateName = FlakeFate | keyof typeof deeds;
export const fateNames: readonly FateName[] = [
  ...flakeFates,
  ...(Object.keys(deeds) as (keyof typeof deeds)[]),
];

/** Brings a fate upon a host. Those that concern the workstation or Grafana ignore which host is named. */
export async function fate(
  host: MachineName,
  name: FateName,
  options: FateOptions = {},
): Promise<void> {
  if (isFlakeFate(name)) await writeFate(host, name, options);
  else await (deeds[name] as Deed)(host, options);
}

function isFlakeFate(name: FateName): name is FlakeFate {
  return (flakeFates as readonly string[]).includes(name);
}

async function writeFate(
  host: MachineName,
  name: FlakeFate,
  { commit = true, ...options }: FateOptions,
): Promise<void> {
  await mustRunIn(
    'workstation',
    `cd /root/fleet; jq --argjson options "$OPTIONS" '."${host}"."${name}" = $options' fates.json > fates.new; mv fates.new fates.json`,
    {
      env: {
        OPTIONS: JSON.stringify({
          ...options,
          ...(name === 'build-slow' ? { salt: Date.now() } : {}),
        }),
      },
    },
  );
  if (commit) await commitFates(`${host}: ${name}`);
}

async function commitFates(subject: string): Promise<void> {
  await run(
    'workstation',
    `cd /root/fleet; git commit --quiet -m '${subject}' -- fates.json && git push --quiet origin HEAD:main`,
  );
}

/** Takes back what can be taken back without a reset: the flake's fates, links, space, Grafana, the push hook, a held lock. */
export async function clearFates(): Promise<void> {
  await mustRunIn(
    'workstation',
    'cd /root/fleet; echo "{}" > fates.json; rm -f /srv/git/fleet.git/hooks/pre-receive; [ ! -e /srv/git/gone.git ] || mv /srv/git/gone.git /srv/git/fleet.git; sed -i "s/^experimental-features.*/experimental-features = nix-command flakes/" /etc/nix/nix.conf',
  );
  await commitFates('No fates');
  await Promise.all(hostNames.map(clearHost));
}

async function clearHost(host: HostName): Promise<void> {
  await mendNetwork(host);
  await enlarge(machines[host].disk, machines[host].diskMegabytes);
  await enlarge(machines[host].boot, machines[host].bootMegabytes);
  await run(
    host,
    'systemctl stop another-activation old-failure 2> /dev/null; systemctl reset-failed; rm -f /run/lab-grafana; systemctl start multi-user.target',
    { timeoutMs: 60_000 },
  );
  await run(
    host,
    'for folder in /root/.ssh /home/*/.ssh; do [ ! -e $folder/refused ] || mv $folder/refused $folder/authorized_keys; done; [ ! -e /etc/sudoers.d/deploy ] || sed -i "s/) ALL$/) NOPASSWD: ALL/" /etc/sudoers.d/deploy',
  );
}
