import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
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
  'env-paths': (file) => file === 'source/services/world/process-world.ts',
  'write-file-atomic': (file) => file === 'source/services/world/files.ts',
  'node:child_process': (file) => file === 'source/commands/tui/editor.ts',
};

const mayUseProcess = (file: string): boolean =>
  file === 'source/cli.ts' ||
  file.startsWith('source/commands/') ||
  file.startsWith('source/services/process-') ||
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

/** Files in the order of a cycle, or undefined. Types vanish when the program is built. */
const findCycle = (): readonly string[] | undefined => {
  const edges = new Map<string, string[]>();
  for (const one of imports)
    if (isRelative(one) && one.kind !== 'types')
      edges.set(one.file, [...(edges.get(one.file) ?? []), targetFile(one)]);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    const at = path.indexOf(file);
    if (at !== -1) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of sourceFiles) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

test('no imports run in a circle', () => {
  const cycle = findCycle();
  expect(cycle === undefined ? 'none' : cycle.join(' imports ')).toBe('none');
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
