import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  isArrowFunction,
  isFunctionDeclaration,
  isFunctionExpression,
  isMethodDeclaration,
  isPropertyAssignment,
  isStatement,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

type Room =
  | 'model'
  | 'state'
  | 'screen'
  | 'parsers'
  | 'services'
  | 'demo'
  | 'engine'
  | 'store'
  | 'actions'
  | 'keys'
  | 'components'
  | 'commands'
  | 'cli'
  | 'types';

/** `types` allows only `import type`. */
type Permission = 'values' | 'types';

/** Who may import whom. What is not named is forbidden. */
const walls: Readonly<Record<Room, Partial<Readonly<Record<Room, Permission>>>>> = {
  model: { model: 'values' },
  state: { model: 'values', state: 'values' },
  screen: { model: 'values', state: 'values', screen: 'values' },
  parsers: { model: 'values', parsers: 'values' },
  services: { model: 'values', parsers: 'values', services: 'values' },
  demo: { model: 'values', parsers: 'values', services: 'values', demo: 'values' },
  engine: {
    model: 'values',
    state: 'values',
    parsers: 'values',
    services: 'values',
    engine: 'values',
  },
  store: { model: 'values', state: 'values', screen: 'values' },
  actions: {
    model: 'values',
    state: 'values',
    screen: 'values',
    engine: 'types',
    store: 'types',
    actions: 'values',
    keys: 'values',
  },
  keys: {
    model: 'values',
    state: 'values',
    screen: 'values',
    engine: 'types',
    store: 'types',
    actions: 'values',
    keys: 'values',
  },
  components: {
    model: 'values',
    state: 'values',
    screen: 'values',
    store: 'values',
    actions: 'values',
    keys: 'values',
    components: 'values',
  },
  commands: {
    model: 'values',
    state: 'values',
    screen: 'values',
    parsers: 'values',
    services: 'values',
    demo: 'values',
    engine: 'values',
    store: 'values',
    actions: 'values',
    keys: 'values',
    components: 'values',
    commands: 'values',
  },
  cli: { services: 'values', engine: 'values', commands: 'values', demo: 'values' },
  types: {},
};

/** Packages that live behind one door. Every other package may be used anywhere but in the model's neighbours. */
const doors: Readonly<Record<string, (file: string) => boolean>> = {
  execa: (file) => file === 'source/services/world/exec.ts',
  zustand: (file) => file === 'source/store.ts',
  diff: (file) => file.startsWith('source/model/') || file.startsWith('source/screen/'),
  ink: (file) =>
    file.startsWith('source/components/') ||
    file === 'source/commands/tui/repaint.ts' ||
    file === 'source/commands/tui/tui.tsx',
  'ink-spinner': (file) => file.startsWith('source/components/'),
  react: (file) =>
    file.startsWith('source/components/') ||
    file === 'source/commands/tui/tui.tsx' ||
    file === 'source/store.ts',
  meow: (file) => file === 'source/commands/arguments/parse.ts',
  'env-paths': (file) => file === 'source/services/world/process-folders.ts',
  'write-file-atomic': (file) => file === 'source/services/world/files.ts',
  'node:child_process': (file) =>
    file === 'source/commands/tui/editor.ts' ||
    file === 'source/services/world/process-conversation.ts' ||
    file === 'source/services/world/process-early.ts' ||
    file === 'source/services/processes/opener.ts' ||
    file === 'source/services/processes/starter.ts',
};

const mayUseProcess = (file: string): boolean =>
  file === 'source/cli.ts' ||
  file.startsWith('source/commands/') ||
  file.startsWith('source/services/processes/') ||
  file.startsWith('source/services/world/process-');

interface Import {
  readonly file: string;
  readonly target: string;
  readonly kind: 'values' | 'types' | 'dynamic';
}

const sourceFiles = readdirSync(path.join(root, 'source'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => path.posix.join('source', name));

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

/** Static lines such as `import type { A } from 'b'`, over several lines too, and `import('b')`. */
const importsOf = (file: string): readonly Import[] => {
  const text = withoutComments(textOf(file));
  const statics = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm),
  ].map((match): Import => {
    const [, type, target = ''] = match;
    return { file, target, kind: type === undefined ? 'values' : 'types' };
  });
  const dynamics = [...text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(
    (match): Import => ({ file, target: match[1] ?? '', kind: 'dynamic' }),
  );
  return [...statics, ...dynamics];
};

const imports = sourceFiles.flatMap(importsOf);

const roomOf = (file: string): Room => {
  const [, first = ''] = file.split('/');
  const name = first.replace(/\.tsx?$/, '');
  if (!(name in walls)) throw new Error(`${file} lies in no room: name it in test/walls.test.ts`);
  return name as Room;
};

const isRelative = ({ target }: Import): boolean => target.startsWith('.');

const targetFile = ({ file, target }: Import): string =>
  path.posix.join(path.posix.dirname(file), target);

const packageOf = (target: string): string =>
  target.startsWith('node:')
    ? target
    : target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');

test('the walls were read from real imports', () => {
  expect(sourceFiles.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(200);
});

test('no file imports across a wall', () => {
  const broken = imports.filter(isRelative).flatMap((one) => {
    const to = targetFile(one);
    if (!to.startsWith('source/'))
      return to === 'package.json' ? [] : [`${one.file} imports ${to}, which is no source`];
    const permission = walls[roomOf(one.file)][roomOf(to)];
    if (permission === 'values' || (permission === 'types' && one.kind === 'types')) return [];
    const why =
      permission === 'types' ? 'may import only its types' : `may not import from ${roomOf(to)}`;
    return [`${one.file} imports ${to}, but ${roomOf(one.file)} ${why}`];
  });
  expect(broken).toEqual([]);
});

test('each package is used only behind its door', () => {
  const broken = imports.flatMap((one) => {
    if (isRelative(one)) return [];
    const name = packageOf(one.target);
    const mayUse = doors[name];
    return mayUse === undefined || mayUse(one.file)
      ? []
      : [`${one.file} imports ${name}, which has its door elsewhere`];
  });
  expect(broken).toEqual([]);
});

const pureRooms: ReadonlySet<Room> = new Set<Room>([
  'model',
  'state',
  'screen',
  'parsers',
  'actions',
  'keys',
]);

test('model, state, screen, parsers and actions do no input and output', () => {
  const broken = imports
    .filter(({ file, target }) => pureRooms.has(roomOf(file)) && target.startsWith('node:'))
    .map(({ file, target }) => `${file} imports ${target}, but ${roomOf(file)} is pure`);
  expect(broken).toEqual([]);
});

test('time and chance come in as values: only the outer rooms ask for them', () => {
  const outer: ReadonlySet<Room> = new Set<Room>(['services', 'demo', 'commands', 'cli']);
  const asking = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bfetch\(/;
  const broken = sourceFiles
    .filter((file) => !outer.has(roomOf(file)) && asking.test(withoutComments(textOf(file))))
    .map((file) => `${file} asks for the time, for chance or the web, which comes in by World`);
  expect(broken).toEqual([]);
});

test('timers come from the clock of World, so that a test or the demo has its own', () => {
  const outer: ReadonlySet<Room> = new Set<Room>(['demo', 'commands', 'cli']);
  const setting = /\bset(?:Timeout|Interval|Immediate)\b|'node:timers/;
  const broken = sourceFiles
    .filter(
      (file) => !outer.has(roomOf(file)) && !/^source\/services\/(?:world|processes)\//.test(file),
    )
    .filter((file) => setting.test(withoutComments(textOf(file))))
    .map((file) => `${file} sets a timer, which comes in by World`);
  expect(broken).toEqual([]);
});

test('tests draw what is random from one place, with its seed', () => {
  const drawing = /from 'fast-check'|\bMath\.random\(/;
  const broken = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && name !== 'walls.test.ts')
    .map((name) => path.posix.join('test', name))
    .filter((file) => file !== 'test/support/chance.ts' && drawing.test(textOf(file)))
    .map((file) => `${file} draws by itself; what is random comes from test/support/chance.ts`);
  expect(broken).toEqual([]);
});

test('only commands, cli and the process world touch the process', () => {
  const broken = sourceFiles
    .filter((file) => !mayUseProcess(file))
    .filter((file) =>
      /(?<![.\w])process\.(?:env|argv|std|exit|cwd|pid|on\b|off\b|once|kill|platform|getuid|hrtime|memory|nextTick|title|emit|umask|version)/.test(
        withoutComments(textOf(file)),
      ),
    )
    .map((file) => `${file} uses process, which only commands, cli and the process world may`);
  expect(broken).toEqual([]);
});

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

const edgesBetween = (nodeOf: (file: string) => string): Edges => {
  const edges = new Map<string, Set<string>>();
  for (const one of imports) {
    if (!isRelative(one)) continue;
    const [from, to] = [nodeOf(one.file), nodeOf(targetFile(one))];
    if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  return edges;
};

/** What imports itself in the end, in the order of the circle; undefined where nothing does. */
const findCircle = (edges: Edges): readonly string[] | undefined => {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (node: string): readonly string[] | undefined => {
    const at = way.indexOf(node);
    if (at !== -1) return [...way.slice(at), node];
    if (done.has(node)) return undefined;
    way.push(node);
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const circle = visit(node);
    if (circle !== undefined) return circle;
  }
  return undefined;
};

const showCircle = (edges: Edges): string => findCircle(edges)?.join(' imports ') ?? 'none';

test('no files import each other in a circle, types counted', () => {
  expect(showCircle(edgesBetween((file) => file))).toBe('none');
});

const folderOf = (file: string): string => path.posix.dirname(file);

/** Rooms whose files lie in topics. What lies beside the topics stands for itself. */
const rooms = new Set(
  sourceFiles
    .map(folderOf)
    .filter((folder) => folder.split('/').length > 2)
    .map((folder) => path.posix.dirname(folder)),
);

const topicOf = (file: string): string => {
  const folder = folderOf(file);
  return folder === 'source' || rooms.has(folder) ? file : folder;
};

test('no folders import each other in a circle, types counted', () => {
  expect(showCircle(edgesBetween(topicOf))).toBe('none');
});

/** Each topic may import those before it in its room, and no other. */
const topics: Readonly<Partial<Record<Room, readonly string[]>>> = {
  model: [
    'words',
    'terminal',
    'watch',
    'nix',
    'run',
    'host',
    'units',
    'config',
    'packages',
    'build',
    'lock',
    'inputs',
    'deploy',
    'causes',
    'commit',
    'forge',
    'explain',
    'board',
    'remembered',
    'past',
  ],
  parsers: [
    'terminal',
    'config',
    'nix',
    'git',
    'boot',
    'deploy',
    'host',
    'lock',
    'inputs',
    'board',
    'kept',
  ],
  services: [
    'processes',
    'world',
    'git',
    'ssh',
    'host',
    'checks',
    'config',
    'nix',
    'build',
    'deploy',
    'inputs',
    'forge',
    'board',
    'watch',
    'runs',
    'shared',
  ],
  engine: [
    'records',
    'past',
    'run',
    'inputs',
    'lock',
    'attach',
    'build',
    'commit',
    'survey',
    'health',
    'host',
    'deploy',
    'resume',
    'share',
  ],
  commands: [
    'arguments',
    'documents',
    'ci',
    'program',
    'terminal',
    'tui',
    'reports',
    'units',
    'subcommands',
  ],
  components: ['base', 'panes', 'lock', 'build', 'host', 'fleet', 'run', 'frame', 'spoken'],
  actions: ['doing', 'rows', 'press'],
  demo: ['process', 'data', 'nix', 'git', 'machine', 'web'],
  state: ['told', 'past', 'reducer', 'plans'],
  screen: ['rows', 'texts', 'host', 'dialogs', 'reducer'],
};

test('each topic imports only those that stand before it', () => {
  const broken = [...edgesBetween(topicOf)].flatMap(([from, targets]) =>
    [...targets].flatMap((to) => {
      const order = topics[roomOf(from)];
      if (order === undefined || folderOf(from) !== folderOf(to) || !rooms.has(folderOf(to)))
        return [];
      const [own, other] = [path.posix.basename(from), path.posix.basename(to)];
      if (own.includes('.') || other.includes('.')) return [];
      return order.indexOf(other) < order.indexOf(own) && order.includes(other)
        ? []
        : [`${from} imports ${to}, which does not stand before it`];
    }),
  );
  expect(broken).toEqual([]);
});

test('the order of the topics names every folder of its room', () => {
  const folders = [...new Set(sourceFiles.map(topicOf))].filter((topic) => !topic.includes('.'));
  const unnamed = folders.filter((folder) => {
    const order = topics[roomOf(folder)];
    return rooms.has(folderOf(folder)) && order?.includes(path.posix.basename(folder)) !== true;
  });
  expect(unnamed).toEqual([]);
});

test('no folder holds more than 25 files', () => {
  const counts = new Map<string, number>();
  for (const file of sourceFiles) counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > 25)).toEqual([]);
});

interface Named {
  readonly file: string;
  readonly name: string;
  readonly isExported: boolean;
  readonly isType: boolean;
}

/** What each file declares at its top level. */
const declared: readonly Named[] = sourceFiles.flatMap((file) =>
  [
    ...withoutComments(textOf(file)).matchAll(
      /^(export )?(?:declare )?(?:async )?(const|let|function\*?|class|type|interface|enum) (\w+)/gm,
    ),
  ].map(([, exported, kind = '', name = '']) => ({
    file,
    name,
    isExported: exported !== undefined,
    isType: ['type', 'interface', 'class', 'enum'].includes(kind),
  })),
);

/** Each subcommand exports its `run`, which the registry loads by the file's name. */
const isOfRegistry = ({ file, name }: Named): boolean =>
  name === 'run' && folderOf(file) === 'source/commands/subcommands';

test('an exported name is exported once, and an exported type has the only type of that name', () => {
  const exported = declared.filter((one) => one.isExported && !isOfRegistry(one));
  const broken = exported.flatMap((one) =>
    declared
      .filter(
        (other) =>
          other.name === one.name &&
          other.file !== one.file &&
          !isOfRegistry(other) &&
          (other.isExported || (one.isType && other.isType)),
      )
      .map((other) => `${one.name} of ${one.file} is something else in ${other.file}`),
  );
  expect(exported.length).toBeGreaterThan(1_000);
  expect(broken).toEqual([]);
});

/** Names that a file takes from another one; `*` where it takes all of it. */
const takenFrom = (file: string): readonly (readonly [from: string, name: string])[] => {
  const text = withoutComments(textOf(file));
  const fileOf = (target: string): string => path.posix.join(path.posix.dirname(file), target);
  const named = [
    ...text.matchAll(
      /(?:\{([^{}]*)\}|\*\s+as\s+\w+)\s*(?:from\s+|=\s*await\s+import\(\s*)'(\.[^']+)'/g,
    ),
  ].flatMap(([, names, target = '']) =>
    (names ?? '*').split(',').map((one) => {
      const [name = ''] = one
        .trim()
        .replace(/^type /, '')
        .split(/ as |:/);
      return [fileOf(target), name.trim()] as const;
    }),
  );
  const whole = [...text.matchAll(/(await\s+)?\bimport\(\s*'(\.[^']+)'/g)].flatMap(
    ([, awaited, target = '']) => (awaited === undefined ? [[fileOf(target), '*'] as const] : []),
  );
  return [...named, ...whole];
};

/** What scripts/entry.js, the first file of the built program, loads by its name in dist. */
const loadedByStub: ReadonlySet<string> = new Set([
  'source/cli.ts',
  'source/commands/reports/answer-completion.ts',
]);

test('every export is imported somewhere', () => {
  const others = ['test', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => path.posix.join(folder, name)),
  );
  const taken = new Set(
    [...sourceFiles, ...others].flatMap(takenFrom).map(([from, name]) => `${from} ${name}`),
  );
  const unused = declared
    .filter(({ isExported, file }) => isExported && !loadedByStub.has(file))
    .filter(({ file, name }) => !taken.has(`${file} ${name}`) && !taken.has(`${file} *`))
    .map(({ file, name }) => `${file} exports ${name}, which nothing imports`);
  expect(unused).toEqual([]);
});

/** What dates, limits, revisions and sizes look like where they are made by hand. */
const byHand =
  /\.toISOString\(|\.toFixed\(|\.slice\(0, (?:7|12)\)|\/ 1_?000\} s\b|\} (?:min|ms|KiB|MiB|GiB|MB|GB)\b/;

/** A date of TOML is written as TOML has it; the demo prints what other programs print. */
const othersFormats: readonly string[] = ['source/parsers/config/config.ts', 'source/demo/'];

test('dates, limits, revisions and sizes are shown by model/words alone', () => {
  const broken = sourceFiles
    .filter((file) => !['source/model/words/', ...othersFormats].some((at) => file.startsWith(at)))
    .filter((file) => byHand.test(withoutComments(textOf(file))))
    .map((file) => `${file} makes by hand what model/words/format.ts or format-time.ts shows`);
  expect(broken).toEqual([]);
});

test('a test lies in the folder of what it tests', () => {
  const apart = /^(?:lab|program|nix|scripts|fixtures|support|views)\//;
  const folders = new Set(sourceFiles.map(folderOf));
  const strangers = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name) && !apart.test(name) && name.includes('/'))
    .filter((name) => !folders.has(path.posix.join('source', path.posix.dirname(name))));
  expect(strangers).toEqual([]);
});

test('every folder has its line in ARCHITECTURE, and every line its folder', () => {
  const told = [...textOf('ARCHITECTURE.md').matchAll(/^\| `(source\/[^`]*)\/` \|/gm)].map(
    ([, folder = '']) => folder,
  );
  const folders = [...new Set(sourceFiles.map(folderOf))].filter((folder) => folder !== 'source');
  expect(told.toSorted()).toEqual(folders.toSorted());
});

test('every dependency is used, and every used package is a dependency', () => {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    textOf('package.json'),
  );
  const used = new Set(
    imports.filter((one) => !isRelative(one)).map(({ target }) => packageOf(target)),
  );
  const packages = [...used].filter((name) => !name.startsWith('node:'));
  expect(packages.filter((name) => dependencies[name] === undefined)).toEqual([]);
  expect(Object.keys(dependencies).filter((name) => !used.has(name))).toEqual([]);
});

/** From here on a function says in a line comment above it why it reads better whole. */
const longFunction = 60;
const longestFunction = 100;

interface LongFunction {
  readonly place: string;
  readonly lines: number;
  readonly isExplained: boolean;
}

const isFunction = (node: Node): boolean =>
  isFunctionDeclaration(node) ||
  isArrowFunction(node) ||
  isFunctionExpression(node) ||
  isMethodDeclaration(node);

/** What a comment about the function stands above: its statement, or the property or method that it is. */
const ownerOf = (node: Node): Node =>
  node.parent === undefined ||
  isStatement(node) ||
  isPropertyAssignment(node) ||
  isMethodDeclaration(node)
    ? node
    : ownerOf(node.parent);

/** One that lies in an explained function is explained with it. */
const longFunctionsOf = (file: SourceFile): readonly LongFunction[] => {
  const lineOf = (at: number): number => file.getLineAndCharacterOfPosition(at).line;
  const found: LongFunction[] = [];
  const visit = (node: Node): void => {
    const [from, to] = [lineOf(node.getStart(file)), lineOf(node.getEnd())];
    if (!isFunction(node) || to - from < longFunction) {
      node.forEachChild(visit);
      return;
    }
    const owner = ownerOf(node);
    const above = file.text.slice(owner.getFullStart(), owner.getStart(file));
    const isExplained = /^\s*\/\/ /m.test(above);
    const place = `${path.relative(root, file.fileName)}:${from + 1}`;
    found.push({ place, lines: to - from + 1, isExplained });
    if (!isExplained) node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return found;
};

const longFunctions = (): readonly LongFunction[] => {
  const compiler = new API({ cwd: root });
  try {
    const snapshot = compiler.updateSnapshot({ openProject: path.join(root, 'tsconfig.json') });
    const scripts = readdirSync(path.join(root, 'scripts'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.posix.join('scripts', name));
    const program = snapshot.getProjects()[0]?.program;
    return [...sourceFiles, ...scripts].flatMap((name) => {
      const file = program?.getSourceFile(path.join(root, name));
      if (file === undefined) throw new Error(`tsconfig.json does not include ${name}`);
      return longFunctionsOf(file);
    });
  } finally {
    compiler.close();
  }
};

test('no function is longer than 100 lines, and one of more than 60 says why above it', () => {
  const found = longFunctions();
  expect(found.filter(({ lines }) => lines > longestFunction)).toEqual([]);
  expect(found.filter(({ isExplained }) => !isExplained)).toEqual([]);
});
