import { expect, test } from 'vitest';
import { configRows, type ObservedConfig } from '../../../source/services/board/config-rows.ts';

const config = (over: Partial<ObservedConfig>): readonly string[] =>
  configRows({
    file: 'nixup.toml',
    failures: [],
    stale: [],
    hasCommands: false,
    isTrusted: false,
    ...over,
  }).map(({ id, state }) => `${id} ${state}`);

test('the configuration: none, valid, mistaken, stale, not trusted', () => {
  expect(config({ file: null })).toEqual(['config.file not-set-up']);
  expect(config({})).toEqual(['config.file green', 'config.stale green']);
  expect(
    config({
      failures: [{ code: 'config-invalid', file: 'nixup.toml', line: 2, detail: 'x', remedy: 'y' }],
    }),
  ).toEqual(['config.file red']);
  expect(
    config({ stale: [{ path: ['hosts', 'x'], detail: 'gone', remedy: 'remove it' }] }),
  ).toEqual(['config.file green', 'config.stale red']);
  expect(config({ hasCommands: true })).toContain('config.trust red');
  expect(config({ hasCommands: true, isTrusted: true })).toContain('config.trust green');
});

test('a file that cannot be used is told in words', () => {
  const [row] = configRows({
    file: 'A-FIFO',
    failures: [{ code: 'file-failed', operation: 'read', path: 'A-FIFO', detail: 'it is a pipe' }],
    stale: [],
    hasCommands: false,
    isTrusted: false,
  });
  expect(row?.evidence).toBe('The file A-FIFO could not be used (read): it is a pipe');
});
