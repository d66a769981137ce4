/** What an activation does to units, or would do. Each list as it was printed. */
export interface UnitImpact {
  readonly stop: readonly string[];
  /** Changed units that keep running unchanged. */
  readonly skip: readonly string[];
  readonly restart: readonly string[];
  readonly reload: readonly string[];
  readonly start: readonly string[];
  readonly restartsSystemd: boolean;
}

export const noImpact: UnitImpact = {
  stop: [],
  skip: [],
  restart: [],
  reload: [],
  start: [],
  restartsSystemd: false,
};

/** A unit that systemd stops or restarts because of another unit. */
export interface AlongUnit {
  readonly unit: string;
  readonly does: 'restart' | 'stop' | 'start' | 'reload';
  /** Why, as it stands in a unit file: `PartOf=a.service`. */
  readonly because: string;
}

/** What an activation would do, by the unit files of both systems. */
export interface ForeseenUnits {
  /** What the program does by itself, and what its targets start. */
  readonly impact: UnitImpact;
  /** Units that are affected because of those. */
  readonly along: readonly AlongUnit[];
  /** Among what is stopped: a socket, timer or path starts it when it is needed. */
  readonly waits: readonly string[];
  /** Files that the program cannot read: it restarts what it cannot compare. */
  readonly unreadable: readonly string[];
  /** Units that differ and whose texts could not be read here. */
  readonly notRead: readonly string[];
}
