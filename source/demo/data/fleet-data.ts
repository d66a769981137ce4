import { numberFor } from '../process/hash.ts';
import type { DemoPackage } from './package-data.ts';

/** One configuration of the demo's flake, and the machine that runs it. */
export interface DemoHost {
  readonly name: string;
  readonly system: 'x86_64-linux' | 'aarch64-linux';
  /** Set for an entry that is no machine but a medium. */
  readonly image?: string;
  readonly channel: 'nixpkgs' | 'nixpkgs-stable';
  /** Inputs that its system is made of, besides its channel. */
  readonly inputs: readonly string[];
  readonly kernel: 'linux' | 'linux-lts' | 'linux-rt';
  /** Built here, because no cache has them. */
  readonly builds: readonly DemoPackage[];
  readonly fetches: readonly DemoPackage[];
  /** Services of its own. */
  readonly services: readonly string[];
  /** Number of the generation that it runs, and the update that made it. */
  readonly generation: number;
  readonly update: number;
  /** The update whose system it was started with. */
  readonly bootedUpdate: number;
  readonly uptimeDays: number;
  readonly latencyMs: number;
  readonly isAsleep?: boolean;
  /** Its last switch was so many hours ago, long after those of the others. */
  readonly switchedHoursAgo?: number;
  /** The update that was deployed last, where somebody took the host back since then and removed that generation. */
  readonly wentBackFrom?: number;
  /** Its processor is busier since its last change; Prometheus says so. */
  readonly getsBusier?: true;
  /** A service that takes long to stop, so that an activation waits for it. */
  readonly stopsSlowly?: string;
  /** Its metrics have a gap. */
  readonly missesScrapes?: true;
  /** Its own timer upgrades it, at this hour of the night. */
  readonly upgradesAt?: number;
  /** Failed long before anybody updates. */
  readonly failedUnits?: readonly string[];
  /** Services that the last switches did not restart. */
  readonly runsOld?: readonly string[];
  /** A service that does not survive this version of nixpkgs. */
  readonly breaks?: {
    readonly unit: string;
    readonly from: number;
    readonly words: readonly string[];
  };
}

const common: readonly DemoPackage[] = ['systemd', 'openssh', 'openssl', 'curl', 'git'];

const named: readonly DemoHost[] = [
  {
    name: 'p620',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'secrets'],
    kernel: 'linux-lts',
    builds: ['ollama'],
    fetches: [...common, 'grafana', 'prometheus', 'rust-cargo'],
    services: ['prometheus', 'grafana', 'alertmanager', 'ollama', 'prometheus-node-exporter'],
    stopsSlowly: 'ollama.service',
    generation: 241,
    update: 3,
    bootedUpdate: 3,
    uptimeDays: 9,
    latencyMs: 4,
  },
  {
    name: 'razer',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'nixos-hardware', 'stylix'],
    kernel: 'linux',
    builds: ['linux', 'nvidia-x11', 'mesa'],
    fetches: [...common, 'firefox', 'gnome', 'pipewire'],
    services: ['display-manager', 'pipewire', 'bluetooth', 'tlp'],
    generation: 188,
    update: 2,
    wentBackFrom: 3,
    bootedUpdate: 2,
    uptimeDays: 2,
    latencyMs: 38,
  },
  {
    name: 'p510',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'fleet-modules'],
    kernel: 'linux-lts',
    builds: ['plexmediaserver'],
    fetches: common,
    getsBusier: true,
    switchedHoursAgo: 28,
    services: ['plex', 'nzbget', 'tautulli', 'prometheus-node-exporter'],
    generation: 97,
    update: 3,
    bootedUpdate: 3,
    uptimeDays: 9,
    latencyMs: 11,
    failedUnits: ['nzbget.service'],
  },
  {
    name: 'samsung',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'nixos-hardware', 'stylix'],
    kernel: 'linux',
    builds: ['linux', 'mesa'],
    fetches: [...common, 'firefox', 'gnome'],
    services: ['display-manager', 'pipewire', 'tlp'],
    generation: 54,
    update: 1,
    bootedUpdate: 1,
    uptimeDays: 1,
    latencyMs: 45,
    isAsleep: true,
  },
  {
    name: 'router',
    system: 'x86_64-linux',
    channel: 'nixpkgs-stable',
    inputs: [],
    kernel: 'linux-lts',
    builds: [],
    fetches: [],
    services: ['unbound', 'dnsmasq', 'nftables', 'wireguard-wg0'],
    generation: 33,
    update: 3,
    bootedUpdate: 3,
    uptimeDays: 33,
    latencyMs: 2,
  },
  {
    name: 'nas',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'fleet-modules', 'secrets'],
    kernel: 'linux-lts',
    builds: ['immich'],
    fetches: [...common, 'zfs'],
    services: [
      'immich-server',
      'postgresql',
      'samba-smbd',
      'zfs-share',
      'prometheus-node-exporter',
    ],
    missesScrapes: true,
    generation: 76,
    update: 3,
    bootedUpdate: 3,
    uptimeDays: 9,
    latencyMs: 9,
    breaks: {
      unit: 'immich-server.service',
      from: 4,
      words: [
        'Starting Immich 2.9.0',
        'Running migrations',
        'error: extension "vectorchord" is not available',
        'hint: Immich 2.9 needs vectorchord 1.0; install it and run: CREATE EXTENSION vchord CASCADE',
        'Migration 1763111111-UseVectorChord failed, nothing was changed',
      ],
    },
  },
  {
    name: 'studio',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['home-manager', 'musnix', 'stylix'],
    kernel: 'linux-rt',
    builds: [],
    fetches: [...common, 'ardour', 'pipewire', 'firefox'],
    services: ['display-manager', 'pipewire', 'rtkit-daemon'],
    generation: 61,
    update: 3,
    bootedUpdate: 3,
    uptimeDays: 8,
    latencyMs: 17,
  },
  {
    name: 'vault',
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: ['agenix', 'disko'],
    kernel: 'linux',
    builds: ['vaultwarden'],
    fetches: common,
    services: ['vaultwarden', 'nginx', 'restic-backups-daily'],
    runsOld: ['nginx.service', 'dbus.service'],
    generation: 45,
    update: 3,
    bootedUpdate: 1,
    uptimeDays: 22,
    latencyMs: 23,
  },
  {
    name: 'installer',
    system: 'x86_64-linux',
    image: 'isoImage',
    channel: 'nixpkgs',
    inputs: [],
    kernel: 'linux',
    builds: [],
    fetches: [],
    services: [],
    generation: 0,
    update: 0,
    bootedUpdate: 0,
    uptimeDays: 0,
    latencyMs: 0,
  },
  {
    name: 'pi4',
    system: 'aarch64-linux',
    channel: 'nixpkgs',
    inputs: ['nixos-hardware'],
    kernel: 'linux-lts',
    builds: [],
    fetches: [],
    services: ['home-assistant'],
    upgradesAt: 4,
    generation: 12,
    update: 1,
    bootedUpdate: 1,
    uptimeDays: 23,
    latencyMs: 31,
  },
];

/** A host of a large fleet; each fate comes back every few hosts. */
const numbered = (index: number): DemoHost => {
  const name = `host-${String(index).padStart(4, '0')}`;
  const fate = index % 20;
  const update = fate < 14 ? 3 : fate < 18 ? 2 : 1;
  return {
    name,
    system: 'x86_64-linux',
    channel: 'nixpkgs',
    inputs: [],
    kernel: 'linux-lts',
    builds: [],
    fetches: [],
    services: ['nginx', 'prometheus-node-exporter'],
    generation: 20 + numberFor(name, 180),
    update,
    bootedUpdate: update,
    uptimeDays: 1 + numberFor(name, 40),
    latencyMs: 2 + numberFor(name, 60),
    ...(fate === 19 ? { isAsleep: true } : {}),
    ...(fate === 7 ? { failedUnits: ['nginx.service'] } : {}),
  };
};

/** The embedded fleet; with a number, so many hosts in all. */
export const demoFleet = (size: number | undefined): readonly DemoHost[] => {
  if (size === undefined) return named;
  return [
    ...named.slice(0, size),
    ...Array.from({ length: Math.max(0, size - named.length) }, (_, index) => numbered(index + 1)),
  ];
};
