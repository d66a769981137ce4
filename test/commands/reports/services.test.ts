import { expect, test } from 'vitest';
import { servicesText } from '../../../source/commands/reports/services.ts';
import { hostOf, stateOf } from '../../fixtures/states.ts';

test('a host that answered and said nothing of its services is not told as one that was not asked', () => {
  const said = (kind: 'answered' | 'never') =>
    servicesText(
      stateOf([hostOf('p620', kind === 'answered' ? {} : { probe: { kind }, facts: null })]),
      ['p620'],
    );
  expect(said('answered')).toBe('p620: its services are not known: the host did not say');
  expect(said('never')).toBe('p620: its services are not known: it was not asked');
});

test('a host that did not answer is named once, in one sentence', () => {
  const failure = { code: 'host-timeout', host: 'p620', address: 'p620', afterMs: 10_000 } as const;
  const silent = hostOf('p620', { probe: { kind: 'failed', failure, at: 0 }, facts: null });
  expect(servicesText(stateOf([silent]), ['p620'])).toBe(
    'p620 did not answer within 10 s, so its services are not known',
  );
});
