import { expect, test } from 'vitest';
import { servicesText } from '../../../source/commands/reports/services.ts';
import { hostOf, stateOf } from '../../fixtures/states.ts';

test('a host that answered and said nothing of its services is not told as one that was not asked', () => {
  const said = (kind: 'answered' | 'never') =>
    servicesText(
      stateOf([hostOf('p620', kind === 'answered' ? {} : { probe: { kind }, facts: null })]),
      ['p620'],
    );
  expect(said('answered')).toBe('p620: not known: the host did not say');
  expect(said('never')).toBe('p620: not known: it was not asked');
});
