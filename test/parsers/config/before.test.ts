import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../source/parsers/config/config.ts';
import { lostKeys } from '../../support/documents.ts';

/** Files that nixup 0.1.0 (b88eaf4) read, and in `answers.json` what it made of them. */
const folder = new URL('../../fixtures/config/before/', import.meta.url);

const answers: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('answers.json', folder), 'utf8'),
);

const read = (file: string): ReturnType<typeof parseConfig> =>
  parseConfig(readFileSync(new URL(file, folder), 'utf8'), 'nixup.toml');

/** Settings that had no effect, as the program called them: they are refused now. */
const withoutEffect = [
  '.value.deploy is gone',
  '.value.monitoring.instances is gone',
  '.value.commands.deployHost is gone',
  '.value.commands.deployAll is gone',
];

describe('a nixup.toml of before means the same, and its faults stand in the same lines', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.toml'));
  test.each(files.filter((file) => file !== 'settings-without-effect.toml'))('%s', (file) => {
    const lost = lostKeys(answers[file], read(file), '');
    expect(lost.filter((one) => !withoutEffect.includes(one))).toEqual([]);
  });
});

test('each setting without effect is refused by its name, with what to do instead', () => {
  expect(read('settings-without-effect.toml')).toMatchObject({
    ok: false,
    failure: [
      { line: 8, remedy: expect.stringContaining('nixup deploy HOST') },
      { line: 9, remedy: expect.stringMatching(/nixup deploy$/) },
      { line: 11, detail: expect.stringContaining('deploy') },
    ],
  });
});
