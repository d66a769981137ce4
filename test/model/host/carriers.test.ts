import { expect, test } from 'vitest';
import { carriersOf, type Route } from '../../../source/model/host/carriers.ts';

const routes: readonly Route[] = [
  { host: 'router', names: ['router', 'gw.home'], jumps: [] },
  { host: 'nas', names: ['nas', '10.0.0.2'], jumps: ['gw.home', 'elsewhere'] },
  { host: 'pi', names: ['pi'], jumps: ['router', '10.0.0.2'] },
];

test.each([
  ['router', []],
  ['nas', ['router']],
  ['pi', ['router', 'nas']],
  ['unknown', []],
] as const)('%s is carried by %j', (host, carriers) => {
  expect(carriersOf(host, routes)).toEqual(carriers);
});
