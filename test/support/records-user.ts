/**
 * A process of one user that keeps records of a flake:
 * `node records-user.ts FLAKE OWN-FOLDER STEPS`. It prints what it sees then.
 */
import { openRecords, type Records } from '../../source/engine/records/records.ts';
import { sharedPlace } from '../../source/services/git/folder.ts';
import { createProcessWorld } from '../../source/services/world/process-world.ts';

export type Step =
  | readonly ['deploy' | 'setback' | 'sick', host: string, system: string, at: number]
  | readonly ['accept' | 'pushed', host: string]
  | readonly ['owe', branch: string, revision: string, at: number];

export interface Seen {
  readonly place: string;
  readonly told: readonly string[];
  readonly failures: readonly string[];
  readonly deploys: Readonly<Record<string, string>>;
  readonly setbacks: readonly string[];
  readonly sick: readonly string[];
  readonly owed: string | null;
}

const take = async (records: Records, step: Step) => {
  const run = 'r';
  switch (step[0]) {
    case 'deploy': {
      const [, host, toplevel, at] = step;
      const rest = { from: null, fromGeneration: null, generation: null };
      return await records.keepDeploy({ host, toplevel, at, run, ...rest });
    }
    case 'setback': {
      const [, host, toplevel, at] = step;
      const rest = { kind: 'taken-back', why: 'x', sources: null, inputs: {} } as const;
      return await records.keepSetback({ host, toplevel, at, run, ...rest });
    }
    case 'sick': {
      const [, host, toplevel, since] = step;
      return await records.keepSickness({ host, toplevel, since, run, problems: ['x'] });
    }
    case 'accept':
      return await records.dropSickness(step[1]);
    case 'owe': {
      const [, branch, revision, at] = step;
      return await records.keepOwedPush({ branch, revision, at, reason: 'offline' });
    }
    case 'pushed':
      return await records.dropOwedPushes(() => true);
  }
};

const [flake = '', own = '', steps = '[]'] = process.argv.slice(2);
const world = createProcessWorld();
const told: string[] = [];
const shared = await sharedPlace(world, flake);
const records = await openRecords(world, { own, shared }, (_path, text) => told.push(text));
const parsed: readonly Step[] = JSON.parse(steps);
const results = await Promise.all(parsed.map((step) => take(records, step)));
const hosts = ['p620', 'razer', 'p510', 'samsung'];
const seen: Seen = {
  place: shared.kind,
  told: [...new Set(told)],
  failures: results.flatMap((one) => (one.ok ? [] : [JSON.stringify(one.failure)])),
  deploys: Object.fromEntries(
    hosts.flatMap((host) => {
      const deploy = records.lastDeploy(host);
      return deploy === undefined ? [] : [[host, deploy.toplevel]];
    }),
  ),
  setbacks: records.setbacks().map(({ host, toplevel }) => `${host} ${toplevel}`),
  sick: hosts.filter((host) => records.sickness(host) !== undefined),
  owed: records.owedPushes().at(-1)?.revision ?? null,
};
process.stdout.write(JSON.stringify(seen));
