import { spawn } from 'node:child_process';
import path from 'node:path';
import { type ScaleFleet, scaleFleet } from '../../test/support/scale/fleet.ts';
import { atMostTimes, type Measured } from './row.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** Milliseconds until this many answers were printed by hosts that answer; nixup is ended then. */
const timeUntilAnswered = (fleet: ScaleFleet, answers: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [program, 'check', '--json'], {
      cwd: fleet.flake,
      env: fleet.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const seen = new Set<string>();
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event: {
          readonly type?: string;
          readonly rows?: readonly { readonly id: string; readonly state: string }[];
        } = JSON.parse(line);
        for (const { id, state } of event.rows ?? [])
          if (id.startsWith('hosts.') && state === 'green') seen.add(id);
      }
      if (seen.size < answers) return;
      resolve(performance.now() - started);
      child.kill('SIGTERM');
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`${seen.size} of ${answers} hosts answered`)));
  });

/** A fleet of which a third is in trouble: the others are there as if it were not. */
export const troubleRow = async (count: number, tell: (row: Measured) => void): Promise<void> => {
  using fleet = scaleFleet({ count });
  fleet.deployAll();
  await fleet.run([process.execPath, program, 'status', '--json']);
  const good = await timeUntilAnswered(fleet, count);
  const part = (from: number, share: number): readonly string[] =>
    fleet.hosts.filter((_, index) => index % 100 >= from && index % 100 < from + share);
  fleet.setFate(part(0, 30), { kind: 'mute' });
  fleet.setFate(part(30, 5), { kind: 'unknown-key' });
  fleet.setFate(part(35, 2), { kind: 'hangs' });
  const others = fleet.hosts.length - part(0, 37).length;
  const beside = await timeUntilAnswered(fleet, others);
  tell(
    atMostTimes(
      `the others, where 37 of 100 do not answer`,
      beside,
      { name: 'all of them', tookMs: good },
      1,
    ),
  );
};

/** What nixup itself holds while it tests a fleet. */
export const memoryRow = async (count: number, tell: (row: Measured) => void): Promise<void> => {
  using fleet = scaleFleet({ count });
  fleet.deployAll();
  const ended = await fleet.run([process.execPath, program, 'test', '--json']);
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  const megabytes = ended.peakBytes / 1e6;
  tell({
    name: `test of ${count} hosts, builds by a stand-in`,
    took: `${megabytes.toFixed(0)} MB`,
    against: 'nothing',
    times: null,
    goal: 'at most 250 MB',
    holds: megabytes <= 250,
  });
};
