import { z } from 'zod';
import type { ListedHost } from '../../model/config/host-entries.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { nixString } from './command.ts';

/** What is asked about one host. */
export interface HostQuestion {
  readonly host: string;
  /** Its facts: system, host name, whether it builds an image. */
  readonly describes: boolean;
  /** Its toplevel: not at all, unless it is an image or nothing here can build it, or in any case. */
  readonly toplevel: 'no' | 'where-it-runs' | 'always';
}

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

/** A function of a host to its facts. */
export const describeHost = `host: rec {
      system = host.pkgs.stdenv.hostPlatform.system or (host.config.nixpkgs.hostPlatform.system or null);
      hostName = host.config.networking.hostName or null;
      hasToplevel = host.config.system.build ? toplevel;
      isImage = builtins.any (name: builtins.hasAttr name (host.config.system.build or { })) [ ${media.map((name) => nixString(name)).join(' ')} ]
        || (host.config.system.nixos.variant_id or null) == "installer";
    }`;

const facts = z.object({
  system: z.string().nullable(),
  hostName: z.string().nullable(),
  hasToplevel: z.boolean(),
  isImage: z.boolean(),
});

/** The facts as `describeHost` makes them; null where they are no such facts. */
export const readHostFacts = (host: string, found: unknown): ListedHost | null => {
  const parsed = facts.safeParse(found);
  return parsed.success
    ? {
        name: host,
        system: parsed.data.system,
        hostName: parsed.data.hostName,
        isImage: parsed.data.isImage || !parsed.data.hasToplevel,
        failure: null,
      }
    : null;
};

const list = (texts: readonly string[]): string => texts.map((text) => nixString(text)).join(' ');

const wanted: Readonly<Record<HostQuestion['toplevel'], number>> = {
  no: 0,
  'where-it-runs': 1,
  always: 2,
};

/**
 * A function of all hosts that asks about some, one after the other. Each answer is printed as soon
 * as it is known: an error that Nix cannot catch ends the evaluation, and is that of the first host
 * without an answer. Each fact is forced on its own, so that what can be caught costs one fact.
 */
export const batchExpression = (
  id: string,
  questions: readonly HostQuestion[],
  systems: readonly string[],
): string => `hosts:
  let
    describe = ${describeHost};
    systems = [ ${list(systems)} ];
    attempt = value: let tried = builtins.tryEval value; in if tried.success then tried.value else { caught = true; };
    say = answer: builtins.trace "nixup-${id} \${builtins.toJSON answer}" null;
    ask = host: describes: wanted:
      let
        found = builtins.mapAttrs (_: attempt) (describe hosts.\${host});
        toplevel = hosts.\${host}.config.system.build.toplevel;
        runs = found.hasToplevel == true && found.isImage != true
          && (systems == [ ] || !(builtins.isString found.system) || builtins.elem found.system systems);
        evaluated =
          if wanted == 2 || (wanted == 1 && runs)
          then say { inherit host; derivation = toplevel.drvPath; toplevel = toplevel.outPath; }
          else say { inherit host; };
      in if describes then builtins.seq (say { inherit host found; }) evaluated else evaluated;
  in builtins.foldl' (count: next: builtins.seq next (count + 1)) 0 [
${questions.map(({ host, describes, toplevel }) => `    (ask ${nixString(host)} ${describes ? 'true' : 'false'} ${wanted[toplevel]})`).join('\n')}
  ]`;

const record = z.object({
  host: z.string(),
  found: z.unknown().optional(),
  derivation: z.string().optional(),
  toplevel: z.string().optional(),
});

/** One line of a batch: facts of a host, or the end of what was asked about it. */
type BatchAnswer =
  | { readonly kind: 'described'; readonly host: string; readonly found: unknown }
  | {
      readonly kind: 'ended';
      readonly host: string;
      /** Null where it was not asked, or the host is no system that runs. */
      readonly system: { readonly derivation: StorePath; readonly toplevel: StorePath } | null;
    };

/** Reads a line of Nix's standard error; null where it is no answer of this batch. */
export const readBatchLine = (id: string, line: string): BatchAnswer | null => {
  const start = `trace: nixup-${id} `;
  if (!line.startsWith(start)) return null;
  let json: unknown;
  try {
    json = JSON.parse(line.slice(start.length));
  } catch {
    return null;
  }
  const parsed = record.safeParse(json);
  if (!parsed.success) return null;
  const { host, found, derivation, toplevel } = parsed.data;
  if (found !== undefined) return { kind: 'described', host, found };
  return {
    kind: 'ended',
    host,
    system: derivation === undefined || toplevel === undefined ? null : { derivation, toplevel },
  };
};
