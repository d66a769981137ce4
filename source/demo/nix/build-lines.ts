/** The phases of a build of the standard environment, and how much of its time each takes. */
export const phases: readonly (readonly [string, number])[] = [
  ['unpackPhase', 0.08],
  ['patchPhase', 0.04],
  ['configurePhase', 0.13],
  ['buildPhase', 0.62],
  ['installPhase', 0.08],
  ['fixupPhase', 0.05],
];

const kernelFolders = [
  'kernel/sched/core.o',
  'mm/memory.o',
  'fs/ext4/inode.o',
  'net/core/dev.o',
  'drivers/gpu/drm/drm_drv.o',
  'drivers/net/ethernet/intel/igc/igc_main.o',
  'drivers/nvme/host/pci.o',
  'sound/pci/hda/hda_intel.o',
  'fs/btrfs/extent-tree.o',
  'drivers/usb/host/xhci.o',
];

const mesaSources = [
  'nir/nir.c',
  'compiler/spirv/spirv_to_nir.c',
  'amd/vulkan/radv_device.c',
  'intel/brw_compiler.c',
];

/** One line that a builder of this name prints, of so many. */
export const builderLine = (name: string, number: number, total: number): string => {
  if (name.startsWith('linux'))
    return `  CC      ${kernelFolders[number % kernelFolders.length] ?? 'init/main.o'}`;
  if (name.startsWith('nvidia'))
    return `  CC [M]  nvidia/nv-${['acpi', 'dma', 'i2c', 'mmap', 'pci', 'procfs'][number % 6] ?? 'dma'}.o`;
  if (name.startsWith('mesa'))
    return `[${number * 41}/${total * 41}] Compiling C object src/${mesaSources[number % mesaSources.length] ?? 'nir/nir.c'}.o`;
  if (name.startsWith('ollama'))
    return `[${number * 6}/${total * 6}] Building HIP object ggml-hip/mmq-${number}.cu.o`;
  if (name.startsWith('vaultwarden'))
    return `   Compiling ${['tokio', 'rocket', 'diesel', 'ring', 'webauthn-rs'][number % 5] ?? 'serde'} v${1 + (number % 3)}.${number}.0`;
  if (name.startsWith('immich'))
    return `transforming (${number * 88}) src/lib/components/asset-viewer.svelte`;
  return `building ${name} (${number} of ${total})`;
};

/** What the phases before and after the build itself print. */
export const phaseLine = (name: string, phase: string): string => {
  switch (phase) {
    case 'unpackPhase':
      return 'unpacking sources';
    case 'patchPhase':
      return 'patching sources';
    case 'configurePhase':
      return name.startsWith('mesa') ? 'The Meson build system' : 'configuring';
    case 'installPhase':
      return 'installing';
    case 'fixupPhase':
      return 'shrinking RPATHs of ELF executables and libraries';
    default:
      return 'building';
  }
};

/** Small derivations have no phases. */
export const hasPhases = (name: string): boolean =>
  !/^(?:unit-|etc$|system-path$|home-manager-|nixos-system-|initrd-)/.test(name);
