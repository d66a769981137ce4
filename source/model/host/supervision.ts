import type { StorePath } from '../nix/store-path.ts';

/** What the supervisor on a host is doing. `ended`: it has decided, and done it. */
export type SupervisionPhase =
  | 'armed'
  | 'activating'
  | 'stopping'
  | 'confirming'
  | 'persisting'
  | 'reverting'
  | 'ended';

export const decisions = ['commit', 'revert', 'keep'] as const;

/**
 * The one decision about an activation; the first one counts. `keep`: the system runs on, and the
 * boot entry stays as it was.
 */
export type SupervisionDecision = (typeof decisions)[number];

/** Why a host went back to the old system, by its own record. */
export type RevertReason =
  | 'contact'
  | 'activation'
  | 'timeout'
  | 'health'
  | 'asked'
  | 'persist'
  | 'killed';

/** What the supervisor did in the end. */
export type SupervisionResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'kept' }
  /** The activation refused before it changed anything. */
  | { readonly kind: 'untouched' }
  | { readonly kind: 'reverted'; readonly why: RevertReason; readonly exitCode: number | null }
  | { readonly kind: 'revert-failed'; readonly why: RevertReason; readonly exitCode: number | null }
  /** The host could not go back, and was rebooted into its default boot entry. */
  | { readonly kind: 'rebooted'; readonly why: RevertReason; readonly exitCode: number | null }
  /** Somebody else switched the host: the supervisor left it alone. */
  | { readonly kind: 'foreign'; readonly current: StorePath | null };

/** What the host itself says of an activation under supervision. */
export interface Supervision {
  readonly phase: SupervisionPhase;
  readonly decision: SupervisionDecision | null;
  readonly result: SupervisionResult | null;
  /** Names that resolved before no longer resolve: the host's network or DNS is broken. */
  readonly areNamesBroken: boolean;
  /** The supervisor was killed, and systemd started it again. */
  readonly wasStartedAgain: boolean;
}

/** A supervised activation on a host that is not decided yet, as another nixup finds it. */
export interface OpenSupervision {
  readonly id: string;
  /** `user@machine` that asked for it. */
  readonly who: string;
  /** Ms since the epoch, by the host's clock. */
  readonly since: number;
  readonly phase: SupervisionPhase;
}

/** The clocks and facts by which a host decides by itself when nobody confirms. */
export interface SupervisionTerms {
  /** An activation that takes longer is stopped and reverted, ms. */
  readonly activationMs: number;
  /** From the end of the activation, or the last contact: then the host goes back, ms. */
  readonly confirmMs: number;
  /** How long the way back may take, ms. */
  readonly revertMs: number;
  /**
   * What decides when nobody does. `contact`: without contact the host goes back. `units`: on the
   * machine that nixup runs on, whose activation may end nixup itself, its units decide.
   */
  readonly judge: 'contact' | 'health';
  /** Host names of which at least one must still resolve, if one did before. */
  readonly names: readonly string[];
  readonly critical: readonly string[];
  /** Units whose failure does not count, because they failed before. */
  readonly failedBefore: readonly string[];
  /** Units that run before the activation; null where the host is to look itself when it begins. */
  readonly activeBefore: readonly string[] | null;
  /**
   * What the host boots by default, as it was read, where it may be rebooted into
   * that when the way back fails; null where it may not, or the default is unknown.
   */
  readonly rebootsInto: StorePath | null;
}

/** In words: why a host went back. */
export const revertWords = (why: RevertReason): string => {
  switch (why) {
    case 'contact':
      return 'no contact over a new connection within the confirm time';
    case 'activation':
      return 'the activation failed half-way';
    case 'timeout':
      return 'the activation took longer than its time limit';
    case 'health':
      return 'units failed';
    case 'asked':
      return 'it was asked to';
    case 'persist':
      return 'the new system could not be made what it boots';
    case 'killed':
      return 'the activation was killed';
  }
};

/** What the supervisor is doing, and its clock. */
export interface PhaseClock {
  readonly phase: SupervisionPhase;
  /** Ms since the phase began. */
  readonly elapsedMs: number;
  /** How long it may take, ms; null where nothing limits it. */
  readonly limitMs: number | null;
}
