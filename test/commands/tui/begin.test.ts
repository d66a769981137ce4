import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { quickProcess } from '../../../scripts/quick-process.ts';
import { quickText } from '../../../scripts/quick-text.ts';

const root = path.join(import.meta.dirname, '../../..');

/** Draws the first frame of a flake and says, after it, what that took. */
const drawing = `
const stdout = process.stdout;
Object.assign(stdout, { columns: 120, rows: 40, getColorDepth: () => 24 });
let segmenters = 0;
Intl.Segmenter = class extends Intl.Segmenter { constructor(...all) { super(...all); segmenters += 1; } };
const before = new Set(process.moduleLoadList);
require('./begin.cjs').beginScreen({
  demo: false, readOnly: false, ascii: false, folder: __dirname, configFile: null, readsSubmodules: true, filter: '',
});
const loaded = process.moduleLoadList.filter((one) => !before.has(one)).map((one) => one.split(' ').at(-1));
process.stderr.write(JSON.stringify({ segmenters, loaded }));
process.exit();
`;

test('a first frame makes no segmenter, and loads nothing for hashes and processes', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-begin-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({
    absWorkingDir: root,
    entryPoints: { begin: 'source/commands/tui/begin.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    plugins: [quickText, quickProcess],
  });
  await writeFile(path.join(folder, 'flake.nix'), '{ }\n');
  await writeFile(path.join(folder, 'draw.cjs'), drawing);
  const env = { ...process.env, XDG_STATE_HOME: path.join(folder, 'state'), NO_COLOR: '' };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [path.join(folder, 'draw.cjs')],
    {
      env,
    },
  );
  const drawn: { readonly segmenters: number; readonly loaded: readonly string[] } =
    JSON.parse(stderr);
  expect(stdout).toContain('1 Fleet');
  expect(drawn.segmenters).toBe(0);
  expect(
    drawn.loaded.filter((name) => /^(?:node:)?(?:crypto|child_process|tls|http)$/.test(name)),
  ).toEqual([]);
});
