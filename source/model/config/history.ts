import { z } from 'zod';

/** The table `[history]`. */
export const history = z
  .strictObject({
    share: z
      .boolean()
      .prefault(false)
      .describe(
        "Whether runs go to refs/nixup/runs of the flake's repository, which is fetched and pushed after each run: then history, bad revisions and watches are one for all who keep the fleet.",
      ),
    keep_runs: z
      .int()
      .min(50)
      .max(100_000)
      .prefault(5_000)
      .describe(
        'Journals that are kept. Older ones are removed at the end of a run, but for those by which a host was deployed last.',
      ),
    keep_megabytes: z
      .int()
      .min(10)
      .max(1_000_000)
      .prefault(1_024)
      .describe('How large these journals may be all together, in MiB; the oldest go first.'),
  })
  .transform((table) => ({
    share: table.share,
    keepRuns: table.keep_runs,
    keepMegabytes: table.keep_megabytes,
  }));
