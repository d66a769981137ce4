import { expect, test } from 'vitest';
import { endingSign } from '../../source/screen/glyphs.ts';
import { outcomeIn, outcomeSentence, outcomeWords } from '../../source/state/outcome.ts';
import { endingOf, type HostOutcome, type HostOutcomeStatus } from '../../source/state/run.ts';

const old = '/nix/store/0000000000000000000000000000000a-nixos-system-p620-26.05.1';

const ended = (
  status: HostOutcomeStatus,
  reason: string | null = null,
  from: string | null = null,
): HostOutcome => ({ status, from, to: null, generation: null, reason });

test('a deploy names what is unhealthy and what is pending', () => {
  expect(
    outcomeSentence(
      {
        p510: ended('succeeded'),
        p620: ended('unhealthy', 'syncthing.service failed'),
        razer: ended('succeeded'),
        samsung: ended('pending', 'asleep'),
      },
      'deploy',
    ),
  ).toBe('2 deployed · p620 unhealthy: syncthing.service failed · samsung pending, asleep');
});

test('a host that went back is told with its reason, hosts of one reason together', () => {
  expect(
    outcomeSentence(
      {
        nas: ended('rolledBack', 'immich.service failed.'),
        attic: ended('pending', 'asleep'),
        razer: ended('succeeded'),
        samsung: ended('pending', 'asleep'),
      },
      'deploy',
    ),
  ).toBe(
    'razer deployed · nas rolled back: immich.service failed · attic, samsung pending, asleep',
  );
});

test('a canceled deploy says what the hosts run', () => {
  expect(
    outcomeSentence({ p620: ended('canceled', 'canceled before activate', old) }, 'deploy'),
  ).toBe('canceled; p620 runs nixos-system-p620-26.05.1 (0000000) as before');
});

test('a rollback is not called a deploy', () => {
  expect(outcomeSentence({ razer: { ...ended('succeeded'), generation: 5 } }, 'rollback')).toBe(
    'razer rolled back, as g5',
  );
});

test('a host that was left as it is on purpose is in the sentence too, with its reason', () => {
  expect(
    outcomeSentence(
      {
        razer: ended('succeeded'),
        vault: ended('skipped', 'protected: its name was not typed'),
      },
      'deploy',
    ),
  ).toBe('razer deployed · vault not deployed: protected: its name was not typed');
});

test('a dry run says that nothing was changed', () => {
  expect(
    outcomeSentence({ p620: ended('skipped', 'dry run: nothing was changed') }, 'deploy'),
  ).toBe('Not deployed: p620: dry run: nothing was changed');
});

test('sign and exit status of an ending come from one place', () => {
  const signs = [0, 1, 2, 3, 4, 5, 130].map((status) => endingSign[endingOf(status)].sign);
  expect(signs).toEqual(['✓', '✗', '✗', '✗', '!', '!', '·']);
});

test('no outcome is told in the spelling of the code', () => {
  for (const words of Object.values(outcomeWords)) expect(words).not.toMatch(/[A-Z]/);
});

test.each([
  ['verify', ended('unchanged'), 'units as before'],
  ['watch', ended('unchanged', 'not known: its metrics'), 'units as before'],
  ['deploy', ended('unchanged'), 'unchanged'],
  ['watch', ended('unhealthy', 'nzbget.service failed'), 'unhealthy'],
] as const)('a run of %s that found %o says: %s', (goal, outcome, words) => {
  expect(outcomeIn(goal, outcome)).toBe(words);
});
