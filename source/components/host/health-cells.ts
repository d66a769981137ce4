/** Cells of each column of a host in the view Health; 0: there is no room for it. */
export interface HealthColumns {
  readonly name: number;
  readonly health: number;
  /** Bars of a metric. */
  readonly bars: number;
  /** The metric before and after. */
  readonly numbers: number;
  readonly verdict: number;
  /** Why there is no verdict. */
  readonly reason: number;
  readonly position: number;
  readonly asked: number;
  readonly load: number;
}

/** Between two columns. */
export const columnGap = 2;
