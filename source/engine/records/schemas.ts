import { z } from 'zod';
import type { WatchVerdict } from '../../model/watch/report.ts';
import { type SignedArea, signedAreas } from '../../model/watch/run-watch.ts';
import { anyOf, moment, shownText } from '../../parsers/kept/shapes.ts';

/** A toplevel that was evaluated, and perhaps built, for a tree. */
export const evaluationRecord = z.object({
  host: z.string(),
  tree: z.string(),
  toplevel: z.string(),
  derivation: z.string().nullable(),
  /** When it was built and found valid, ms; null when only evaluated. */
  builtAt: moment.nullable(),
  /** The host whose store holds it; absent for this machine. */
  builtOn: z.string().optional(),
  /** True when the tree was dirty then: the system carries no revision of its own. */
  dirty: z.boolean(),
  /** What else passed for the tree: recipes of the fleet and `nix flake check`, as one types them. */
  tests: z.array(shownText).optional(),
  /** Set where the commit of its lock was taken back: the system is newer than the branch. */
  takenBack: z.literal(true).optional(),
});
export type EvaluationRecord = z.infer<typeof evaluationRecord>;

export const deployRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  from: z.string().nullable(),
  fromGeneration: z.number().nullable(),
  generation: z.number().nullable(),
  at: moment,
  run: z.string(),
  /** Set where the host was rolled back, from `from` to `toplevel`. */
  deed: z.literal('rollback').optional(),
  /** The run whose system a person took off the host by that. */
  of: z.string().optional(),
});
export type DeployRecord = z.infer<typeof deployRecord>;

export const baselineRecord = z.object({
  host: z.string(),
  at: moment,
  failedUnits: z.array(z.string()),
  activeUnits: z.array(z.string()),
  /** Critical ones that did not run, and did not fail. */
  stoppedUnits: z.array(z.string()).optional(),
  /** Health scripts that failed. */
  failedChecks: z.array(z.string()).optional(),
  restarts: z.record(z.string(), z.number()).optional(),
  listens: z.array(z.number()).optional(),
  bootId: z.string().nullable(),
});
export type BaselineRecord = z.infer<typeof baselineRecord>;

export const identityRecord = z.object({ host: z.string(), machineId: z.string() });

export const pendingRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  lock: z.string().nullable(),
  since: moment,
  mode: z.enum(['switch', 'boot', 'test']).optional(),
});
export type PendingRecord = z.infer<typeof pendingRecord>;

/** A system that failed on a host, or from which it was taken back. */
export const setbackRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  kind: z.enum(['failed', 'taken-back', 'unconfirmed', 'unhealthy']),
  at: moment,
  run: z.string(),
  why: shownText,
  /** The flake's own files below the lock (`GitFacts.sources`); null where they are not known to be the system's. */
  sources: z.string().nullable().default(null),
  /** HEAD of the flake, in records of nixup 0.1.0 that had no `sources` yet. */
  head: z.string().nullable().optional(),
  /**
   * The inputs that had changed since the committed lock, with their revisions; all inputs where
   * none had.
   */
  inputs: z.record(z.string(), z.string()),
});
export type SetbackRecord = z.infer<typeof setbackRecord>;

/** A host that was not well with a system, and that nobody accepted. */
export const sicknessRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  since: moment,
  run: z.string(),
  problems: z.array(shownText),
});
export type SicknessRecord = z.infer<typeof sicknessRecord>;

/** A service from which a host was switched without a person, by the host's own journal. */
export const switcherRecord = z.object({
  host: z.string(),
  unit: shownText,
  /** The last time that is known, ms since the epoch. */
  at: moment,
});
export type SwitcherRecord = z.infer<typeof switcherRecord>;

/** Two services may switch one host. */
export const switcherKey = ({ host, unit }: Pick<SwitcherRecord, 'host' | 'unit'>): string =>
  `${host} ${unit}`;

/** Units that fail or do not run on a host, and that somebody accepted. */
export const acceptedRecord = z.object({
  host: z.string(),
  units: z.array(z.string()),
  at: moment,
});
export type AcceptedRecord = z.infer<typeof acceptedRecord>;

/** A revision that was taken back together with hosts. */
export const withdrawnRecord = z.object({
  input: z.string(),
  revision: z.string(),
  at: moment,
  run: z.string(),
  why: shownText,
});
export type WithdrawnRecord = z.infer<typeof withdrawnRecord>;

/** A revision that a person chose for an input. */
export const chosenRecord = z.object({
  input: z.string(),
  revision: z.string(),
  wish: z.string(),
  date: z.number().nullable(),
  branch: z.string().nullable(),
  onBranch: z.boolean().nullable(),
  tip: z.string().nullable(),
  at: moment,
  run: z.string(),
});
export type ChosenRecord = z.infer<typeof chosenRecord>;

export const owedPushRecord = z.object({
  branch: z.string(),
  revision: z.string(),
  at: moment,
  /** Why it failed. */
  reason: shownText,
});

export const commitRecord = z.object({
  revision: z.string(),
  deed: z.enum(['commit', 'revert']),
  at: moment,
});

/** A pull request of nixup's own that is open, as far as is known. */
export const requestRecord = z.object({
  url: z.string(),
  /** How the forge's program is told of it. */
  id: z.string(),
  branch: z.string(),
  into: z.string(),
  /** The commit that it is for, and the one that its branch points at. */
  revision: z.string(),
  tip: z.string(),
  at: moment,
  state: z.enum(['open', 'merging']),
  /** The systems that the commit gives the hosts. */
  systems: z.record(z.string(), z.string()),
  /** The issue that tracks it; absent where there is none. */
  issue: z.string().exactOptional(),
});
export type RequestRecord = z.infer<typeof requestRecord>;

export const dashboardRecord = z.object({
  at: moment,
  /** Rows of the board that were red before the last deploy. */
  red: z.array(shownText),
  /** Rows that could not be asked then; absent where each was. */
  unasked: z.array(shownText).exactOptional(),
  /** Targets of Prometheus that were down; absent where it did not say. */
  down: z.array(shownText).exactOptional(),
  /** Alerts that fired, by name and labels; absent where it did not say. */
  alerts: z.array(shownText).exactOptional(),
});
export type DashboardRecord = z.infer<typeof dashboardRecord>;

/** What the watch said of a host after a run. */
export const reportRecord = z.object({
  run: z.string(),
  host: z.string(),
  at: moment,
  verdict: anyOf<WatchVerdict>({
    worse: true,
    better: true,
    'as-before': true,
    early: true,
    unknown: true,
    'not-configured': true,
  }),
  lines: z.array(shownText),
  isFinal: z.boolean(),
});
export type ReportRecord = z.infer<typeof reportRecord>;

/** How often the rule of the watch would have said worse of a host in the last month, by metric. */
export const calibrationRecord = z.object({
  host: z.string(),
  at: moment,
  metrics: z.record(
    z.string(),
    z.object({ days: z.number().int().nonnegative(), worse: z.number().int().nonnegative() }),
  ),
});
export type CalibrationRecord = z.infer<typeof calibrationRecord>;

/** What a person said of a host after a run. */
export const signOffRecord = z.object({
  run: z.string(),
  host: z.string(),
  at: moment,
  by: shownText,
  trouble: z.array(z.object({ area: z.enum<readonly SignedArea[]>(signedAreas), text: shownText })),
});
export type SignOffRecord = z.infer<typeof signOffRecord>;

export const ofRunAndHost = ({
  run,
  host,
}: {
  readonly run: string;
  readonly host: string;
}): string => `${run} ${host}`;

/** A silence or an annotation of a deploy that is to be taken back. Written before it is made. */
export const markRecord = z.object({
  run: z.string(),
  kind: z.enum(['silence', 'annotation']),
  at: moment,
  /** When a silence ends by itself, and until when other machines leave an annotation alone. */
  until: moment,
  /** The nixup that made it. */
  machine: z.string(),
  processId: z.number(),
});
export type MarkRecord = z.infer<typeof markRecord>;

/** A revision of an input that broke a host. */
export const badRevisionRecord = z.object({
  input: z.string(),
  revision: z.string(),
  host: z.string(),
  at: moment,
  run: z.string(),
  /** One sentence: what failed. */
  why: shownText,
  /** Inputs without whose new revisions it works. */
  together: z.array(z.string()),
});

export type BadRevisionRecord = z.infer<typeof badRevisionRecord>;

export const badRevisionKey = ({ input, revision, host }: BadRevisionRecord): string =>
  [input, revision, host].join(' ');

export const withdrawnKey = ({
  input,
  revision,
}: {
  readonly input: string;
  readonly revision: string;
}): string => `${input} ${revision}`;

/** That a record counts no more: it and every older one of its key, wherever they come from. */
export const overRecord = z.object({
  of: z.enum(['bad-revision', 'setback', 'withdrawn']),
  key: z.string(),
  /** When the record that was dropped was made. */
  at: moment,
});
export type OverRecord = z.infer<typeof overRecord>;

export const overKey = ({ of, key }: OverRecord): string => `${of} ${key}`;

/** What somebody who keeps the fleet says of an input in nixup.toml. */
export const heldRecord = z.object({
  input: z.string(),
  /** Null: held no more. */
  reason: shownText.nullable(),
  until: z.string().nullable(),
  by: shownText,
  at: moment,
});
export type HeldRecord = z.infer<typeof heldRecord>;

export const evaluationKey = ({ host, tree }: Pick<EvaluationRecord, 'host' | 'tree'>): string =>
  `${host} ${tree}`;

export const setbackKey = ({ host, toplevel }: SetbackRecord): string => `${host} ${toplevel}`;
