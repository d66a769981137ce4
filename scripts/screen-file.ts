import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const together = 'screen-together';

/** What a file imports, directly and through others, itself included. Files that are loaded later are no part of it. */
const closureOf = ({ inputs }: Metafile, entry: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: imported, kind, external } of inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) visit(imported);
  };
  visit(entry);
  return found;
};

const dynamicEntries = ({ inputs }: Metafile): readonly string[] => [
  ...new Set(
    Object.values(inputs).flatMap(({ imports }) =>
      imports
        .filter(({ kind, external }) => kind === 'dynamic-import' && external !== true)
        .map(({ path: imported }) => imported),
    ),
  ),
];

interface SharedFiles {
  /** Files of the screen that other parts of the program import too, in the order of their imports. */
  readonly shared: readonly string[];
  /** Files that are loaded by themselves and reach one of those. */
  readonly users: readonly string[];
}

const findShared = (graph: Metafile, entries: readonly string[]): SharedFiles => {
  const screen = new Set(entries.flatMap((entry) => [...closureOf(graph, entry)]));
  const others = dynamicEntries(graph)
    .filter((entry) => !entries.includes(entry))
    .map((entry) => ({ entry, closure: closureOf(graph, entry) }));
  const shared = [...screen].filter(
    (file) => file.startsWith('source/') && others.some(({ closure }) => closure.has(file)),
  );
  return {
    shared,
    users: [
      ...entries,
      ...others
        .filter(({ closure }) => shared.some((file) => closure.has(file)))
        .map(({ entry }) => entry),
    ],
  };
};

/**
 * Puts what the screen shares with other parts of the program into one file. A
 * bundler makes a file for each set of parts that share something: seventy of
 * them for the screen, and to find and read those takes a sixth of the time until
 * keys are taken. Here each part that needs one of the shared files names all of
 * them, so that the set is the same for all.
 * `entries`: where the screen begins, as paths from the root of the project.
 */
export const screenTogether = (
  graph: Metafile,
  root: string,
  entries: readonly string[],
): Plugin => ({
  name: together,
  setup: (chain) => {
    const { shared, users } = findShared(graph, entries);
    const own = new Set(users.map((file) => path.join(root, file)));
    chain.onLoad({ filter: /\.tsx?$/ }, async ({ path: file }) =>
      own.has(file)
        ? {
            contents: `${await readFile(file, 'utf8')}\nimport '${together}';\n`,
            loader: file.endsWith('x') ? 'tsx' : 'ts',
          }
        : undefined,
    );
    chain.onResolve({ filter: new RegExp(`^${together}$`) }, () => ({
      path: together,
      namespace: together,
    }));
    chain.onLoad({ filter: /.*/, namespace: together }, () => ({
      contents: shared.map((file) => `import './${file}';`).join('\n'),
      resolveDir: root,
    }));
  },
});

/** What imports what, without writing anything. */
export const importsOf = async (options: Parameters<typeof build>[0]): Promise<Metafile> =>
  (await build({ ...options, write: false, metafile: true })).metafile;
