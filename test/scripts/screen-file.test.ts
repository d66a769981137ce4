import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { importsOf, screenTogether } from '../../scripts/screen-file.ts';

const files = {
  'source/main.ts': `
    export const open = () => import('./open.ts');
    export const status = () => import('./status.ts');
    export const diff = () => import('./diff.ts');
    export const help = () => import('./help.ts');`,
  'source/open.ts': `
    import { lock } from './lock.ts';
    export const openScreen = async () => [lock(), (await import('./screen.ts')).draw()];`,
  'source/screen.ts': `
    import { fleet } from './fleet.ts';
    import { lock } from './lock.ts';
    export const draw = () => 'drawn ' + fleet() + lock();`,
  'source/status.ts': `
    import { fleet } from './fleet.ts';
    export const status = () => 'status of ' + fleet();`,
  'source/diff.ts': `
    import { lock } from './lock.ts';
    export const diff = () => 'difference of ' + lock();`,
  'source/help.ts': "export const help = () => 'help';",
  'source/fleet.ts': "export const fleet = () => 'the fleet';",
  'source/lock.ts': "export const lock = () => 'the lock';",
};

const screenEntries = ['source/open.ts', 'source/screen.ts'];

const makeProject = async (): Promise<BuildOptions> => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'nixup-build-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(path.join(root, 'source'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
  return {
    absWorkingDir: root,
    entryPoints: { main: 'source/main.ts' },
    outdir: path.join(root, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    logLevel: 'silent',
  };
};

/** How many files are read for an entry, itself included. */
const filesOf = (graph: Awaited<ReturnType<typeof importsOf>>, entry: string): number => {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: imported, kind } of graph.outputs[file]?.imports ?? [])
      if (kind === 'import-statement') visit(imported);
  };
  for (const [file, { entryPoint }] of Object.entries(graph.outputs))
    if (entryPoint === entry) visit(file);
  return found.size;
};

test('what the screen shares with several parts is one file, and the parts do what they did', async () => {
  const options = await makeProject();
  const apart = await importsOf(options);
  expect(filesOf(apart, 'source/screen.ts')).toBe(3);

  const plugin = screenTogether(apart, options.absWorkingDir ?? '', screenEntries);
  const { metafile } = await build({ ...options, metafile: true, plugins: [plugin] });
  for (const entry of [...screenEntries, 'source/status.ts', 'source/diff.ts'])
    expect(filesOf(metafile, entry)).toBe(2);
  expect(filesOf(metafile, 'source/help.ts')).toBe(1);

  const { open, status, diff, help } = await import(path.join(options.outdir ?? '', 'main.mjs'));
  expect(await (await open()).openScreen()).toEqual(['the lock', 'drawn the fleetthe lock']);
  expect((await status()).status()).toBe('status of the fleet');
  expect((await diff()).diff()).toBe('difference of the lock');
  expect((await help()).help()).toBe('help');
});
