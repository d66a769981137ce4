import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * `npm run pictures`: what draws is TypeScript with JSX, which Node does not read by itself. It is bundled as the
 * program is; its packages are those of the tests.
 */
const root = path.join(import.meta.dirname, '..');
const made = path.join(root, 'node_modules/.cache/nixup/draw-pictures.mjs');

await mkdir(path.dirname(made), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/draw-pictures.ts'],
  outfile: made,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  logLevel: 'warning',
});
await import(pathToFileURL(made).href);
