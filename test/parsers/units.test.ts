import { expect, test } from 'vitest';
import { readUnits } from '../../source/parsers/units.ts';

test('units are sorted by what they do', () => {
  expect(
    readUnits([
      'sshd.service loaded active running OpenSSH Daemon',
      'old.service loaded failed failed Old',
      'loop.service loaded activating auto-restart Restarts for ever',
      'rest.service loaded inactive dead Rests',
      'gone.service not-found inactive dead gone.service',
      'start.service loaded activating start Starts',
      '● marked.service loaded failed failed Marked',
      '',
    ]),
  ).toEqual({
    failed: ['loop.service', 'marked.service', 'old.service'],
    active: ['sshd.service'],
    stopped: ['rest.service'],
  });
});
