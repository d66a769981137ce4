import { expect, test } from 'vitest';
import type { Undated } from '../../../source/state/events.ts';
import type { RunResult } from '../../../source/state/run.ts';
import type { StageName } from '../../../source/state/stage.ts';
import type { EngineParts } from '../../support/engine-parts.ts';
import { entry, fleet, outcome, play, result } from '../../support/fake-program.ts';

const begun: Undated = {
  type: 'run-started',
  run: '20261129-101010-abcdef',
  goal: 'verify',
  hosts: ['p620'],
  tree: null,
  lock: null,
};

const passed = (stage: StageName): Undated => ({
  type: 'stage-changed',
  stage,
  state: { kind: 'passed', evidence: `evidence of ${stage}`, at: 1 },
});

/** What the survey finds out about the runbook before the command does anything. */
const found = [...fleet(entry('p620')), passed('update'), passed('test'), passed('verify')];

const stepsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /^(?:check|update|review|test|deploy|verify|commit|watch) /.test(line));

/** A subcommand, its step, and the engine that does it by this deed. */
type Row = readonly [string, StageName | null, (deed: () => Promise<RunResult>) => EngineParts];

const rows: readonly Row[] = [
  ['verify', 'verify', (verify) => ({ health: { verify } })],
  ['watch', 'watch', (watch) => ({ health: { watch } })],
  ['rollback --yes', null, (run) => ({ rollback: { run } })],
  ['clean --yes', null, (run) => ({ clean: { run } })],
];

test.each(
  rows,
)('%s tells of its own steps only, and only while it does them', async (line, step, engineWith) => {
  const played = await play(line, (say) => ({
    facts: found,
    engine: engineWith(async () => {
      say(begun, passed('deploy'), ...(step === null ? [] : [passed(step)]));
      return result({ hosts: { p620: outcome('unchanged') } });
    }),
  }));
  expect(stepsOf(played.stderr)).toEqual(
    step === null ? [] : [`${step.padEnd(10)} passed: evidence of ${step}`],
  );
});

const refusal =
  'p620 is there, but takes no connection: ssh: connect to host p620 port 22: Connection refused';

test('why a host failed is told once as it happens, and once in its row', async () => {
  const played = await play('deploy p620 --yes', (say) => ({
    facts: fleet(entry('p620')),
    engine: {
      deploy: {
        run: async () => {
          say(
            { ...begun, goal: 'deploy' },
            {
              type: 'host-worked',
              host: 'p620',
              work: { kind: 'failed', step: 'identity', reason: refusal, remedy: 'Look.', at: 1 },
            },
            {
              type: 'stage-changed',
              stage: 'deploy',
              state: { kind: 'failed', reason: `p620 failed: ${refusal}`, at: 1 },
            },
          );
          return result({
            exitCode: 1,
            hosts: { p620: { ...outcome('failed'), reason: refusal } },
            summary: `p620 failed: ${refusal} · not deployed yet: vault`,
            next: 'Next: nixup deploy vault',
          });
        },
      },
    },
  }));
  expect(played.stderr.split(refusal)).toHaveLength(2);
  expect(played.stdout.split(refusal)).toHaveLength(2);
  expect(played.stderr).toContain('deploy     failed');
  expect(played.stdout).toContain(
    'p620 failed · not deployed yet: vault. Next: nixup deploy vault',
  );
});

test('lines that a host said before the step that failed are not the reason', async () => {
  const played = await play('deploy p620 --yes', (say) => ({
    facts: fleet(entry('p620')),
    engine: {
      deploy: {
        run: async () => {
          say(
            begun,
            { type: 'logged', host: 'p620', lines: ['Plan: nothing to build'] },
            {
              type: 'host-worked',
              host: 'p620',
              work: { kind: 'running', step: 'contact', done: null, expected: null, since: 1 },
            },
            {
              type: 'host-worked',
              host: 'p620',
              work: { kind: 'failed', step: 'contact', reason: refusal, remedy: '', at: 1 },
            },
          );
          return result({ exitCode: 1, hosts: { p620: outcome('failed') } });
        },
      },
    },
  }));
  expect(played.stderr).not.toContain('Plan: nothing to build');
  expect(played.stderr).not.toContain('last lines of');
});

test.each([
  [['p620'], 'deploy     done for p620'],
  [
    ['p620', 'vault'],
    'deploy     done for a part: 1 of 2 hosts run what the flake says; not yet: vault',
  ],
])('a step that is done for the hosts of the run (%j) says nothing of others', async (hosts, line) => {
  const played = await play('deploy p620 --yes', (say) => ({
    facts: fleet(entry('p620'), entry('vault')),
    engine: {
      deploy: {
        run: async () => {
          say(
            { ...begun, goal: 'deploy', hosts },
            {
              type: 'stage-changed',
              stage: 'deploy',
              state: {
                kind: 'begun',
                hosts: ['p620'],
                left: ['vault'],
                of: 2,
                evidence: '1 of 2 hosts run what the flake says; not yet: vault',
                at: 1,
              },
            },
          );
          return result({ hosts: { p620: outcome('succeeded') } });
        },
      },
      health: { verify: async () => result({}) },
    },
  }));
  expect(played.stderr.split('\n').map((one) => one.trimEnd())).toContain(line);
});
