import { diffLocks } from '../../source/model/lock/difference.ts';
import type { LockFacts } from '../../source/model/lock/facts.ts';
import { stageNames } from '../../source/state/stage.ts';
import { entry, facts, fleet, result, type SceneOf, toplevel } from './fake-program.ts';
import { github, lockOf } from './lock-samples.ts';

const host = 'p620';
const one = fleet(entry(host));

/** By its timer it will switch, it runs another system than it was given, and a critical unit does not run. */
const odd: SceneOf = () => ({
  facts: [
    ...fleet({ ...entry(host), critical: ['grafana.service'] }),
    {
      type: 'host-probed',
      host,
      facts: facts(host, { upgraders: [{ unit: 'nixos-upgrade.timer', nextAt: 9 }] }),
    },
    { type: 'deploys-listed', systems: { [host]: toplevel(host) } },
  ],
});

/** No host answered, after a runbook whose steps are all closed. */
const asleep: SceneOf = () => ({
  facts: [
    ...one,
    { type: 'host-unprobed', host, failure: { code: 'host-timeout', host, afterMs: 5_000 } },
    ...stageNames.map((stage) => ({
      type: 'stage-changed' as const,
      stage,
      state: { kind: 'passed' as const, evidence: 'done', at: 1 },
    })),
  ],
});

const moved: LockFacts = {
  kind: 'read',
  fingerprint: 'f',
  changes: diffLocks(
    lockOf({ nixpkgs: github('NixOS/nixpkgs', 'a') }),
    lockOf({ nixpkgs: github('NixOS/nixpkgs', 'b') }),
  ),
  inputs: [],
  copies: [],
  headline: null,
  oldText: '',
  newText: '',
};

const unevaluated: SceneOf = (say) => ({
  facts: [...one, { type: 'lock-observed', lock: moved }],
  engine: {
    inputs: {
      findHosts: async () => {
        const failed = [{ host, why: 'it does not evaluate' }];
        const hosts = { kind: 'known', changed: [], same: [], failed } as const;
        say({ type: 'input-hosts-found', input: 'nixpkgs', hosts });
      },
    },
  },
});

const unasked: SceneOf = (say) => ({
  engine: {
    check: async () => {
      const row = {
        id: 'tasks.open',
        group: 'tasks',
        label: 'tasks',
        state: 'red',
        evidence: 'nobody answered',
        remedy: null,
        detail: [],
        isUnasked: true,
        askedAt: 1,
      } as const;
      say({ type: 'board-observed', rows: [row] });
      return result({ exitCode: 1 });
    },
  },
});

const journal: SceneOf = () => ({
  facts: one,
  engine: {
    hosts: {
      followUnit: async (_wish, _signal, tell) =>
        tell?.([{ at: 1, level: 6, from: 'sshd', text: 'Server listening' }], []),
    },
  },
});

/** Somebody looks once, and leaves. */
const sampled: SceneOf = () => {
  const stop = new AbortController();
  let asked = 0;
  return {
    facts: one,
    canceled: stop.signal,
    engine: {
      health: {
        watch: async () => result(),
        sample: async () => {
          if (asked > 0) stop.abort();
          asked += 1;
          const metrics = [{ metric: 'cpu' as const, p25: 1, p50: 2, p75: 3 }];
          return new Map([[host, { from: 1, to: 2, samples: 3, metrics }]]);
        },
      },
    },
  };
};

const signed: SceneOf = () => ({
  facts: [
    ...one,
    {
      type: 'watches-listed',
      watches: [
        {
          run: 'r',
          hosts: [{ host, changedAt: 1 }],
          wentBack: [{ host: 'razer', changedAt: 1, isByHand: true }],
          reports: [],
          signOffs: [],
        },
      ],
    },
  ],
  engine: { health: { signOff: async () => true } },
});

const unpushed: SceneOf = () => ({
  facts: one,
  engine: {
    health: {
      verify: async () => result({ unpushed: { branch: 'main', upstream: null, commits: 2 } }),
    },
  },
});

/** What the demo does not come to: command lines, and engines of which each answer is known. */
export const keyScenes: readonly (readonly [line: string, scene: SceneOf])[] = [
  ['status', odd],
  ['status', asleep],
  ['impact', unevaluated],
  ['check', unasked],
  ['services p620 --unit sshd --follow', journal],
  ['watch p620 --follow', sampled],
  ['watch p620 --sign fine --yes', signed],
  ['verify p620', unpushed],
];
