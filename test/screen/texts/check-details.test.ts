// The keys that texts name.
import '../../../source/actions/table.ts';
import { expect, test } from 'vitest';
import type { CheckRow } from '../../../source/model/board/board.ts';
import {
  checkDetails,
  checkText,
  lastAnswerAt,
} from '../../../source/screen/texts/check-details.ts';
import { factsOf, hostOf, noon } from '../../fixtures/states.ts';

const row: CheckRow = {
  id: 'hosts.p620',
  group: 'hosts',
  label: 'p620',
  state: 'warning',
  evidence: '1 failed unit: nzbget.service',
  remedy: { text: 'look at it', command: 'systemctl status nzbget' },
  detail: ['nzbget.service: exit 1'],
  askedAt: noon - 5_000,
};

const textOf = (isCut: boolean, one: CheckRow = row): readonly string[] =>
  checkDetails(one, { isCut, host: hostOf('p620', { facts: factsOf('p620') }) }, noon).map(
    ({ text }) => text,
  );

test('the pane says what the row does not: the remedy, when it was asked, the facts, the details', () => {
  const text = textOf(false);
  expect(text.slice(0, 3)).toEqual([
    'look at it',
    '$ systemctl status nzbget',
    'Warning, checked 5 s ago; C checks again.',
  ]);
  expect(text[3]).toMatch(/NixOS .* · kernel /);
  expect(text.at(-1)).toBe('nzbget.service: exit 1');
  expect(text).not.toContain(row.evidence);
});

test('an evidence that the row has no room for is told whole', () => {
  expect(textOf(true)[0]).toBe(row.evidence);
});

test('a row that passed says at least when it was asked', () => {
  const green: CheckRow = { ...row, group: 'git', state: 'green', remedy: null, detail: [] };
  expect(textOf(false, green)).toEqual(['Passed, checked 5 s ago; C checks again.']);
  expect(lastAnswerAt([green, { ...green, askedAt: noon }])).toBe(noon);
});

test('a row in full says more than the row where it passed, too', () => {
  const green: CheckRow = { ...row, state: 'green', remedy: null, detail: [] };
  const host = hostOf('p620', { facts: factsOf('p620') });
  const lines = checkText(green, host, noon).map(({ text }) => text);
  expect(lines[0]).toBe(green.evidence);
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/NixOS .* · kernel /),
    'Passed, checked 5 s ago; C checks again.',
    expect.stringMatching(/^One of the checks of hosts: whether each host is reachable/),
  ]);
});
