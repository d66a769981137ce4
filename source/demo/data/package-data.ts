/** Versions of packages by the version of nixpkgs that has them, oldest first. */
const versions = {
  linux: ['6.18.8', '6.18.11', '6.18.14', '6.18.19', '6.18.24'],
  'linux-lts': ['6.12.58', '6.12.60', '6.12.63', '6.12.63', '6.12.63'],
  'nvidia-x11': ['580.105.08', '580.105.08', '580.119.02', '580.119.02', '580.119.02'],
  zfs: ['2.4.0', '2.4.0', '2.4.1', '2.4.1', '2.4.1'],
  mesa: ['26.1.0', '26.1.0', '26.1.1', '26.1.1', '26.1.2'],
  grafana: ['13.0.1', '13.0.1', '13.0.2', '13.0.2', '14.0.0'],
  prometheus: ['3.9.1', '3.9.1', '3.10.0', '3.10.0', '3.10.1'],
  ollama: ['0.17.2', '0.17.4', '0.18.0', '0.18.1', '0.18.3'],
  immich: ['2.7.0', '2.7.2', '2.8.0', '2.8.1', '2.9.0'],
  nzbget: ['26.0', '26.0', '26.0', '26.1', '26.1'],
  plexmediaserver: ['1.43.0', '1.43.0', '1.43.1', '1.43.1', '1.43.2'],
  vaultwarden: ['1.36.0', '1.36.0', '1.36.1', '1.36.1', '1.36.1'],
  unbound: ['1.24.2', '1.24.2', '1.24.2', '1.24.2', '1.24.2'],
  firefox: ['151.0', '151.0.1', '151.0.2', '152.0', '152.0.1'],
  openssh: ['10.3p1', '10.3p1', '10.3p1', '10.3p1', '10.4p1'],
  systemd: ['260.1', '260.1', '260.2', '260.2', '260.3'],
  openssl: ['3.6.1', '3.6.1', '3.6.2', '3.6.2', '3.6.3'],
  curl: ['8.19.0', '8.19.0', '8.19.0', '8.20.0', '8.20.0'],
  git: ['2.54.0', '2.54.0', '2.54.0', '2.54.1', '2.54.1'],
  nix: ['2.34.0', '2.34.0', '2.34.1', '2.34.1', '2.34.1'],
  'rust-cargo': ['1.96.0', '1.96.0', '1.96.0', '1.96.0', '1.97.0'],
  gnome: ['50.1', '50.1', '50.2', '50.2', '50.3'],
  pipewire: ['1.6.3', '1.6.3', '1.6.4', '1.6.4', '1.6.5'],
  ardour: ['9.1', '9.1', '9.2', '9.2', '9.2'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type DemoPackage = keyof typeof versions;

/** The version of a package at a version of nixpkgs. */
export const packageVersion = (name: DemoPackage, nixpkgs: number): string =>
  versions[name][nixpkgs] ?? '0';

/** Sizes of what is fetched from a cache, bytes unpacked. */
const sizes: Readonly<Partial<Record<DemoPackage, number>>> = {
  firefox: 284_000_000,
  gnome: 142_000_000,
  mesa: 176_000_000,
  ollama: 96_000_000,
  'rust-cargo': 61_000_000,
  systemd: 38_000_000,
  plexmediaserver: 211_000_000,
  ardour: 88_000_000,
};

export const packageSize = (name: DemoPackage): number => sizes[name] ?? 9_400_000;
