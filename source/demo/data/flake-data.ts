import type { DemoHost } from './fleet-data.ts';
import { type InputSource, releaseAt } from './input-source.ts';

/** The flake as it is written in `flake.nix`. */
const referenceOf = ({ original }: InputSource): string => {
  const text = (name: string): string => String(original[name] ?? '');
  switch (original['type']) {
    case 'git':
      return `git+${text('url')}?ref=${text('ref')}`;
    case 'tarball':
      return text('url').replace('%2A', '*');
    default: {
      const ref = original['ref'] === undefined ? '' : `/${text('ref')}`;
      return `${text('type')}:${text('owner')}/${text('repo')}${ref}`;
    }
  }
};

const attribute = (name: string): string => (/^[a-z][a-z0-9-]*$/.test(name) ? name : `"${name}"`);

export const flakeText = (sources: readonly InputSource[], fleet: readonly DemoHost[]): string => `{
  description = "Ada's machines";

  inputs = {
${sources
  .map((source) =>
    source.flake === false
      ? `    ${source.name} = {\n      url = "${referenceOf(source)}";\n      flake = false;\n    };`
      : `    ${source.name}.url = "${referenceOf(source)}";`,
  )
  .join('\n')}
  };

  outputs = { nixpkgs, nixpkgs-stable, ... }@inputs: {
    nixosConfigurations = {
${fleet
  .map(
    ({ name, channel, system }) =>
      `      ${attribute(name)} = ${channel}.lib.nixosSystem {\n        system = "${system}";\n        specialArgs = { inherit inputs; };\n        modules = [ ./hosts/${name}.nix ];\n      };`,
  )
  .join('\n')}
    };
  };
}
`;

export const hostText = (host: DemoHost): string => `{ pkgs, ... }:
{
  imports = [ ../modules/common.nix ];
  networking.hostName = "${host.name}";
${host.services.map((service) => `  # ${service}`).join('\n')}
  system.stateVersion = "25.05";
}
`;

export const commonText = `{ ... }:
{
  nix.settings.experimental-features = [ "nix-command" "flakes" ];
  services.openssh.enable = true;
  services.openssh.settings.PasswordAuthentication = false;
}
`;

export const readmeText = `# Ada's machines

One flake for all of them. The update is done with nixup.
`;

/** A day some weeks after now, for a hold that has not ended. */
const dayAfter = (now: number, days: number): string =>
  new Date(now + days * 86_400_000).toISOString().slice(0, 10);

/** The embedded configuration. */
export const configText = (
  now: number,
): string => `# The fleet of the demo. Everything here is optional.

[fleet]
jobs = { eval = 2, build = 3, copy = 4, activate = 4 }
on_failure = "continue"

[hosts.p620]
tags = ["server"]
critical = ["prometheus.service", "grafana.service"]

[hosts.razer]
tags = ["laptop", "nvidia"]

[hosts.p510]
tags = ["server", "media"]
policy = "ask"
critical = ["plex.service"]

[hosts.samsung]
tags = ["laptop"]

[hosts.router]
tags = ["network"]
policy = "protected"
critical = ["unbound.service", "nftables.service"]

[hosts.nas]
tags = ["server"]
critical = ["postgresql.service", "samba-smbd.service"]
on_unhealthy = "rollback"

[hosts.studio]
tags = ["audio"]

[hosts.vault]
tags = ["server"]
critical = ["vaultwarden.service"]

[[checks]]
name = "grafana"
http = "http://p620:3001/api/health"
expect = 200

[monitoring]
prometheus = "http://p620:9090"
grafana = { url = "http://p620:3001", token_env = "GRAFANA_TOKEN" }

[inputs.nixpkgs-stable]
hold = { reason = "the router moves to ${releaseAt(now).stable} by hand", until = "${dayAfter(now, 31)}" }

[commit]
style = "conventional"
`;

/** A fleet of many hosts needs no word about single ones. */
export const largeConfigText = `[fleet]
jobs = { eval = 8, build = 8, copy = 16, activate = 16 }
on_failure = "continue"
`;
