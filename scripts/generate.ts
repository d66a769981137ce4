import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { documentNames, documentSchema } from '../source/commands/documents/json-schema.ts';
import { withCommandTable } from './command-table.ts';
import { configJsonSchema, configReference } from './config-reference.ts';
import { withKeyFiles, withKeyTable } from './key-table.ts';
import { manualPage } from './manual-page.ts';

/**
 * Writes what follows from the code: the JSON Schema, the configuration page,
 * those of what `--json` prints, the README's tables of keys and commands, the files of keys in CONTRIBUTING. With `--check` nothing is written, and files that
 * are out of date end it with status 1.
 */
const root = path.join(import.meta.dirname, '..');

const read = (file: string): Promise<string | undefined> =>
  readFile(path.join(root, file), 'utf8').catch(() => undefined);

const readme = await read('README.md');
const contributing = await read('CONTRIBUTING.md');

const generated: readonly (readonly [file: string, text: string])[] = [
  ['nixup.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ['docs/config.md', configReference()],
  ['docs/nixup.1', manualPage()],
  ...documentNames.map(
    (name) =>
      [`schemas/${name}.json`, `${JSON.stringify(documentSchema(name, true), null, 1)}\n`] as const,
  ),
  ...(readme === undefined ? [] : [['README.md', withCommandTable(withKeyTable(readme))] as const]),
  ...(contributing === undefined ? [] : [['CONTRIBUTING.md', withKeyFiles(contributing)] as const]),
];

const isCheck = process.argv.includes('--check');
for (const [file, text] of generated) {
  if ((await read(file)) === text) continue;
  if (isCheck) {
    process.stderr.write(`${file} is out of date: npm run generate\n`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
  process.stdout.write(`${file}\n`);
}
