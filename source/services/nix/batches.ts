import type { Command } from '../../model/command.ts';
import type { ListedHost } from '../../model/config/host-entries.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import { type MeasuredBatch, nextBatchSize, nextHeapBytes } from '../../model/nix/batch-size.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { cleanLogLine } from '../../parsers/nix/clean-line.ts';
import { memoryOfProcess } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import {
  batchExpression,
  type HostQuestion,
  readBatchLine,
  readHostFacts,
} from './batch-expression.ts';
import {
  evaluationFailure,
  flakeReference,
  nixCommand,
  nixTroubleOf,
  noEvaluationCache,
  rememberedLines,
} from './command.ts';
import { type EvaluatedToplevel, evaluateToplevel } from './evaluate.ts';
import { describeAlone, undescribedHost, whyUndescribed } from './hosts.ts';

/** What a batch found out. */
interface BatchAnswers {
  readonly described: readonly ListedHost[];
  readonly evaluated: readonly (readonly [
    host: string,
    evaluated: Result<EvaluatedToplevel, Failure>,
  ])[];
}

export interface BatchOptions {
  /** Processes of Nix at a time. */
  readonly jobs: number;
  /** What one of them may hold, bytes. */
  readonly mostBytes: number;
  /** Systems that can be built here; empty where that is not known, and every one counts. */
  readonly systems?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** Called when a process starts to ask about these. */
  readonly onAsk?: ((hosts: readonly string[]) => void) | undefined;
  /** Called when a batch has ended, with all that it found. */
  readonly onBatch: (answers: BatchAnswers) => Promise<void>;
}

/** One process of Nix, from its questions to its end. */
interface Batch {
  readonly answers: BatchAnswers;
  /** Hosts whose facts are errors that Nix caught, and therefore does not name. */
  readonly caught: readonly string[];
  /** Questions to which there is no answer, the one that ended the batch first. */
  readonly left: readonly HostQuestion[];
  /** Why it ended early; null where it answered everything. */
  readonly trouble: ReturnType<typeof nixTroubleOf> | null;
  readonly tookMs: number;
  readonly between: MeasuredBatch['between'];
  readonly bytes: number | null;
}

type BatchWorld = Pick<World, 'environment' | 'exec' | 'files' | 'randomId' | 'clock'>;

/** Read by Nix and by its collector. A person's own value stays. */
const heapVariable = 'GC_INITIAL_HEAP_SIZE';

const withHeap = (
  command: Command,
  environment: World['environment'],
  bytes: number | null,
): Command =>
  bytes === null || environment[heapVariable] !== undefined
    ? command
    : { ...command, env: { ...command.env, [heapVariable]: String(bytes) } };

/** How many answers come between two looks at the memory of the process. */
const lookEvery = 8;

// Over 60 lines: what the process says is heard, kept and judged with the same questions.
const runBatch = async (
  world: BatchWorld,
  flake: string,
  questions: readonly HostQuestion[],
  heapBytes: number | null,
  options: BatchOptions,
): Promise<Batch> => {
  const id = world.randomId();
  const { reference, cwd } = flakeReference(flake);
  const described = new Map<string, ListedHost>();
  const evaluated = new Map<string, Result<EvaluatedToplevel, Failure>>();
  const ended = new Set<string>();
  const caught: string[] = [];
  const said: string[] = [];
  let processId: number | null = null;
  let bytes: number | null = null;
  const looks: Promise<void>[] = [];
  let firstAt = 0;
  let lastAt = 0;
  const lookAtMemory = async (): Promise<void> => {
    const now = processId === null ? null : await memoryOfProcess(world, processId);
    if (now !== null) bytes = Math.max(bytes ?? 0, now);
  };
  const hear = (line: string): void => {
    const answer = readBatchLine(id, line);
    if (answer === null) {
      const clean = cleanLogLine(line);
      said.push(clean);
      if (said.length > rememberedLines) said.shift();
      options.onLine?.(clean);
    } else if (answer.kind === 'described') {
      const facts = readHostFacts(answer.host, answer.found);
      if (facts === null) caught.push(answer.host);
      else described.set(answer.host, facts);
    } else {
      if (answer.system !== null) evaluated.set(answer.host, success(answer.system));
      ended.add(answer.host);
      lastAt = world.clock.now();
      if (ended.size === 1) firstAt = lastAt;
      if (ended.size % lookEvery === 1) looks.push(lookAtMemory());
    }
  };
  const started = world.clock.now();
  const command = nixCommand(
    ['eval'],
    [
      '--json',
      '--no-update-lock-file',
      ...noEvaluationCache,
      '--apply',
      batchExpression(id, questions, options.systems ?? []),
      '--',
      `${reference}#nixosConfigurations`,
    ],
    cwd,
  );
  const result = await world.exec(withHeap(command, world.environment, heapBytes), {
    raw: true,
    discardOutput: true,
    signal: options.signal,
    onStart: (started) => {
      processId = started;
    },
    onLine: (line, from) => {
      if (from === 'stderr') hear(line);
    },
  });
  await Promise.all(looks);
  return {
    answers: { described: [...described.values()], evaluated: [...evaluated] },
    caught: caught.filter((host) => ended.has(host)),
    left: questions.filter(({ host }) => !ended.has(host)),
    trouble: result.ok ? null : nixTroubleOf(result.failure, said),
    tookMs: world.clock.now() - started,
    between: { ms: lastAt - firstAt, hosts: Math.max(0, ended.size - 1) },
    bytes,
  };
};

/** Asks about a host that ended a batch by itself, so that what Nix says is about no other. */
const askAlone = async (
  world: BatchWorld,
  flake: string,
  { host, describes, toplevel }: HostQuestion,
  known: ListedHost | undefined,
  options: BatchOptions,
): Promise<BatchAnswers> => {
  const found =
    describes && known === undefined
      ? await describeAlone(world, flake, host, options.signal)
      : known;
  const { systems = [] } = options;
  const runs =
    found === undefined ||
    (!found.isImage &&
      (systems.length === 0 || found.system === null || systems.includes(found.system)));
  const isAsked = toplevel === 'always' || (toplevel === 'where-it-runs' && runs);
  return {
    described: describes && found !== undefined && known === undefined ? [found] : [],
    evaluated: isAsked
      ? [
          [
            host,
            await evaluateToplevel(world, flake, host, {
              signal: options.signal,
              onLine: options.onLine,
            }),
          ],
        ]
      : [],
  };
};

/** A host that was the only one of its batch: what Nix said is about it. */
const ownTrouble = (
  flake: string,
  { host, describes, toplevel }: HostQuestion,
  trouble: ReturnType<typeof nixTroubleOf>,
  isDescribed: boolean,
): BatchAnswers => ({
  described:
    describes && !isDescribed ? [undescribedHost(host, whyUndescribed(trouble, flake))] : [],
  evaluated: toplevel === 'no' ? [] : [[host, failed(evaluationFailure(trouble, host, flake))]],
});

/**
 * Asks Nix about many hosts by few processes. A batch takes as many as the time and the memory of
 * the one before allow. A host that cannot be evaluated ends its batch: it is asked alone, and the
 * others go into later batches. Tells nothing more once canceled.
 */
// Over 60 lines: the processes share what is left to ask and how much one of them takes.
export const evaluateInBatches = async (
  world: BatchWorld,
  flake: string,
  questions: readonly HostQuestion[],
  options: BatchOptions,
): Promise<void> => {
  const waiting = questions.filter(({ host }) => isSafeHostName(host));
  const jobs = Math.max(1, options.jobs);
  let size = 2;
  let heapBytes: number | null = null;
  const isCanceled = (): boolean => options.signal?.aborted === true;
  const tell = async (answers: BatchAnswers): Promise<void> => {
    if (isCanceled() || answers.described.length + answers.evaluated.length === 0) return;
    await options.onBatch(answers);
  };
  const work = async (): Promise<void> => {
    for (;;) {
      if (isCanceled()) return;
      // The last ones are shared, unless that would be a start of Nix for few of them.
      const share = Math.max(Math.ceil(waiting.length / jobs), Math.ceil(size / 4));
      const asked = waiting.splice(0, Math.min(size, share));
      if (asked.length === 0) return;
      options.onAsk?.(asked.map(({ host }) => host));
      const batch = await runBatch(world, flake, asked, heapBytes, options);
      const { trouble, left, caught, answers } = batch;
      for (const host of caught)
        await tell({
          described: [await describeAlone(world, flake, host, options.signal)],
          evaluated: [],
        });
      const [first, ...others] = left;
      if (trouble === null || first === undefined) {
        const measured = { hosts: asked.length, ...batch };
        size = nextBatchSize(measured, options.mostBytes);
        heapBytes = nextHeapBytes(measured);
        await tell(answers);
        continue;
      }
      waiting.unshift(...others);
      await tell(answers);
      const known = answers.described.find(({ name }) => name === first.host);
      if (asked.length === 1) {
        await tell(ownTrouble(flake, first, trouble, known !== undefined));
        continue;
      }
      // Where memory ran out, the others are asked in smaller batches.
      size = Math.max(1, Math.floor(asked.length / 4));
      if (answers.evaluated.length === 0) size = 1;
      await tell(await askAlone(world, flake, first, known, options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, waiting.length) }, work));
};
