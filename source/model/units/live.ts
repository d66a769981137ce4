/** How one unit stands to another; `Requires` is of the one that needs. */
export type DependencyKind =
  | 'Requires'
  | 'Requisite'
  | 'Wants'
  | 'BindsTo'
  | 'PartOf'
  | 'Upholds'
  | 'PropagatesStopTo'
  | 'PropagatesReloadTo'
  | 'Conflicts';

export const dependencyKinds: readonly DependencyKind[] = [
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'PropagatesStopTo',
  'PropagatesReloadTo',
  'Conflicts',
];

/** A unit that systemd has loaded. */
export interface LiveUnit {
  readonly id: string;
  readonly names: readonly string[];
  readonly isLoaded: boolean;
  /** `active`, `activating`, `inactive`, `failed` and others. */
  readonly state: string;
  /** The file that it was made from; empty where it has none. */
  readonly fragment: string;
  readonly dependencies: Readonly<Partial<Record<DependencyKind, readonly string[]>>>;
  /** Units that start it when something happens: sockets, timers, paths. */
  readonly triggeredBy: readonly string[];
  /** A condition of its own kept it from running the last time. */
  readonly isHeldBack: boolean;
  readonly stopsWhenUnneeded: boolean;
}

/** What systemd says runs now, for units that can be stopped. */
export const isRunning = (unit: LiveUnit | undefined): boolean =>
  unit !== undefined && /^(?:active|activating|reloading|refreshing)$/.test(unit.state);
