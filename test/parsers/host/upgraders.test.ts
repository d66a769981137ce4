import { expect, test } from 'vitest';
import { readUpgraders } from '../../../source/parsers/host/upgraders.ts';

const bootedAt = 1_796_000_000_000;

// Spans as systemd 252 to 258 write them (format_timespan), without their spaces.
test.each([
  [
    'a timer that fires at a time of the day',
    ['nixos-upgrade.timer active 1796100000 -', 'nixos-upgrade.service inactive - -'],
    [{ unit: 'nixos-upgrade.timer', nextAt: 1_796_100_000_000 }],
  ],
  [
    'a timer that counts from the boot',
    ['pull.timer active - 1d2h3min4.5s', 'pull.service inactive - 0'],
    [{ unit: 'pull.timer', nextAt: bootedAt + 93_784_500 }],
  ],
  [
    'a timer of a host that is up for months',
    ['pull.timer active - 1y2month3w4d5h6min7.5s'],
    [
      {
        unit: 'pull.timer',
        nextAt:
          bootedAt +
          1_000 * (31_557_600 + 2 * 2_629_800 + 3 * 604_800 + 4 * 86_400 + 5 * 3_600 + 367.5),
      },
    ],
  ],
  [
    'a timer of a host that is up for a month',
    ['pull.timer active - 1month12us'],
    [{ unit: 'pull.timer', nextAt: bootedAt + 2_629_800_000 }],
  ],
  [
    'a span with an unknown unit',
    ['pull.timer active - 1fortnight2d'],
    [{ unit: 'pull.timer', nextAt: null }],
  ],
  [
    'a timer with both: the earlier counts',
    ['pull.timer active 1796100000 1h'],
    [{ unit: 'pull.timer', nextAt: bootedAt + 3_600_000 }],
  ],
  [
    'a timer that will not fire again',
    ['pull.timer active - infinity'],
    [{ unit: 'pull.timer', nextAt: null }],
  ],
  [
    'an agent without a timer',
    ['comin.timer inactive - -', 'comin.service active - -'],
    [{ unit: 'comin.service', nextAt: null }],
  ],
  [
    'a service that its timer runs just now is told by its timer',
    ['nixos-upgrade.timer active - 0', 'nixos-upgrade.service activating - -'],
    [{ unit: 'nixos-upgrade.timer', nextAt: null }],
  ],
  [
    'what is switched off',
    ['nixos-upgrade.timer inactive - -', 'nixos-upgrade.service inactive - -'],
    [],
  ],
  ['an answer that was cut', ['nixos-upgrade.timer active'], []],
])('%s', (_what, lines, found) => {
  expect(readUpgraders(lines, bootedAt)).toEqual(found);
});
