import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { openProgram, type ScreenProgram } from './screen-program.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');

let fleet: ScaleFleet;
beforeEach(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 4 });
  fleet.deployAll();
});
afterEach(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

const open = (): ScreenProgram => {
  const screen = openProgram({
    words: [],
    folder: fleet.flake,
    columns: 100,
    rows: 30,
    env: fleet.environment,
  });
  onTestFinished(() => screen.close());
  return screen;
};

const rowOf = (screen: ScreenProgram, host: string): number =>
  screen.rows().findIndex((row) => row.slice(3).startsWith(`${host} `));

/** The grey of what is settled, in the table of 256 colours. */
const grey = 248;

/** Whether the name of a host is dimmed; the row under the cursor is never. */
const isDim = (screen: ScreenProgram, host: string): boolean => {
  const cell = screen.terminal.buffer.active.getLine(rowOf(screen, host))?.getCell(3);
  return cell?.isFgPalette() === true && cell.getFgColor() === grey;
};

const leave = async (screen: ScreenProgram): Promise<void> => {
  screen.write('q');
  expect(await screen.ended).toMatchObject({ exitCode: 0 });
};

/** A whole start in which every host answers. */
const know = async (): Promise<void> => {
  const screen = open();
  await screen.until(
    (text) => text.split('current').length > 4 && !/asking|evaluating|reading/.test(text),
    'every host is current',
  );
  await leave(screen);
};

const recordOf = (): string => {
  const folder = path.join(fleet.folder, 'home/state/nixup/flakes');
  const [flake = ''] = readdirSync(folder);
  const name = readdirSync(path.join(folder, flake)).find((one) =>
    /^last-facts-.*\.json$/.test(one),
  );
  return path.join(folder, flake, name ?? 'no record');
};

test.skipIf(!hasNix)(
  'hosts that are known stand in the first frame, dimmed and with their age, until they answer',
  async () => {
    await know();
    expect(existsSync(recordOf())).toBe(true);
    fleet.setFate(['host2'], { kind: 'late', seconds: 8 });
    fleet.setFate(['host3'], { kind: 'mute' });
    const screen = open();
    await screen.waitFor('host4');
    // The first frame: nothing was asked yet.
    expect(screen.text()).toMatch(/as of \d+ [smh] ago/);
    expect(screen.text()).toMatch(/host2 .*current/);
    expect(isDim(screen, 'host4')).toBe(true);
    await screen.until(() => !isDim(screen, 'host4') && isDim(screen, 'host2'), 'host4 answers');
    expect(screen.text()).toMatch(/host2 .*current/);
    await screen.until(() => !isDim(screen, 'host2'), 'host2 answers');
    await screen.until((text) => /host3 .*asleep/.test(text), 'host3 is asleep');
    // What it said before stays, dimmed.
    expect(isDim(screen, 'host3')).toBe(true);
    await leave(screen);
  },
);

test.skipIf(!hasNix)('no subcommand prints what is remembered as what is', async () => {
  await know();
  fleet.setFate(fleet.hosts, { kind: 'mute' });
  const ended = await fleet.run([process.execPath, program, 'status', '--json']);
  const { hosts }: { readonly hosts: readonly Record<string, unknown>[] } = JSON.parse(
    ended.stdout,
  );
  expect(hosts).toHaveLength(4);
  for (const host of hosts)
    expect(host).toMatchObject({ reachable: false, current: null, generation: null, kernel: null });
  // What the hosts said before is still kept for the next start.
  expect(readFileSync(recordOf(), 'utf8').match(/"answer":\{/g)).toHaveLength(4);
});

test.skipIf(!hasNix)(
  'hosts that left the flake go, and new ones come, as its names are read',
  async () => {
    await know();
    const names = ['host1', 'host2', 'renamed'];
    writeFileSync(
      path.join(fleet.flake, 'hosts.json'),
      JSON.stringify(names.map((name) => ({ name, broken: false }))),
    );
    const screen = open();
    await screen.waitFor('renamed');
    expect(screen.text()).not.toMatch(/host[34]/);
    expect(screen.text()).toContain('host2');
    await leave(screen);
  },
);

test.skipIf(!hasNix)('where hosts stood on another branch is not shown', async () => {
  await know();
  fleet.git('checkout', '--quiet', '-b', 'other');
  fleet.setFate(fleet.hosts, { kind: 'hangs' });
  const screen = open();
  // The last line of the first frame: a terminal may be given it in pieces.
  await screen.until((text) => /ran +g10/.test(text), 'what the host ran');
  expect(screen.text()).toContain('host4');
  expect(screen.text()).not.toContain('current');
  expect(screen.text()).toContain('4 unknown');
  // What it ran is true on every branch.
  expect(screen.text()).toMatch(/ran +g10/);
  await screen.close();
});

test.skipIf(!hasNix)(
  'a record that is damaged is put aside and told, and the start goes on',
  async () => {
    await know();
    const record = recordOf();
    writeFileSync(record, readFileSync(record, 'utf8').slice(0, 200));
    const screen = open();
    await screen.waitFor('are not used: it is damaged');
    await screen.until((text) => text.split('current').length > 4, 'every host is current');
    await leave(screen);
    expect(readdirSync(path.dirname(record)).some((name) => name.includes('.damaged-'))).toBe(true);
  },
);
