import { expect, test } from 'vitest';
import { switchedByWords } from '../../../source/model/host/upgraders.ts';

const now = Date.UTC(2026, 10, 29, 12);
const day = 86_400_000;

test('what was seen switching a host is named beside what its unit files say, once', () => {
  const upgraders = [
    { unit: 'nixos-upgrade.timer', nextAt: now + day },
    { unit: 'comin.service', nextAt: null },
  ];
  const seen = [
    { unit: 'nixos-upgrade.service', at: now - day },
    { unit: 'agent-of-our-own.service', at: now - 2 * day },
    { unit: 'gone-since.service', at: now - 31 * day },
  ];
  expect(switchedByWords(upgraders, seen, now)).toEqual([
    'nixos-upgrade.timer, next at 2026-11-30 12:00',
    'comin.service',
    'agent-of-our-own.service, which did on 2026-11-27 12:00,',
  ]);
  expect(switchedByWords([], [], now)).toEqual([]);
});
