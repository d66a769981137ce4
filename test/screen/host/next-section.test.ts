import { expect, test } from 'vitest';
import { nextSection } from '../../../source/screen/host/next-section.ts';
import { keyName } from '../../../source/screen/key-names.ts';
import type { HostState } from '../../../source/state/state.ts';
import { entryOf, expectedOf, factsOf, fourHosts, hostOf, noon } from '../../fixtures/states.ts';

/** `deploy < deploy it` with the key of the action. */
const withKeys = (...parts: readonly string[]): string =>
  parts
    .map((part) => {
      const [words = '', action] = part.split(' < ').toReversed();
      return action === undefined ? words : `${keyName(action)} ${words}`;
    })
    .join(' · ');

const nextOf = (more: Partial<HostState>): string =>
  nextSection(hostOf('nas', more), 200)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n')
    .trim();

const asWanted = expectedOf('nas', '3980', noon);
const other = (builtAt: number | null) => expectedOf('nas', '4193', builtAt);
const rolledBack: HostState['work'] = {
  kind: 'rolledBack',
  from: null,
  generation: 76,
  to: '/nix/store/old',
  reason: 'boom',
  at: noon,
};
const failed = (step: 'build' | 'activate'): HostState['work'] => ({
  kind: 'failed',
  step,
  reason: 'boom',
  remedy: '',
  at: noon,
});

test.each([
  ['runs what the flake says', { expectation: asWanted }, ['nothing: it runs what the flake says']],
  ['is built and not deployed', { expectation: other(noon) }, ['deploy < deploy it, asks before']],
  ['is not built', { expectation: other(null) }, ['test < build and test it', 'then deploy it']],
  [
    'needs a restart',
    { expectation: asWanted, facts: factsOf('nas', { rebootNeeded: true, elevation: 'sudo' }) },
    ['restart it: ssh nas sudo systemctl reboot'],
  ],
  [
    'was rolled back',
    { expectation: other(noon), work: rolledBack },
    ['log < its log', 'deploy < deploy it again, asks before', 'move-on < what can be done'],
  ],
  [
    'failed in the activation',
    { expectation: other(noon), work: failed('activate') },
    ['log < its log', 'deploy < deploy it again, asks before', 'move-on < what can be done'],
  ],
  [
    'failed in its test',
    { expectation: other(null), work: failed('build') },
    ['show-build < why it failed', 'test < test it again', 'move-on < what can be done'],
  ],
] as const)('what can be done about a host that %s', (_title, more, words) => {
  expect(nextOf(more)).toBe(`next       ${withKeys(...words)}`);
});

test('a host that sleeps can be asked again, and one that is left out has nothing to do', () => {
  const [asleep] = fourHosts.filter(({ probe }) => probe.kind === 'failed');
  if (asleep === undefined) throw new Error('no host sleeps');
  expect(nextOf({ ...asleep })).toBe(
    `next       ${withKeys('refresh < ask it again', 'shell < a shell on it')}`,
  );
  const role = { kind: 'left-out', reason: 'an image' } as const;
  expect(nextOf({ entry: entryOf('nas', { role }) })).toBe('');
});
