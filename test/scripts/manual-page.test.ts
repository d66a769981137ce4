import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { manualPage } from '../../scripts/manual-page.ts';
import { globalFlags, type SubcommandRow } from '../../source/commands/arguments/rows.ts';
import { subcommands } from '../../source/commands/arguments/subcommands.ts';
import { hasTools } from '../support/needs.ts';

const rows: readonly SubcommandRow[] = subcommands;

test('the manual page has every command and every flag', () => {
  const page = manualPage();
  const missing = [...globalFlags, ...rows.flatMap(({ flags }) => flags)]
    .map(({ name }) => `.It Fl \\-${name.replaceAll('-', '\\-')}`)
    .filter((item) => !page.includes(item));
  expect(missing).toEqual([]);
  for (const { name } of rows) expect(page).toContain(`.Ss "nixup ${name}`);
});

test.skipIf(!hasTools(import.meta.filename, 'mandoc'))('mandoc has nothing to say of it', () => {
  const linted = spawnSync('mandoc', ['-T', 'lint', '-W', 'all'], {
    input: manualPage(),
    encoding: 'utf8',
  });
  // Which other pages this machine has is no fault of this one.
  const said = `${linted.stdout}${linted.stderr}`
    .split('\n')
    .filter((line) => line !== '' && !/outdated mandoc\.db|referenced manual not found/.test(line));
  expect(said).toEqual([]);
});
