/** One commit of the flake's history. */
interface DemoCommit {
  readonly subject: string;
  readonly daysAgo: number;
  /** The update of the lock that it contains. */
  readonly update: number;
}

/** The history of the flake's repository, oldest first. */
export const demoHistory: readonly DemoCommit[] = [
  { subject: 'feat: the first three machines', daysAgo: 210, update: 0 },
  { subject: 'feat(p510): plex and nzbget', daysAgo: 188, update: 0 },
  { subject: 'feat(router): unbound with DNS over TLS', daysAgo: 154, update: 0 },
  { subject: 'fix(router): open port 51820 for wireguard', daysAgo: 151, update: 0 },
  { subject: 'feat(nas): immich', daysAgo: 122, update: 0 },
  { subject: 'refactor: one module for what all hosts share', daysAgo: 97, update: 0 },
  { subject: 'feat(vault): vaultwarden behind nginx', daysAgo: 80, update: 0 },
  { subject: 'feat(studio): musnix', daysAgo: 70, update: 0 },
  { subject: 'feat(installer): an image with my keys', daysAgo: 58, update: 0 },
  { subject: 'fix(samsung): suspend with the lid closed', daysAgo: 45, update: 0 },
  { subject: 'chore(flake): update nixpkgs, home-manager and 7 more', daysAgo: 31, update: 0 },
  { subject: 'feat(p620): alertmanager', daysAgo: 28, update: 0 },
  { subject: 'chore(flake): update nixpkgs, home-manager and 4 more', daysAgo: 23, update: 1 },
  { subject: 'fix(p620): scrape the router too', daysAgo: 21, update: 1 },
  { subject: 'chore(flake): update nixpkgs, stylix and 4 more', daysAgo: 16, update: 2 },
  { subject: 'feat(razer): charge limit of 80 %', daysAgo: 15, update: 2 },
  { subject: 'chore(flake): update nixpkgs, disko and 3 more', daysAgo: 9, update: 3 },
  { subject: 'docs: how the fleet is updated', daysAgo: 6, update: 3 },
];
