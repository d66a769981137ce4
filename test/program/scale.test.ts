import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';

/** A fleet in small: what is counted here is what a thousand hosts cost a thousand times. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');

const broken = ['host3', 'host7'];

let fleet: ScaleFleet;
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 12, counted: ['git'], broken });
  fleet.deployAll();
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

interface Status {
  readonly name: string;
  readonly reachable: boolean | null;
  readonly position: string;
  readonly expected: string | null;
  readonly error: string | null;
}

const status = async (...words: readonly string[]) => {
  fleet.forgetCalls();
  const ended = await fleet.run([process.execPath, program, 'status', ...words, '--json']);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const { hosts }: { readonly hosts: readonly Status[] } = JSON.parse(ended.stdout);
  const calls = fleet.calls();
  return {
    hosts,
    /** Processes but for one ssh a host. */
    others: calls.filter((line) => !line.startsWith('ssh script')).map((line) => line.slice(0, 60)),
    asked: calls.filter((line) => line.startsWith('ssh script')).map((line) => line.split(' ')[2]),
    evaluations: calls.filter((line) => line.startsWith('nix eval')),
  };
};

const good = () => fleet.hosts.filter((host) => !broken.includes(host));

test.skipIf(!hasNix)(
  'a host that does not evaluate is named with its own reason, and takes no other with it',
  async () => {
    const { hosts, asked, evaluations } = await status();
    expect(asked.toSorted()).toEqual([...fleet.hosts].toSorted());
    expect(hosts.filter(({ position }) => position === 'current').map(({ name }) => name)).toEqual(
      hosts.map(({ name }) => name).filter((name) => !broken.includes(name)),
    );
    for (const name of broken)
      expect(hosts.find((host) => host.name === name)?.error).toContain(`missing-in-${name}`);
    // The names, and each host in one batch; a broken one once more, alone. How many share a batch is
    // for the time that they take.
    const batched = evaluations.flatMap((line) => line.match(/\(ask "[^"]*"/g) ?? []);
    expect(new Set(batched).size).toBe(fleet.hosts.length);
    expect(evaluations.length).toBeLessThanOrEqual(1 + fleet.hosts.length + broken.length);
  },
);

test.skipIf(!hasNix)(
  'what was evaluated for this tree is not evaluated again, and processes do not grow with the fleet',
  async () => {
    const { evaluations, asked } = await status(...good());
    expect(evaluations).toEqual([]);
    expect(asked).toHaveLength(good().length);
    const one = await status('host1');
    expect(one.asked).toEqual(['host1']);
    const many = await status(...good());
    expect(many.others.length).toBe(one.others.length);
  },
);

test.skipIf(!hasNix)(
  'one host of a fleet that nobody evaluated yet is evaluated alone',
  async () => {
    fleet.git('commit', '--quiet', '--allow-empty', '--message=same tree');
    fleet.forgetStarts();
    const { hosts, asked, evaluations } = await status('host2');
    expect(hosts.map(({ name, position }) => [name, position])).toEqual([['host2', 'current']]);
    expect(asked).toEqual(['host2']);
    const [names, batch, ...more] = evaluations;
    expect(names).toContain('builtins.attrNames');
    expect(batch?.match(/\(ask "[^"]*"/g)).toEqual(['(ask "host2"']);
    expect(more).toEqual([]);
  },
);

test.skipIf(!hasNix)(
  'hosts that sleep, refuse or hang do not keep the others unknown',
  async () => {
    fleet.setFate(['host1', 'host2', 'host4'], { kind: 'mute' });
    fleet.setFate(['host5'], { kind: 'unknown-key' });
    try {
      const { hosts } = await status(...good());
      const of = (name: string) => hosts.find((host) => host.name === name);
      for (const name of ['host1', 'host2', 'host4', 'host5'])
        expect(of(name)).toMatchObject({ reachable: false });
      expect(of('host6')).toMatchObject({ reachable: true, position: 'current' });
    } finally {
      fleet.setFate(['host1', 'host2', 'host4', 'host5'], { kind: 'good' });
    }
  },
);

test.skipIf(!hasNix)(
  'a test evaluates by few processes, and names each host that does not evaluate',
  async () => {
    fleet.forgetStarts();
    fleet.forgetCalls();
    const ended = await fleet.run([process.execPath, program, 'test', '--json']);
    const result: {
      readonly hosts: Record<string, { readonly status: string; readonly reason: string }>;
    } = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
    for (const host of good()) expect(result.hosts[host]?.status).toBe('succeeded');
    for (const host of broken) expect(result.hosts[host]?.reason).toContain(`missing-in-${host}`);
    // Names and facts, systems, and what is asked again about each broken host.
    const evaluations = fleet.calls().filter((line) => line.startsWith('nix eval'));
    expect(evaluations.length).toBeLessThan(2 * fleet.hosts.length);
  },
);

test.skipIf(!hasNix)('commands about the lock touch no host and evaluate none', async () => {
  fleet.forgetCalls();
  await fleet.run([process.execPath, program, 'diff', '--json']);
  await fleet.run([process.execPath, program, 'update', '--yes', '--json']);
  await fleet.run([process.execPath, program, 'revert', '--all', '--json']);
  const calls = fleet.calls();
  expect(calls.filter((line) => line.startsWith('ssh'))).toEqual([]);
  expect(calls.filter((line) => line.startsWith('nix eval'))).toEqual([]);
});
