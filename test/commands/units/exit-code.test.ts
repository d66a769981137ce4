import { expect, test } from 'vitest';
import { unitExitCode } from '../../../source/commands/units/exit-code.ts';
import type { UnitDetails, UnitJournal } from '../../../source/model/host/unit-details.ts';
import { runningUnit } from '../../support/fake-hosts.ts';

const details = (journal: UnitJournal, status = ['● a.service']): UnitDetails => ({
  unit: 'a.service',
  facts: runningUnit,
  status,
  since: null,
  journal,
  file: [],
  difference: null,
});

const nowhere: UnitDetails = {
  ...details({ kind: 'empty' }, []),
  facts: { ...runningUnit, load: 'not-found', active: 'inactive', sub: 'dead' },
};

const known = details({ kind: 'empty' });

test.each<[string, readonly (UnitDetails | null)[], 0 | 1 | 4]>([
  ['all hosts answered', [known, details({ kind: 'lines', lines: [], isFull: false })], 0],
  ['one of ten hosts answered', [known, ...Array.from({ length: 9 }, () => null)], 4],
  ['the journal of one may not be read', [known, details({ kind: 'unreadable' })], 4],
  ['one has no journal', [details({ kind: 'no-journal' })], 4],
  ['systemd said nothing', [details({ kind: 'empty' }, [])], 4],
  ['no host has the unit', [nowhere, nowhere], 1],
  ['one host has the unit, and one does not', [known, nowhere], 0],
  ['one has no such unit, and one did not answer', [nowhere, null], 1],
  ['no host answered', [null, null], 1],
  ['there is no host', [], 1],
])('where %s', (_what, answers, status) => {
  expect(unitExitCode(answers)).toBe(status);
});
