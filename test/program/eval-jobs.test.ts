import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';

/** The built program with a nix-eval-jobs that speaks as its source has it. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
const broken = ['host3'];

let fleet: ScaleFleet;
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({
    count: 6,
    besides: ['nas.home'],
    broken,
    jobs: true,
    config: '[fleet]\njobs = { eval = 2 }\n',
  });
  fleet.deployAll();
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});
beforeEach(() => {
  if (hasNix) fleet.forgetStarts();
});

const calls = (begin: string): readonly string[] =>
  fleet.calls().filter((line) => line.startsWith(begin));

const good = () => fleet.hosts.filter((host) => !broken.includes(host));

const status = async () => {
  fleet.forgetCalls();
  const ended = await fleet.run([process.execPath, program, 'status', '--json']);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const answer: {
    readonly hosts: readonly {
      readonly name: string;
      readonly position: string;
      readonly error: string | null;
    }[];
  } = JSON.parse(ended.stdout);
  return {
    current: answer.hosts.filter(({ position }) => position === 'current').map(({ name }) => name),
    errorOf: (name: string) => answer.hosts.find((host) => host.name === name)?.error,
    /** Hosts for whose system Nix itself was asked. */
    byNix: calls('nix eval').flatMap((line) => [
      ...[...line.matchAll(/\(ask "([^"]+)" \w+ [12]\)/g)].map(([, host]) => host),
      ...[...line.matchAll(/#nixosConfigurations\."([^"]+)"/g)].map(([, host]) => host),
    ]),
  };
};

test.skipIf(!hasNix)(
  'one process evaluates the systems of all hosts, and tells the error of one beside the others',
  async () => {
    fleet.setJobsFate({});
    const { current, errorOf, byNix } = await status();
    expect(current.toSorted()).toEqual(good().toSorted());
    expect(errorOf('host3')).toContain('missing-in-host3');
    const [call, ...more] = calls('nix-eval-jobs');
    expect(more).toEqual([]);
    expect(call).toContain('--impure --workers 2 --max-memory-size 4096 --expr ');
    for (const host of fleet.hosts) expect(call).toContain(`"${host}"`);
    expect(byNix).toEqual([]);
  },
  60_000,
);

test.skipIf(!hasNix)(
  'what was evaluated for this tree is not evaluated again by it either, but for what failed',
  async () => {
    await status();
    const again = await status();
    expect(again.current.toSorted()).toEqual(good().toSorted());
    expect(calls('nix-eval-jobs')).toEqual([]);
  },
  60_000,
);

test.skipIf(!hasNix)(
  'where a worker died, the hosts that are left are evaluated by Nix, and what was told counts',
  async () => {
    fleet.setJobsFate({ diesAfter: 2 });
    const { current, errorOf, byNix } = await status();
    expect(current.toSorted()).toEqual(good().toSorted());
    expect(errorOf('host3')).toContain('missing-in-host3');
    expect(calls('nix-eval-jobs')).toHaveLength(1);
    // In the order of their names two were told.
    expect(new Set(byNix)).toEqual(new Set(fleet.hosts.slice(2)));
  },
  60_000,
);

test.skipIf(!hasNix)(
  'lines that are none of its own are left out',
  async () => {
    fleet.setJobsFate({ babbles: true });
    const { current, byNix } = await status();
    expect(current.toSorted()).toEqual(good().toSorted());
    expect(byNix).toEqual([]);
  },
  60_000,
);
