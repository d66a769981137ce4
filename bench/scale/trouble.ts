import path from 'node:path';
import { type ScaleFleet, scaleFleet } from '../../test/support/scale/fleet.ts';
import { atMostTimes, type Measured } from './row.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** Milliseconds until this many hosts have answered. */
const timeUntilAnswered = async (fleet: ScaleFleet, answers: number): Promise<number> => {
  const script = path.join(import.meta.dirname, 'until-answered.ts');
  const ended = await fleet.run([process.execPath, script, String(answers)]);
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return Number(ended.stdout);
};

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
  const against = { name: 'all of them', tookMs: good };
  const name = 'the others, where 37 of 100 do not answer';
  const first = await timeUntilAnswered(fleet, others);
  tell(atMostTimes(`${name}, for the first time`, first, against, 1.25));
  // Who does not answer is remembered from here on.
  await fleet.run([process.execPath, program, 'status', '--json']);
  tell(atMostTimes(name, await timeUntilAnswered(fleet, others), against, 1));
};
