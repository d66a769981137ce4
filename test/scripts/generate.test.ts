import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { configJsonSchema, configReference } from '../../scripts/config-reference.ts';
import { keyTableEnd, keyTableStart, withKeyTable } from '../../scripts/key-table.ts';
import { defaultConfig } from '../../source/model/config/settings.ts';
import { parseConfig } from '../../source/parsers/config/config.ts';

const file = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the JSON Schema is the one of the code', () => {
  expect(JSON.parse(file('nixup.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(configJsonSchema())),
  );
});

test('the configuration page is the one of the code', () => {
  expect(file('docs/config.md')).toBe(configReference());
});

test('every key of the documented file is on the page', () => {
  const documented = parse(file('test/fixtures/config/interface.toml'));
  const page = configReference();
  for (const key of Object.keys(documented)) expect(page).toContain(`[${key}`);
  for (const key of Object.keys(defaultConfig)) expect(page).toContain(`[${key}`);
});

test('the defaults on the page are the defaults of the program', () => {
  const page = configReference();
  const settle = /\| `settle` \| duration \| `("[^"]+")` \|/.exec(page)?.[1];
  expect(parseConfig(`[fleet]\nsettle = ${settle}\n`, 'x')).toMatchObject({
    value: { fleet: { settleMs: defaultConfig.fleet.settleMs } },
  });
});

test('the key table goes between its marks and is written the same twice', () => {
  const once = withKeyTable(`# a\n${keyTableStart}\nOUTDATED\n${keyTableEnd}\nrest\n`);
  expect(once).not.toContain('OUTDATED');
  expect(once).toContain('rest');
  expect(withKeyTable(once)).toBe(once);
  expect(withKeyTable('no marks')).toBe('no marks');
});
