/** The packages of the lab's nixpkgs: name, first version, and how much of the real program of the host it links to. */
export type Package = {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: readonly string[];
  /** Programs of Debian that the package's bin folder points at. */
  readonly links?: readonly string[];
};

export const packages: readonly Package[] = [
  { name: 'glibc', version: '2.42.1' },
  { name: 'openssl', version: '3.6.0', dependencies: ['glibc'] },
  { name: 'zlib', version: '1.3.1', dependencies: ['glibc'] },
  { name: 'sqlite', version: '3.50.4', dependencies: ['glibc', 'zlib'] },
  { name: 'bash', version: '5.3.3', dependencies: ['glibc'], links: ['bash', 'sh'] },
  {
    name: 'coreutils',
    version: '9.8.0',
    dependencies: ['glibc'],
    links: [
      'readlink',
      'ln',
      'mv',
      'rm',
      'mkdir',
      'cat',
      'sleep',
      'date',
      'stat',
      'touch',
      'df',
      'sync',
      'env',
      'id',
      'test',
      'timeout',
    ],
  },
  {
    name: 'util-linux',
    version: '2.41.2',
    dependencies: ['glibc'],
    links: ['flock', 'findmnt', 'logger', 'mount', 'umount', 'setsid'],
  },
  {
    name: 'systemd',
    version: '258.2.0',
    dependencies: ['glibc', 'util-linux'],
    links: ['systemctl', 'systemd-run', 'journalctl', 'systemd-inhibit', 'loginctl', 'busctl'],
  },
  { name: 'iproute2', version: '6.17.0', dependencies: ['glibc'], links: ['ip', 'ss'] },
  {
    name: 'openssh',
    version: '10.2.1',
    dependencies: ['openssl', 'zlib'],
    links: ['ssh', 'ssh-keygen', 'scp'],
  },
  {
    name: 'nix',
    version: '2.31.2',
    dependencies: ['openssl', 'sqlite', 'curl'],
    links: ['nix', 'nix-env', 'nix-store', 'nix-daemon', 'nix-build', 'nix-collect-garbage'],
  },
  { name: 'git', version: '2.51.2', dependencies: ['curl', 'openssl'], links: ['git'] },
  { name: 'curl', version: '8.17.0', dependencies: ['openssl', 'zlib'], links: ['curl'] },
  { name: 'linux', version: '6.12.57' },
  { name: 'vim', version: '9.1.1869', dependencies: ['glibc'] },
  { name: 'htop', version: '3.4.1', dependencies: ['glibc'] },
  { name: 'ripgrep', version: '15.1.0', dependencies: ['glibc'] },
  { name: 'syncthing', version: '2.0.11', dependencies: ['glibc'] },
  { name: 'tailscale', version: '1.90.6', dependencies: ['iproute2'] },
  { name: 'prometheus', version: '3.7.3' },
  { name: 'prometheus-node-exporter', version: '1.10.2' },
  { name: 'grafana', version: '12.2.1', dependencies: ['sqlite'] },
  { name: 'postgresql', version: '16.10.0', dependencies: ['openssl', 'zlib', 'systemd'] },
  { name: 'restic', version: '0.18.1' },
  { name: 'ffmpeg', version: '8.0.0', dependencies: ['zlib'] },
  { name: 'rclone', version: '1.71.2', dependencies: ['openssl'] },
  { name: 'nzbget', version: '25.4.0', dependencies: ['openssl'] },
  { name: 'plex', version: '1.42.2' },
  { name: 'firefox', version: '145.0.0', dependencies: ['ffmpeg', 'sqlite', 'mesa'] },
  { name: 'mesa', version: '25.2.6', dependencies: ['glibc'] },
  { name: 'ghostty', version: '1.2.3', dependencies: ['mesa'] },
  { name: 'hyprland', version: '0.52.1', dependencies: ['mesa', 'pipewire'] },
  { name: 'pipewire', version: '1.4.9', dependencies: ['systemd'] },
  // In no host's system: an update can also change nothing that runs.
  ...[
    'docker:28.5.2',
    'podman:5.6.2',
    'jellyfin:10.11.2',
    'home-assistant:2025.11.1',
    'nginx:1.29.3',
    'redis:8.2.3',
    'fish:4.1.2',
    'zsh:5.9.1',
    'neovim:0.11.5',
    'nodejs:24.11.1',
    'python3:3.13.9',
    'go:1.25.4',
    'rustc:1.91.1',
    'kubectl:1.34.2',
    'terraform:1.13.5',
    'borgbackup:1.4.2',
    'transmission:4.0.6',
    'sonarr:4.0.16',
    'radarr:5.28.0',
    'mosquitto:2.0.22',
    'zigbee2mqtt:2.6.3',
    'loki:3.5.8',
    'waybar:0.14.0',
    'kitty:0.44.0',
  ].map((entry) => ({ name: entry.split(':')[0] ?? '', version: entry.split(':')[1] ?? '' })),
];

/** The text of pkgs/by-name/…/package.nix. */
export function packageFile(
  { name, dependencies = [], links = [] }: Package,
  version: string,
): string {
  const list = (items: readonly string[]) => `[ ${items.map((item) => `${item} `).join('')}]`;
  const extra: Readonly<Record<string, string>> = {
    linux: `  build = ''\n    { echo "linux ${version}"; head -c 1500000 /dev/zero; } > "$out/bzImage"\n    mkdir -p "$out/lib/modules/${version}"\n  '';\n`,
    systemd:
      '  build = \'\'mkdir -p "$out/lib/systemd"; ln -s /usr/lib/systemd/systemd "$out/lib/systemd/systemd"\'\';\n',
  };
  return [
    `{ ${['mkPackage', ...dependencies].join(', ')} }:\n`,
    'mkPackage {\n',
    `  pname = "${name}";\n  version = "${version}";\n`,
    dependencies.length > 0 ? `  dependencies = ${list(dependencies)};\n` : '',
    links.length > 0 ? `  links = [ ${links.map((link) => `"${link}"`).join(' ')} ];\n` : '',
    extra[name] ?? '',
    '}\n',
  ].join('');
}

export function packagePath(name: string): string {
  return `pkgs/by-name/${name.slice(0, 2)}/${name}/package.nix`;
}
