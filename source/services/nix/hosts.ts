import pLimit from 'p-limit';
import { z } from 'zod';
import type { ListedHost } from '../../model/config/host-entries.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { ExecOptions, World } from '../world/world.ts';
import {
  describeCause,
  evaluationFailure,
  type NixTrouble,
  nixString,
  parseJson,
  runNix,
} from './command.ts';
import { evalCommand } from './eval-command.ts';

/**
 * The value of a flake's attribute, or what a function of the Nix language makes
 * of it; as JSON says it. Never writes the lock.
 */
export const evaluateAttribute = async (
  world: Pick<World, 'exec'>,
  flake: string,
  attribute: string,
  expression: string | null,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs' | 'quiet'> = {},
): Promise<Result<unknown, NixTrouble>> => {
  const command = evalCommand(flake, attribute, expression);
  const result = await runNix(world, command, options);
  if (!result.ok) return result;
  const json = parseJson(command, result.value.stdout);
  return json.ok ? json : failed({ failure: json.failure, cause: null });
};

export interface ListHostsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Evaluations at a time; 2 when absent, as each may take a gigabyte. */
  readonly jobs?: number | undefined;
}

/** Hosts described by one process: few starts, bounded memory. */
const hostsPerProcess = 6;

/**
 * What only media set that are booted and thrown away (nixpkgs: installer/cd-dvd/iso-image.nix,
 * installer/netboot/netboot.nix; nixos-images, nixos-generators). Anything else under
 * `system.build` says nothing: `vm`, `image` and `images` stand in every system
 * (virtualisation/build-vm.nix, image/images.nix), and modules that running hosts import set the others:
 * sdImage (sd-image-*.nix of a Raspberry Pi), tarball (lxc-container.nix, proxmox-lxc.nix),
 * googleComputeImage, azureImage, digitalOceanImage, amazonImage, openstackImage, VMA, OCIImage, diskoImages.
 */
const media = [
  'isoImage',
  'netbootRamdisk',
  'netbootIpxeScript',
  'kexecTree',
  'kexecScript',
  'kexecTarball',
  'kexecInstallerTarball',
  'kexec_tarball',
  'kexec_bundle',
];

const describeHost = `
    host: rec {
      system = host.pkgs.stdenv.hostPlatform.system or (host.config.nixpkgs.hostPlatform.system or null);
      hostName = host.config.networking.hostName or null;
      hasToplevel = host.config.system.build ? toplevel;
      isImage = builtins.any (name: builtins.hasAttr name (host.config.system.build or { })) [ ${media.map((name) => nixString(name)).join(' ')} ]
        || (host.config.system.nixos.variant_id or null) == "installer";
    }`;

/** Each fact forced on its own, so that what can be caught costs one host and not all. */
const describeMany = (names: readonly string[]): string => `hosts:
  let
    describe = ${describeHost};
    attempt = value: let tried = builtins.tryEval value; in if tried.success then tried.value else { caught = true; };
  in builtins.listToAttrs (map (name: {
    inherit name;
    value = builtins.mapAttrs (_: attempt) (describe hosts.\${name});
  }) [ ${names.map((name) => nixString(name)).join(' ')} ])`;

const facts = z.object({
  system: z.string().nullable(),
  hostName: z.string().nullable(),
  hasToplevel: z.boolean(),
  isImage: z.boolean(),
});

type Facts = z.infer<typeof facts>;

const describedHost = (name: string, found: Facts): ListedHost => ({
  name,
  system: found.system,
  hostName: found.hostName,
  isImage: found.isImage || !found.hasToplevel,
  failure: null,
});

const undescribedHost = (name: string, failure: string | null): ListedHost => ({
  name,
  system: null,
  hostName: null,
  isImage: false,
  failure,
});

const inChunks = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/** The entries of `nixosConfigurations`; one that fails to evaluate never hides another. */
export const listHosts = async (
  world: Pick<World, 'exec'>,
  flake: string,
  options: ListHostsOptions = {},
): Promise<Result<readonly ListedHost[], Failure>> => {
  const evaluate = (attribute: string, expression: string): Promise<Result<unknown, NixTrouble>> =>
    evaluateAttribute(world, flake, attribute, expression, { signal: options.signal });

  const describeAlone = async (name: string): Promise<ListedHost> => {
    const found = await evaluate(`nixosConfigurations."${name}"`, describeHost.trim());
    if (found.ok) {
      const parsed = facts.safeParse(found.value);
      return parsed.success
        ? describedHost(name, parsed.data)
        : undescribedHost(name, 'it is not a NixOS configuration');
    }
    const { cause, failure } = found.failure;
    const why = cause === null ? failure.code : describeCause(cause, flake);
    return undescribedHost(name, why);
  };

  const describe = async (chunk: readonly string[]): Promise<readonly ListedHost[]> => {
    const found = await evaluate('nixosConfigurations', describeMany(chunk));
    const described = found.ok ? z.record(z.string(), z.unknown()).safeParse(found.value) : null;
    const listed: ListedHost[] = [];
    for (const name of chunk) {
      const parsed = facts.safeParse(described?.success === true ? described.data[name] : null);
      listed.push(parsed.success ? describedHost(name, parsed.data) : await describeAlone(name));
    }
    return listed;
  };

  const found = await evaluate('nixosConfigurations', 'builtins.attrNames');
  if (!found.ok) return failed(evaluationFailure(found.failure, null, flake));
  const names = z.array(z.string()).safeParse(found.value);
  if (!names.success)
    return failed({
      code: 'evaluation-failed',
      host: null,
      cause: 'nixosConfigurations is not a set of hosts',
      tail: [],
    });

  const limit = pLimit(Math.max(1, options.jobs ?? 2));
  const safe = names.data.filter(isSafeHostName);
  const chunks = await Promise.all(
    inChunks(safe, hostsPerProcess).map((chunk) => limit(() => describe(chunk))),
  );
  if (options.signal?.aborted === true)
    return failed({ code: 'canceled', what: 'the list of hosts' });
  const byName = new Map(chunks.flat().map((host) => [host.name, host]));
  return success(names.data.map((name) => byName.get(name) ?? undescribedHost(name, null)));
};
