/** What a forge still allows; null where it did not say. */
export interface ForgeLimit {
  /** `github.com`. */
  readonly host: string;
  readonly remaining: number | null;
  /** Until when nothing is asked, ms since the epoch; null while something is left. */
  readonly until: number | null;
}
