import { expect, test } from 'vitest';
import { generationMarks } from '../../../source/model/host/generation.ts';
import type { Generation, HostFacts } from '../../../source/model/host/host.ts';
import { factsOf, noon, systemPath } from '../../fixtures/states.ts';

const hour = 3_600_000;

const marksOf = (more: Partial<HostFacts>): Readonly<Record<number, readonly string[]>> => {
  const facts = factsOf('nas', more);
  return Object.fromEntries(
    facts.generations.map((one) => [one.number, generationMarks(one, facts)]),
  );
};

const at = (number: number, version: string, hoursAgo: number): Generation => ({
  number,
  path: systemPath('nas', version),
  at: noon - hoursAgo * hour,
  nixosVersion: null,
  revision: null,
  kernel: null,
});

test('after a rollback the new generation runs and boots next, and the old one is the same system', () => {
  const back = systemPath('nas', '3980');
  const generations = [at(241, '3980', 50), at(242, '4193', 2), at(243, '3980', 1)];
  const facts: Partial<HostFacts> = {
    generations,
    current: back,
    booted: back,
    profile: back,
    knownGood: back,
    bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: back },
  };
  expect(marksOf({ ...facts, uptimeSeconds: 48 * 3_600 })).toEqual({
    241: ['booted', 'the same system as g243'],
    242: [],
    243: ['runs', 'boots next', 'known good'],
  });
  // It was restarted since.
  expect(marksOf({ ...facts, uptimeSeconds: 600 })[243]).toEqual([
    'runs',
    'booted',
    'boots next',
    'known good',
  ]);
  // By its clock it is up for longer than it has the system: never the number that the rollback made.
  expect(marksOf({ ...facts, uptimeSeconds: 900 * 3_600 })[241]).toEqual([
    'booted',
    'the same system as g243',
  ]);
  // Nobody knows since when it is up.
  expect(marksOf({ ...facts, uptimeSeconds: null })[241]).toEqual(['the same system as g243']);
});

test('each mark stands on the generation of its own system', () => {
  const generations = [at(240, '3900', 90), at(241, '3980', 50), at(242, '4193', 2)];
  expect(
    marksOf({
      generations,
      current: systemPath('nas', '3980'),
      booted: systemPath('nas', '3900'),
      bootDefault: {
        kind: 'resolved',
        loader: 'systemd-boot',
        toplevel: systemPath('nas', '4193'),
      },
      uptimeSeconds: 60 * 3_600,
    }),
  ).toEqual({ 240: ['booted'], 241: ['runs'], 242: ['boots next'] });
  expect(
    marksOf({ generations, bootDefault: { kind: 'unverifiable', reason: 'no loader' } })[242],
  ).toEqual([]);
});
