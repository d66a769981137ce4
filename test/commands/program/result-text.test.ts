import { expect, test } from 'vitest';
import { resultText, waysBack } from '../../../source/commands/program/result-text.ts';
import type { HostOutcome, HostOutcomeStatus } from '../../../source/state/run.ts';

const outcome = (status: HostOutcomeStatus): HostOutcome => ({
  status,
  from: null,
  to: null,
  generation: null,
  reason: null,
});

const system = (hash: string) => `/nix/store/${hash.padEnd(32, 'a')}-nixos-system-razer`;

test('each unhealthy host comes with the command that takes it back, the others with nothing', () => {
  const result = {
    ok: false,
    exitCode: 5,
    hosts: {
      p620: outcome('succeeded'),
      razer: { ...outcome('unhealthy'), from: system('b'), to: system('c') },
      // It was only looked at, and nixup never deployed it.
      nas: { ...outcome('unhealthy'), from: system('b'), to: system('b') },
      p510: outcome('rolledBack'),
      samsung: outcome('pending'),
    },
    commit: null,
    build: null,
    summary: '',
  };
  expect(waysBack(result, {})).toEqual([
    'razer is unhealthy. Back to the system it ran before: nixup rollback razer',
  ]);
});

test('a long reason has a row for each thing that it names', () => {
  const reason = `web.service failed; check page: ${'no answer '.repeat(9)}; whether that is new is not known`;
  const text = resultText({
    ok: false,
    exitCode: 5,
    hosts: { nas: { ...outcome('unhealthy'), reason } },
    commit: null,
    build: null,
    summary: `There is trouble: nas: ${reason}.`,
  });
  const lines = text.split('\n');
  expect(lines.map((line) => line.trim())).toEqual([
    expect.stringMatching(/^HOST .* REASON$/),
    expect.stringMatching(/^nas .* web\.service failed$/),
    expect.stringMatching(/^check page: no answer/),
    'whether that is new is not known',
    'There is trouble: nas unhealthy.',
  ]);
  expect(
    new Set(lines.slice(1, 4).map((line) => line.search(/web\.service|check|whether/))).size,
  ).toBe(1);
});

test('hosts that share a long reason each stand with their own name in the sentence', () => {
  const reason = 'has no earlier system to go back to: every earlier generation is the same system';
  const hosts = ['nas', 'p510', 'p620'];
  const text = resultText({
    ok: false,
    exitCode: 3,
    hosts: Object.fromEntries(hosts.map((host) => [host, { ...outcome('skipped'), reason }])),
    commit: null,
    build: null,
    summary: `not rolled back: ${hosts.map((host) => `${host} ${reason}`).join('; ')}`,
  });
  expect(text.split('\n').at(-1)).toBe('not rolled back: nas skipped; p510 skipped; p620 skipped');
});
