import { expect, test } from 'vitest';
import { builtOn } from '../../source/model/fleet-entries.ts';

test.each([
  ['local', 'razer', {}],
  ['target', 'razer', { buildOn: 'razer' }],
  ['p620', 'razer', { buildOn: 'p620' }],
  ['target', 'workstation', {}],
  ['workstation', 'razer', {}],
])('build_on = "%s" for %s is %j', (wish, host, place) => {
  expect(builtOn(wish, host, 'workstation')).toEqual(place);
});
