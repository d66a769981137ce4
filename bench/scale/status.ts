import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateAllWords, type ScaleFleet, scaleFleet } from '../../test/support/scale/fleet.ts';
import { atMostTimes, type Measured, median } from './row.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

export interface StatusOptions {
  readonly count: number;
  /** Hosts that are asked at a time, by nixup and by xargs. */
  readonly width: number;
  readonly weight: number;
  readonly rounds: number;
}

interface Host {
  readonly name: string;
  readonly reachable: boolean | null;
  readonly position: string;
}

interface Status {
  readonly tookMs: number;
  readonly hosts: readonly Host[];
}

const status = async (fleet: ScaleFleet, ...words: readonly string[]): Promise<Status> => {
  const ended = await fleet.run([process.execPath, program, 'status', ...words, '--json']);
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  const { hosts }: { readonly hosts: readonly Host[] } = JSON.parse(ended.stdout);
  return { tookMs: ended.tookMs, hosts };
};

const mustAnswer = ({ hosts, tookMs }: Status, count: number): number => {
  const good = hosts.filter(
    ({ reachable, position }) => reachable === true && position === 'current',
  );
  if (good.length !== count) throw new Error(`${good.length} of ${count} hosts are current`);
  return tookMs;
};

/** The same calls of ssh by xargs, each with the script on its standard input and its answer in a file. */
const byXargs = async (fleet: ScaleFleet, width: number): Promise<number> => {
  const { folder } = fleet;
  mkdirSync(path.join(folder, 'xargs'), { recursive: true });
  writeFileSync(path.join(folder, 'names'), `${fleet.hosts.join('\n')}\n`);
  writeFileSync(
    path.join(folder, 'script'),
    `: nixup\n{\nprintf '\\n%s\\n' nixup-answer-begins-xargs\n${': a line of the probe\n'.repeat(200)}}\n`,
  );
  const call = `exec ssh -T -o BatchMode=yes -o ConnectTimeout=10 -- "$1" 'sh -c true' <'${folder}/script' >'${folder}/xargs/'"$1"`;
  const ended = await fleet.run([
    'xargs',
    '-a',
    path.join(folder, 'names'),
    '-P',
    String(width),
    '-I{}',
    'sh',
    '-c',
    call,
    'sh',
    '{}',
  ]);
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return ended.tookMs;
};

const byOneEvaluation = async (fleet: ScaleFleet): Promise<number> => {
  const ended = await fleet.run(evaluateAllWords(fleet.flake));
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return ended.tookMs;
};

const medianOf = async (rounds: number, measure: () => Promise<number>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await measure());
  return median(times);
};

const configOf = (width: number): string => `[fleet]\njobs = { probe = ${width} }\n`;

/**
 * The first `nixup status` ever, where a system costs some 25 ms and the evaluation is most of the
 * work; a system of NixOS costs a second and more.
 */
export const coldRow = async (
  { count, width, weight }: Omit<StatusOptions, 'rounds'>,
  tell: (row: Measured) => void,
): Promise<void> => {
  using fleet = scaleFleet({ count, weight: 5 * weight, config: configOf(width) });
  fleet.deployAll();
  const evaluation = await byOneEvaluation(fleet);
  fleet.forgetStarts();
  const cold = mustAnswer(await status(fleet), count);
  tell(
    atMostTimes(
      `status --json, ${count} hosts, cold`,
      cold,
      { name: 'one nix eval of all', tookMs: evaluation },
      2,
    ),
  );
};

/** Rows of the table about `nixup status`. */
export const statusRows = async (
  { count, width, weight, rounds }: StatusOptions,
  tell: (row: Measured) => void,
): Promise<void> => {
  using fleet = scaleFleet({ count, weight, config: configOf(width) });
  using alone = scaleFleet({ count: 1, weight, config: configOf(width) });
  fleet.deployAll();
  alone.deployAll();
  const evaluation = await byOneEvaluation(fleet);
  fleet.forgetStarts();
  const cold = mustAnswer(await status(fleet), count);
  const xargs: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    xargs.push(await byXargs(fleet, width));
    warm.push(mustAnswer(await status(fleet), count));
  }
  tell(
    atMostTimes(
      `status --json, ${count} hosts, warm`,
      median(warm),
      { name: `xargs -P ${width}`, tookMs: median(xargs) },
      1.5,
    ),
  );
  tell(
    atMostTimes(
      `status --json, ${count} hosts, cold, trivial systems`,
      cold,
      { name: 'nix eval of all, then xargs', tookMs: evaluation + median(xargs) },
      1.25,
    ),
  );
  await status(alone);
  const one = await medianOf(rounds, async () => (await status(alone)).tookMs);
  fleet.forgetCalls();
  const among = await medianOf(rounds, async () => (await status(fleet, 'host1')).tookMs);
  const asked = new Set(fleet.calls().filter((line) => line.startsWith('ssh script')));
  tell(
    atMostTimes(
      `status host1 among ${count}`,
      among,
      { name: 'in a fleet of one', tookMs: one },
      1.3,
      { holds: asked.size === 1, words: `${asked.size} host asked` },
    ),
  );
};
