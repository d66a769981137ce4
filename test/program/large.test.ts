import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { openProgram, type ScreenProgram } from './screen-program.ts';

/** A fleet that is large enough to be asked by small shells; what it costs is counted. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
const count = 60;
const width = 4;
/** Only ends what hangs. */
const patience = { timeout: 60_000 };

let fleet: ScaleFleet;
beforeEach(() => {
  if (!hasNix) return;
  fleet = scaleFleet({
    count,
    counted: ['git'],
    config: `[fleet]\njobs = { probe = ${width} }\n`,
  });
  fleet.deployAll();
});
afterEach(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

const callsOf = (begin: string): readonly string[] =>
  fleet.calls().filter((line) => line.startsWith(begin));

/** Hosts in the order in which they were asked. */
const asked = (): readonly string[] =>
  callsOf('ssh script').map((line) => line.split(' ')[2] ?? '');

const status = async (...words: readonly string[]) => {
  fleet.forgetCalls();
  const temporary = path.join(fleet.folder, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const ended = await fleet.run([
    'env',
    `TMPDIR=${temporary}`,
    process.execPath,
    program,
    'status',
    ...words,
    '--json',
  ]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const { hosts }: { readonly hosts: readonly { name: string; position: string }[] } = JSON.parse(
    ended.stdout,
  );
  return { hosts, left: readdirSync(temporary), stdout: ended.stdout };
};

const open = (): ScreenProgram => {
  const screen = openProgram({
    words: [],
    folder: fleet.flake,
    columns: 100,
    rows: 24,
    env: fleet.environment,
  });
  onTestFinished(() => screen.close());
  return screen;
};

const leave = async (screen: ScreenProgram): Promise<void> => {
  screen.write('q');
  expect(await screen.ended).toMatchObject({ exitCode: 0 });
};

test.skipIf(!hasNix)(
  'each host is asked once, Nix in batches, git and ssh for their settings as for one host',
  async () => {
    const cold = await status();
    expect(cold.hosts.filter(({ position }) => position === 'current')).toHaveLength(count);
    expect(asked().toSorted()).toEqual([...fleet.hosts].toSorted());
    expect(callsOf('nix eval').length).toBeLessThan(count / 4);
    const warm = await status();
    expect(warm.hosts).toHaveLength(count);
    expect(asked().toSorted()).toEqual([...fleet.hosts].toSorted());
    expect(callsOf('nix eval')).toEqual([]);
    const others = fleet.calls().length - asked().length;
    const one = await status('host1');
    expect(asked()).toEqual(['host1']);
    expect(fleet.calls().length - 1).toBe(others);
    expect(one.stdout.length).toBeLessThan(warm.stdout.length / (count / 2));
    // What was asked stood in files for a while.
    expect([...cold.left, ...warm.left, ...one.left]).toEqual([]);
  },
);

test.skipIf(!hasNix)(
  'hosts that are on the screen are asked first, at the start and when all are asked again',
  async () => {
    const last = fleet.hosts.slice(-6);
    fleet.setFate(last, { kind: 'unknown-key' });
    await status();
    fleet.setFate(last, { kind: 'good' });
    fleet.forgetCalls();
    // What an earlier start knew has those in trouble on top.
    const screen = open();
    await screen.until(
      (text) => text.split('current').length > 9 && !/asking|evaluating/.test(text),
      'the hosts on the screen are current',
    );
    const early = (names: readonly string[], among: number): readonly string[] =>
      last.filter((host) => names.slice(0, among).includes(host));
    expect(early(asked(), 24)).toEqual(last);
    // Now they are at the end of the list.
    screen.write('G');
    await screen.until((text) => text.includes(` ${last.at(-1)} `), 'the last rows are shown');
    await expect.poll(() => new Set(asked()).size, patience).toBe(count);
    fleet.forgetCalls();
    screen.write('C');
    await expect.poll(() => asked().length, patience).toBeGreaterThan(count - 1);
    expect(early(asked(), 24)).toEqual(last);
    await screen.until((text) => text.includes('✓ check'), 'the check is over');
    await leave(screen);
  },
  120_000,
);

test.skipIf(!hasNix)(
  'a third of a fleet that hangs keeps no other host waiting, and each has its time once',
  async () => {
    fleet.git('rm', '--quiet', '--force', 'nixup.toml');
    fleet.git('commit', '--quiet', '--message=as many at a time as is good');
    await status();
    const part = (from: number, share: number): readonly string[] =>
      fleet.hosts.filter((_, index) => index % 20 >= from && index % 20 < from + share);
    const hanging = part(0, 6);
    fleet.setFate(hanging, { kind: 'hangs' });
    const unknown = part(6, 1);
    fleet.setFate(unknown, { kind: 'unknown-key' });
    fleet.forgetCalls();
    const screen = open();
    // The others are current while those that hang still have their time.
    await screen.until(
      (text) =>
        text.includes(`asking ${hanging.length} hosts`) &&
        text.includes(`${count - unknown.length} current · ${hanging.length} as of`),
      'the hosts that answer are current',
    );
    await screen.until(
      (text) => text.includes(`${hanging.length} unreachable`),
      'their time is over',
    );
    expect(asked().toSorted()).toEqual([...fleet.hosts].toSorted());
    await leave(screen);
  },
  120_000,
);
