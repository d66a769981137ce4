import type { BootDefault } from '../model/host.ts';
import { unverifiable, valuesOf } from './boot-lines.ts';
import { findGrubPath, grubSystems, resolveGrub } from './grub.ts';
import { findLoaderEntry, loaderSystems, resolveSystemdBoot } from './systemd-boot.ts';

/**
 * What the boot loader would start next, from the lines that
 * `services/boot-script.ts` prints. Formats: systemd-boot's loader.conf(5) and
 * the Boot Loader Specification, GRUB's grub.cfg as NixOS writes it.
 */
export const resolveBootDefault = (lines: readonly string[]): BootDefault => {
  const has = (key: string): boolean => lines.some((line) => line.startsWith(`${key} `));
  const hasGrub = has('grub-cfg');
  if (has('loader-conf')) {
    const runsSystemdBoot = valuesOf(lines, 'efi-LoaderInfo').some((info) =>
      info.startsWith('systemd-boot'),
    );
    if (hasGrub && !runsSystemdBoot)
      return unverifiable(
        'both systemd-boot and GRUB are installed, and neither says that it runs',
      );
    return resolveSystemdBoot(lines);
  }
  if (hasGrub) return resolveGrub(lines);
  const other = valuesOf(lines, 'other-loader')[0];
  if (other !== undefined) return unverifiable(`the boot loader of ${other} is not known`);
  const hidden = valuesOf(lines, 'boot-unreadable')[0];
  if (hidden !== undefined) return unverifiable(`reading ${hidden} needs root`);
  return unverifiable('no boot loader files were found');
};

/** How a loader is told to start a system once. */
export type BootEntry =
  /** File of the entry, for `bootctl set-oneshot`. */
  | { readonly loader: 'systemd-boot'; readonly entry: string }
  /** Numbers of the menu, `1>0`, for `grub-reboot`. */
  | { readonly loader: 'grub'; readonly entry: string };

/** The entry that starts a system; null where the loader has none, or cannot start one once. */
export const findBootEntry = (lines: readonly string[], toplevel: string): BootEntry | null => {
  if (
    lines.some((line) => line.startsWith('loader-conf ')) ||
    valuesOf(lines, 'entry-line').length > 0
  ) {
    const entry = findLoaderEntry(lines, toplevel);
    return entry === null ? null : { loader: 'systemd-boot', entry };
  }
  const entry = findGrubPath(lines, toplevel);
  return entry === null ? null : { loader: 'grub', entry };
};

/** Systems that the loader's menu can start, each once; empty where its entries cannot be read. */
export const bootableSystems = (lines: readonly string[]): readonly string[] => [
  ...new Set([...loaderSystems(lines), ...grubSystems(lines)]),
];
