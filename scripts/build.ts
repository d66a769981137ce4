import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { quickInk } from './quick-ink.ts';
import { quickProcess } from './quick-process.ts';
import { quickText } from './quick-text.ts';
import { importsOf, screenTogether } from './screen-file.ts';

const root = path.join(import.meta.dirname, '..');
const output = path.join(root, 'dist');
const entry = path.join(output, 'cli.js');

/** What the built program is made of. */
const ingredients = ['source', 'scripts', 'package.json'];

const newestChange = async (at: string): Promise<number> => {
  const found = await stat(at);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(at);
  const times = await Promise.all(names.map((name) => newestChange(path.join(at, name))));
  return Math.max(found.mtimeMs, ...times);
};

const isBuilt = async (): Promise<boolean> => {
  const built = await stat(entry).catch(() => undefined);
  if (built === undefined) return false;
  const changes = await Promise.all(ingredients.map((at) => newestChange(path.join(root, at))));
  return Math.max(...changes) < built.mtimeMs;
};

/** Where the screen begins: the first frame that takes keys waits for what these import. */
const screenEntries = ['source/commands/tui/open-screen.ts', 'source/commands/tui/tui.tsx'];

/**
 * One ESM bundle. Production React is chosen here because imports are hoisted
 * above any assignment at run time; Ink's devtools are replaced by nothing, as
 * the bundle would fail to start without them; `require` is made for packages
 * that are CommonJS; chunks are split so that a command loads only its own, but for
 * those of the screen, which are one.
 */
const bundle = async (folder: string): Promise<void> => {
  const options: BuildOptions & { readonly plugins: Plugin[] } = {
    absWorkingDir: root,
    entryPoints: { main: 'source/cli.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    chunkNames: 'chunks/[name]-[hash]',
    // Node keeps the text of the program in memory. Names stay as they are, for the stacks of crashes.
    minifyWhitespace: true,
    minifySyntax: true,
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
    },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename;",
    },
    plugins: [
      quickText,
      quickInk,
      quickProcess,
      {
        name: 'plain-answers-apart',
        setup: (chain) => {
          chain.onResolve({ filter: /\/plain-(diff|history)\.ts$/ }, ({ path: file }) => ({
            path: `./${path.basename(file, '.ts')}.cjs`,
            external: true,
          }));
        },
      },
      {
        name: 'no-devtools',
        setup: (chain) => {
          chain.onResolve({ filter: /^react-devtools-core$/ }, ({ path: name }) => ({
            path: name,
            namespace: 'nothing',
          }));
          chain.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({
            contents: 'export default {};',
          }));
        },
      },
    ],
    logLevel: 'warning',
  };
  const graph = await importsOf(options);
  await build({
    ...options,
    plugins: [...options.plugins, screenTogether(graph, root, screenEntries)],
  });
};

/** Large packages that only rare branches of a quick command need. */
const packages = ['zod', 'execa'];

/** They lie in files of their own, which nobody reads who does not need them: they are most of the text. */
const packagesApart: Plugin = {
  name: 'packages-apart',
  setup: (chain) => {
    chain.onResolve({ filter: new RegExp(`^(?:${packages.join('|')})$`) }, ({ path: name }) => ({
      path: `./package-${name}.cjs`,
      external: true,
    }));
  },
};

/** A part of the program that is loaded by itself, as one CommonJS file. */
const bundleCommonJs = async (folder: string, name: string, entry: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    // Licenses lie beside it, in a file that is not read before the first frame.
    legalComments: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [quickText, quickProcess, ...(packages.includes(entry) ? [] : [packagesApart])],
    logLevel: 'warning',
  });
};

/**
 * The quick way of `nixup diff` as one CommonJS file: it is loaded at once, and
 * what its rare branches need of Node is not loaded with it, as it would be for
 * a module.
 */
const bundlePlainDiff = (folder: string): Promise<void> =>
  bundleCommonJs(folder, 'plain-diff', 'source/commands/subcommands/plain-diff.ts');

/** The quick way of `nixup history`, for the same reasons. */
const bundlePlainHistory = (folder: string): Promise<void> =>
  bundleCommonJs(folder, 'plain-history', 'source/commands/reports/plain-history.ts');

/** What a shell asks at each Tab: it is loaded alone. */
const bundleCompletion = (folder: string): Promise<void> =>
  bundleCommonJs(folder, 'complete', 'source/commands/reports/answer-completion.ts');

/** The first frame as one CommonJS file, which is loaded before all modules. */
const bundleBegin = (folder: string): Promise<void> =>
  bundleCommonJs(folder, 'begin', 'source/commands/tui/begin.ts');

const writeEntry = async (folder: string): Promise<void> => {
  const text = await readFile(path.join(root, 'package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  const stub = await readFile(path.join(root, 'scripts/entry.js'), 'utf8');
  const at = path.join(folder, 'cli.js');
  await writeFile(at, stub.replace("'VERSION'", `'${version}'`));
  await chmod(at, 0o755);
};

const isOnlyWhenOld = process.argv.includes('--if-old');

if (!isOnlyWhenOld || !(await isBuilt())) {
  const started = Date.now();
  const made = path.join(root, `.dist-${process.pid}`);
  const old = path.join(root, `.dist-old-${process.pid}`);
  await mkdir(made, { recursive: true });
  try {
    await bundle(made);
    for (const name of packages) await bundleCommonJs(made, `package-${name}`, name);
    await bundlePlainDiff(made);
    await bundlePlainHistory(made);
    await bundleCompletion(made);
    await bundleBegin(made);
    await writeEntry(made);
    // Two renames instead of a rewrite: whoever starts the program meanwhile finds a whole one.
    await rename(output, old).catch(() => undefined);
    await rename(made, output);
  } finally {
    await rm(made, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
  process.stderr.write(`built dist/cli.js in ${Date.now() - started} ms\n`);
}
