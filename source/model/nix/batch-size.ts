/** What one batch of an evaluation showed. */
export interface MeasuredBatch {
  readonly hosts: number;
  /** From the first answer to the last, and how many came after the first: without the start of Nix. */
  readonly between: { readonly ms: number; readonly hosts: number };
  readonly tookMs: number;
  /** The most memory that it was seen to hold; null where nobody saw. */
  readonly bytes: number | null;
}

/** How long a batch should evaluate: long enough that the start of Nix is cheap, short enough to see hosts come. */
const batchMs = 2_000;

/** A command line holds the names of so many, however long they are. */
const mostHosts = 256;

/** A first batch includes what Nix does once, so that its time is believed only in steps. */
const mostGrowth = 4;

/** Hosts of the next batch, by what the last one took. Pure. */
export const nextBatchSize = (last: MeasuredBatch, mostBytes: number): number => {
  const each =
    last.between.hosts > 0 ? last.between.ms / last.between.hosts : last.tookMs / last.hosts;
  const byTime = batchMs / Math.max(0.1, each);
  const byMemory =
    last.bytes === null ? mostHosts : (last.hosts * mostBytes) / Math.max(1, last.bytes);
  return Math.max(1, Math.floor(Math.min(byTime, byMemory, last.hosts * mostGrowth, mostHosts)));
};

/** A system of NixOS holds some hundred megabytes while it is evaluated; one below this is small. */
const smallHostBytes = 16 * 1024 ** 2;

/** What Nix holds before it evaluates anything, at most. */
const nixBytes = 64 * 1024 ** 2;

/** A heap to begin with; the collector lets it grow as it must. */
const smallHeapBytes = 32 * 1024 ** 2;

/**
 * With how much memory Nix should start its collector, by what the last batch held; null for what
 * Nix chooses, a quarter of the memory up to 384 MiB. Small hosts never fill that, and the first
 * touch of each page costs more than their evaluation. Pure.
 */
export const nextHeapBytes = ({ bytes, hosts }: MeasuredBatch): number | null =>
  bytes !== null && hosts > 1 && bytes - nixBytes < hosts * smallHostBytes ? smallHeapBytes : null;
