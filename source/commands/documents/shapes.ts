import { z } from 'zod';
import {
  eventShapes,
  goalShape,
  outcomeShape,
  resultShape,
} from '../../engine/run/journal-schema.ts';
import { changeKinds } from '../../model/lock/change.ts';
import { activeRunShape, failureShapes } from '../../parsers/kept/failure-schema.ts';
import { variantsOf } from '../../parsers/kept/shapes.ts';
import { stageNames } from '../../state/stage.ts';
import type { SubcommandName } from '../arguments/subcommands.ts';

/*
 * The shape of everything that `--json` prints. `schemas/` is made of these by `npm run generate`, and the
 * tests compare what the program prints with them, no key more and none less.
 */

const text = z.string();
const texts = z.array(text);
const count = z.number().int().nonnegative();
const moment = z.number().describe('Milliseconds since the epoch.');
const storePath = text.describe('A path of the Nix store.');
const version = z.literal(1);
const error = text.nullable().describe('Why nothing is known; null where it is.');

const runbook = z.object({
  steps: z
    .array(
      z.object({
        name: z.enum(stageNames),
        state: z.enum([
          'todo',
          'running',
          'passed',
          'begun',
          'partly',
          'failed',
          'skipped',
          'outdated',
        ]),
        title: text.describe('As the bar of the screen names it: test 3 of 8.'),
        words: text,
      }),
    )
    .describe('In the order in which this fleet does them.'),
  next: z
    .enum(stageNames)
    .nullable()
    .describe('The first step that is not done; null where each one is closed.'),
  command: text.nullable().describe('Does the next step, or what is left of it.'),
  left: z
    .array(z.object({ kind: text, words: text }))
    .describe('Why the runbook is not done although each step is closed.'),
  done: z.boolean().describe('Each step is closed, and nothing is left.'),
});

const status = z.object({
  version,
  active: activeRunShape.optional().describe('A run that another nixup is in the middle of.'),
  ok: z.literal(false).optional().describe('There where no host answered.'),
  reason: text.optional(),
  hosts: z.array(
    z.object({
      name: text,
      address: text,
      tags: texts,
      reachable: z.boolean().nullable(),
      position: z.enum([
        'unknown',
        'current',
        'stale',
        'ahead',
        'diverged',
        'drifted',
        'backward',
        'rebootNeeded',
        'notPersistent',
        'unreachable',
      ]),
      current: storePath.nullable(),
      profile: storePath.nullable(),
      booted: storePath.nullable(),
      expected: storePath.nullable(),
      generation: count.nullable(),
      nixosVersion: text.nullable(),
      revision: text.nullable(),
      kernel: text.nullable(),
      rebootNeeded: z.boolean().nullable(),
      failedUnits: texts.nullable(),
      criticalDown: texts
        .optional()
        .describe('Critical units that do not run; absent where there are none.'),
      latencyMs: z.number().nullable(),
      activations: z
        .array(
          z.object({
            at: moment,
            by: text,
            run: text,
            from: text,
            to: storePath,
            lock: text.nullable(),
            result: text,
          }),
        )
        .nullable()
        .describe('What nixup did to it last, as the host keeps it.'),
      lock: text.nullable().describe('Fingerprint of the lock from which its system was built.'),
      error: text.nullable(),
      upgraders: z
        .array(z.object({ unit: text, nextAt: moment.nullable() }))
        .optional()
        .describe('What will switch the host by itself, and when next; absent where nothing does.'),
      otherThanDeployed: z
        .object({ deployed: storePath, since: moment.nullable(), backward: z.boolean() })
        .optional()
        .describe('There where it runs another system than nixup brought it to last.'),
      unreachable: text.optional().describe('Why it did not answer, for programs.'),
    }),
  ),
  runbook: runbook.optional().describe('Where it stands; absent where only some hosts were asked.'),
});

const advice = z.object({ text, command: text.nullish() });

const board = z.object({
  version,
  rows: z.array(
    z.object({
      id: text,
      group: z.enum(['git', 'lock', 'tasks', 'nix', 'monitoring', 'config', 'hosts']),
      label: text,
      state: z.enum(['green', 'red', 'warning', 'not-set-up', 'checking']),
      evidence: text,
      remedy: advice.nullable(),
      detail: texts,
      isUnasked: z.literal(true).optional(),
      askedAt: moment.optional(),
    }),
  ),
  summary: z.object({
    green: count,
    red: count,
    warning: count,
    'not-set-up': count,
    checking: count,
  }),
  ok: z.boolean(),
});

const criteria = z.object({
  version,
  criteria: z.array(
    z.object({
      id: text,
      title: text,
      state: z.enum(['met', 'unmet', 'open', 'not-set-up']),
      isNotYet: z.literal(true).exactOptional(),
      evidence: text,
      short: text.exactOptional(),
      by: text.exactOptional(),
      at: z.number().exactOptional(),
      parts: z
        .array(z.object({ name: text, state: z.enum(['met', 'unmet', 'open']), words: text }))
        .exactOptional(),
    }),
  ),
});

/** What a lock says of an input: its type decides which keys it has. */
const attributes = z.looseObject({});

const commits = z.object({
  count,
  exact: z.boolean(),
  source: z.enum(['revCount', 'channel', 'compare', 'git', 'cache']),
});

const diff = z.object({
  version,
  old: text,
  new: text,
  changes: z.array(
    z.object({
      path: text,
      kind: z.enum(changeKinds),
      from: text.optional(),
      lockedChanged: z.boolean(),
      old: attributes.nullable(),
      new: attributes.nullable(),
      original: z.object({ old: attributes.nullable(), new: attributes.nullable() }).optional(),
      days: z.number().int().nullable(),
      compareUrl: text.nullable(),
      commits: commits.optional(),
      alarms: texts,
      chosen: z
        .object({
          revision: text,
          wish: text,
          date: z.number().nullable(),
          branch: text.nullable(),
          onBranch: z.boolean().nullable(),
          tip: text.nullable(),
        })
        .optional(),
      alsoMoves: texts,
    }),
  ),
  summary: z.object(Object.fromEntries(changeKinds.map((kind) => [kind, count]))),
  breaking: z
    .array(
      z.object({
        input: text,
        source: z.enum(['release', 'version', 'commit', 'release notes']),
        text,
        revision: text.nullable(),
      }),
    )
    .optional(),
  copies: z
    .array(
      z.object({
        source: text,
        paths: texts,
        revisions: count,
        follows: texts,
        savedCopies: count,
        savedRevisions: count,
      }),
    )
    .optional(),
  subjects: z
    .record(
      text,
      z.array(
        z.object({
          revision: text,
          at: z.number(),
          subject: text,
          author: text.optional(),
          isBreaking: z.literal(true).optional(),
        }),
      ),
    )
    .optional(),
});

const packages = z.object({
  version,
  hosts: z.array(
    z.object({
      name: text,
      old: storePath.nullable(),
      new: storePath.nullable(),
      changes: z.array(
        z.object({
          name: text,
          kind: z.enum(['upgraded', 'downgraded', 'changed', 'added', 'removed', 'rebuilt']),
          old: texts,
          new: texts,
          major: z.boolean(),
          sizeDelta: z.number(),
        }),
      ),
      sizeDelta: z.number().nullable(),
      closure: z
        .object({ old: z.number(), new: z.number() })
        .optional()
        .describe('Bytes of all that the systems refer to.'),
      error,
    }),
  ),
});

const impact = z.object({
  version,
  inputs: z.array(
    z.object({
      name: text,
      changed: texts,
      same: texts,
      failed: z.array(z.object({ host: text, why: text })),
      error,
    }),
  ),
});

const services = z.object({
  version,
  hosts: z.array(
    z.object({
      name: text,
      services: z
        .array(
          z.object({
            unit: text,
            user: text.nullable(),
            paths: texts,
            restart: z.boolean(),
            why: text.nullable(),
          }),
        )
        .nullable(),
      logins: count.nullable(),
      error,
    }),
  ),
});

const journalLine = {
  at: moment,
  level: z.number().nullable().describe('As in syslog(3): 0 is the worst.'),
  from: text,
  text,
};

const unit = z.object({
  version,
  hosts: z.array(
    z.object({
      name: text,
      unit: text,
      user: text.nullable(),
      lines: texts,
      state: z
        .object({
          load: text.nullable(),
          active: text.nullable(),
          sub: text.nullable(),
          result: text.nullable(),
          restarts: z.number().nullable(),
          // Where the host has no such unit: the one that the name probably meant.
          nearest: text.nullable(),
          canRestart: z.boolean(),
        })
        .nullable(),
      since: moment.nullable(),
      journal: z.array(z.object(journalLine)),
      journalUnknown: z.enum(['not-asked', 'unreadable', 'no-journal']).nullable(),
      file: texts,
      difference: z.object({ generation: text, lines: texts }).nullable(),
    }),
  ),
});

/** With `--follow`: a line of the journal, and the hosts at the end where none of them can be followed any more. */
const unitLine = z.union([
  z.object({ type: z.literal('journal'), host: text, unit: text, ...journalLine }),
  z.object({ type: z.literal('journal-end'), hosts: texts }),
]);

/** With `watch --follow`: what a host did while somebody looked, where nothing keeps its history. */
const sampled = z.object({
  type: z.literal('sampled'),
  at: moment,
  host: text,
  from: moment,
  to: moment,
  samples: count,
  metrics: z.array(z.object({ metric: text, p25: z.number(), p50: z.number(), p75: z.number() })),
});

const report = z.object({
  run: text,
  begins: moment,
  ends: moment,
  isOver: z.boolean(),
  verdict: text,
  hosts: z.array(
    z.object({
      host: text,
      changedAt: moment,
      askedAt: moment.nullable(),
      isFinal: z.boolean(),
      verdict: text,
      lines: texts,
      signOff: z
        .object({ by: text, at: moment, trouble: z.array(z.object({ area: text, text })) })
        .nullable(),
    }),
  ),
  wentBack: z
    .array(z.object({ host: text, at: moment, isByHand: z.literal(true).optional() }))
    .optional()
    .describe('Hosts that the run took back, or a person after it; absent: none.'),
});

const span = z.object({ from: moment, to: moment });
const columns = z.array(z.object({ least: z.number(), most: z.number() }).nullable());
const charted = { host: text, metric: text, window: text };

const charts = z.object({
  version,
  charts: z.array(
    z.union([
      z.object({ known: z.literal(false), ...charted, reason: text }),
      z.object({
        known: z.literal(true),
        ...charted,
        span,
        columns,
        band: columns,
        marks: z.array(
          z.object({
            at: moment,
            kind: z.enum(['deploy', 'restart']),
            isRollback: z.literal(true).exactOptional(),
          }),
        ),
        top: z.number(),
      }),
    ]),
  ),
});

const rate = { days: count, worse: count, rate: z.number().nullable() };

const calibration = z.object({
  version,
  days: count,
  hosts: z.array(
    z.object({
      host: text,
      reason: text.nullable(),
      metrics: z.array(z.object({ metric: text, ...rate })),
    }),
  ),
  total: z.object(rate),
});

const signed = z.object({ version, watch: report });

const inputMove = {
  input: text,
  from: text.nullable(),
  to: text.nullable(),
  alarms: texts.optional().describe('Names of the alarms of the change.'),
};

const packageMove = {
  name: text,
  kind: z.enum(['upgraded', 'downgraded', 'changed', 'added', 'removed']),
  old: texts,
  new: texts,
};

const runRow = z.object({
  id: text,
  goal: goalShape,
  startedAt: moment,
  hosts: texts,
  by: text.optional().describe('Who began it: user@machine.'),
  lock: text.nullable().optional().describe('Fingerprint of its lock.'),
  inputs: z.array(z.object(inputMove)).optional().describe('What moved since the run before.'),
  state: z
    .enum(['ended', 'active', 'interrupted', 'stopped', 'unknown'])
    .describe('unknown: lines of its journal are lost, so that nobody knows what it changed.'),
  unreadLines: count,
  isCut: z.boolean().describe('The last line of its journal is there in part only.'),
  isStartLost: z
    .boolean()
    .describe('Its journal lost its beginning: the goal is not known, and stands as run.'),
  unknown: z
    .array(z.enum(['goal', 'hosts', 'by', 'lock']))
    .optional()
    .describe(
      'Keys of which nobody knows the value, as the journal lost its beginning; hosts has those that its other lines name.',
    ),
  endedAt: moment.nullable(),
  result: resultShape.nullable(),
});

const history = z.object({
  version,
  active: activeRunShape.nullable(),
  recorded: count.describe('Runs in all, whatever is asked for.'),
  runs: z.array(runRow),
  moved: z
    .array(z.object({ run: text, ...inputMove, hosts: texts }))
    .optional()
    .describe('With --input: what moved it, and which hosts were deployed with that.'),
  brought: z
    .array(z.object({ run: text, ...packageMove, hosts: texts }))
    .optional()
    .describe('With --package: what moved it, on which hosts.'),
});

const pastSystem = z
  .object({
    system: storePath,
    run: text,
    at: moment,
    lock: text.nullable(),
    by: text.nullable(),
  })
  .nullable();

const knownGood = z.object({
  version,
  hosts: z.array(z.object({ host: text, now: pastSystem, knownGood: pastSystem })),
  fleet: z
    .object({ lock: text, run: text, at: moment, commit: text.nullable() })
    .nullable()
    .describe('The newest lock with which every host was well.'),
});

const comparedSide = z
  .object({
    status: outcomeShape.shape.status,
    system: storePath.nullable(),
    problems: texts,
    units: texts.nullable(),
  })
  .nullable();

const comparedRuns = z.object({
  version,
  older: runRow,
  newer: runRow,
  inputs: z.array(z.object(inputMove)).nullable().describe('Null: a lock is not kept any more.'),
  hosts: z.array(
    z.object({
      host: text,
      older: comparedSide,
      newer: comparedSide,
      packages: z.array(z.object(packageMove)).nullable().describe('Null: not recorded.'),
    }),
  ),
});

/** Every event of a journal with its time. Progress is thinned out, and has a shape of its own. */
const events = z.union(
  variantsOf(eventShapes).flatMap(([type, shape]) =>
    shape instanceof z.ZodObject ? [shape.extend({ type: z.literal(type), at: moment })] : [],
  ),
);

const oneRun = z.object({
  version,
  active: activeRunShape.nullable(),
  run: runRow,
  watch: report.nullable(),
  events: z.array(events),
});

const configCheck = z.object({
  version,
  file: text.nullable(),
  ok: z.boolean(),
  problems: z.array(failureShapes),
  notes: texts,
});

const timer = z.object({
  version,
  calendar: text,
  files: z.array(z.object({ path: text, text })),
  commands: z.array(texts),
});

const completions = z.object({ version, shell: text, script: text });

const refusal = z.object({
  version,
  ok: z.literal(false),
  exitCode: z.number().int().min(1).max(255),
  reason: text,
  errors: z.array(z.object({ code: text, what: text, next: text })),
});

const counts = { expected: count, running: count, done: count, failed: count };
const transfers = z.object({ ...counts, bytes: count, bytesExpected: count });

const progress = z.object({
  type: z.literal('progress'),
  at: moment,
  host: text.nullable(),
  builds: z.object(counts),
  fetches: transfers,
  copies: transfers,
});

const moved = z.object({ name: text, from: text.nullable(), to: text.nullable() });

const result = z.object({
  type: z.literal('result'),
  at: moment,
  run: text.nullable().describe('The run in the history; null where none was begun.'),
  ok: z.boolean(),
  exitCode: z.number().int().min(0).max(255),
  summary: text.describe('One sentence for people.'),
  reason: text.nullable().describe('Why it is not well; null where it is.'),
  inputs: z
    .array(moved)
    .describe('Inputs whose lock is not the one that was committed when the run began.'),
  hosts: z.record(text, outcomeShape),
  commit: text.nullable(),
  pullRequest: text.nullable(),
  build: resultShape.shape.build.unwrap().optional(),
  alarms: resultShape.shape.alarms,
  unpushed: resultShape.shape.unpushed,
  active: resultShape.shape.active,
});

const watchReport = z.object({ type: z.literal('watch-report'), at: moment, ...report.shape });

/** The document of each file of `schemas/`. A file of lines holds the shape of one line. */
export const documentShapes = {
  status,
  check: board,
  criteria,
  diff,
  packages,
  impact,
  services,
  unit,
  'unit-line': unitLine,
  sampled,
  charts,
  calibration,
  signed,
  history,
  'known-good': knownGood,
  'compared-runs': comparedRuns,
  run: oneRun,
  'config-check': configCheck,
  timer,
  completions,
  refusal,
  'run-event': events,
  failure: failureShapes,
  'run-progress': progress,
  'run-result': result,
  'watch-report': watchReport,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type DocumentName = keyof typeof documentShapes;

const lines = ['run-event', 'run-progress', 'run-result'] as const;

/** What each subcommand prints with `--json`: a document of one of these, or lines. None compiles without. */
export const documentsOf: Readonly<Record<SubcommandName, readonly DocumentName[]>> = {
  demo: lines,
  status: ['status', 'refusal'],
  check: ['check', 'criteria', 'refusal'],
  update: lines,
  diff: ['diff', 'refusal'],
  revert: lines,
  packages: ['packages', 'refusal'],
  impact: ['impact', 'refusal'],
  test: lines,
  hold: lines,
  deploy: lines,
  verify: lines,
  services: ['services', 'unit', 'unit-line', 'refusal', ...lines],
  rollback: lines,
  clean: lines,
  commit: lines,
  watch: [...lines, 'sampled', 'watch-report', 'charts', 'calibration', 'signed', 'refusal'],
  run: lines,
  history: ['history', 'run', 'known-good', 'compared-runs', 'refusal', ...lines],
  resume: lines,
  config: ['config-check', 'refusal'],
  timer: ['timer', 'refusal'],
  completions: ['completions', 'refusal'],
};
