import { type LockChange, lockedSide } from '../../source/model/lock/change.ts';
import { diffLocks } from '../../source/model/lock/difference.ts';
import type { FlakeLock } from '../../source/model/lock/lock.ts';
import { listInputs, showPath } from '../../source/model/lock/paths.ts';
import { revertInputs } from '../../source/model/lock/splice.ts';
import { writeFlakeLock } from '../../source/model/lock/write.ts';
import { parseFlakeLock } from '../../source/parsers/lock/flake-lock.ts';

/*
 * Updates of a flake with local git inputs, made up from a seed, for a real Nix
 * to carry out: what it prints is compared with what nixup reads from the two
 * locks. The scripts are plain bash, so that they run on any machine.
 */

interface Input {
  /** Folder of its repository below the base, with what follows in its url. */
  readonly url: string;
  readonly flake: boolean;
  /** Inputs of it that follow one of the root's. */
  readonly follows: Readonly<Record<string, string>>;
}

/** The root's inputs; a text is what it follows. */
type Root = ReadonlyMap<string, Input | string>;

interface Update {
  readonly title: string;
  /** Changes repositories and `flake.nix`, then lets Nix update; `$BASE` is the folder of all. */
  readonly script: string;
}

const plain = (url: string): Input => ({ url, flake: true, follows: {} });

const first: Root = new Map<string, Input | string>([
  ['leaf', plain('leaf')],
  ['middle', plain('middle')],
  ['other', plain('other')],
  ['second', plain('top')],
  ['top', { ...plain('top'), follows: { leaf: 'leaf' } }],
]);

const flakeText = (root: Root): string => {
  const lines = [...root].flatMap(([name, input]): readonly string[] => {
    if (typeof input === 'string') return [`inputs.${name}.follows = "${input}";`];
    return [
      `inputs.${name}.url = "git+file://@BASE@/${input.url}";`,
      ...(input.flake ? [] : [`inputs.${name}.flake = false;`]),
      ...Object.entries(input.follows).map(
        ([nested, target]) => `inputs.${name}.inputs.${nested}.follows = "${target}";`,
      ),
    ];
  });
  return `{\n${lines.map((line) => `  ${line}\n`).join('')}  outputs = _: { };\n}\n`;
};

const writeRoot = (root: Root): string =>
  `sed "s,@BASE@,$BASE,g" > "$BASE/root/flake.nix" <<'END'\n${flakeText(root)}END\n`;

/** Each commit is a day later than the one before: dates are part of what Nix prints. */
const commit = (repository: string): string =>
  `cd "$BASE/${repository}"; date +%N >> content; git add .; ` +
  'day=$(( $(cat "$BASE/day") + 1 )); echo $day > "$BASE/day"; ' +
  'GIT_COMMITTER_DATE="$((1700000000 + day * 86400)) +0000" git commit -q -m "change $day"\n';

/** An argument is the flake up to 2.18, and later the name of an input, of which an unknown one is a mere warning. */
const updateAll = (folder: string): string =>
  `case "$(nix --version)" in *" 2.8."*) nix flake update "$BASE/${folder}";; *) nix flake update --flake "$BASE/${folder}";; esac`;

const repository = (name: string, inputs: readonly string[]): string =>
  `mkdir -p "$BASE/${name}"; cd "$BASE/${name}"; git init -q -b main .; ` +
  `sed "s,@BASE@,$BASE,g" > flake.nix <<'END'\n{\n${inputs
    .map((one) => `  inputs.${one}.url = "git+file://@BASE@/${one}";\n`)
    .join('')}  outputs = _: { };\n}\nEND\n${commit(name)}`;

/** The repositories, and the flake with its first lock, committed. */
const firstScript = [
  'echo 0 > "$BASE/day"',
  repository('leaf', []),
  repository('other', []),
  repository('middle', ['leaf']),
  'nix flake lock "git+file://$BASE/middle"',
  commit('middle'),
  repository('top', ['leaf', 'middle']),
  'cd "$BASE/leaf"; git branch stable',
  'cp -r "$BASE/other" "$BASE/fork"',
  commit('fork'),
  'mkdir -p "$BASE/root"; cd "$BASE/root"; git init -q -b main .',
  writeRoot(first),
  'cd "$BASE/root"; git add .; nix flake lock "git+file://$BASE/root"; git add .; git commit -q -m first',
].join('\n');

/** A generator of whole numbers below a bound, the same for the same seed. */
const numbersFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const nestedOf: Readonly<Record<string, readonly string[]>> = {
  middle: ['leaf'],
  top: ['leaf', 'middle'],
};

type Step = (root: Map<string, Input | string>, pick: (below: number) => number) => string | null;

const ownInputs = (root: Root): readonly (readonly [string, Input])[] =>
  [...root].flatMap(([name, input]): readonly (readonly [string, Input])[] =>
    typeof input === 'string' || name === 'leaf' ? [] : [[name, input]],
  );

const one = <Value>(values: readonly Value[], pick: (below: number) => number): Value | undefined =>
  values[pick(values.length)];

const repositoryOf = ({ url }: Input): string => url.replace(/\?.*$/, '');

/** What follows into an input goes on where it went; null: that way is gone. */
const retarget = (root: Map<string, Input | string>, from: string, to: string | null): void => {
  for (const [name, input] of root)
    if (typeof input === 'string' && input.startsWith(`${from}/`))
      root.set(name, to === null ? 'leaf' : `${to}${input.slice(from.length)}`);
};

/** What an update may consist of; null where the flake has nothing for it. */
const steps: Readonly<Record<string, Step>> = {
  'add an input': (root) => {
    root.set(`added-${root.size}`, plain(root.size % 2 === 0 ? 'middle' : 'other'));
    return '';
  },
  'move leaves': () => commit('leaf') + commit('other'),
  'rename an input': (root, pick) => {
    const found = one(ownInputs(root), pick);
    if (found === undefined) return null;
    root.delete(found[0]);
    root.set(`${found[0]}-renamed`, found[1]);
    retarget(root, found[0], `${found[0]}-renamed`);
    return '';
  },
  'let an input follow': (root, pick) => {
    const free = ownInputs(root).flatMap(([name, input]) =>
      (nestedOf[repositoryOf(input)] ?? [])
        .filter((nested) => input.flake && input.follows[nested] === undefined && nested === 'leaf')
        .map((nested) => ({ name, input, nested })),
    );
    const found = one(free, pick);
    if (found === undefined) return null;
    const { name, input, nested } = found;
    root.set(name, { ...input, follows: { ...input.follows, [nested]: 'leaf' } });
    return '';
  },
  'move what is nested': () =>
    `${commit('leaf')}${updateAll('middle')} 2>/dev/null\n${commit('middle')}`,
  're-point to a fork or a branch': (root, pick) => {
    const found = one(
      ownInputs(root).filter(([, input]) => repositoryOf(input) === 'other'),
      pick,
    );
    if (found === undefined) {
      root.set('leaf', plain('leaf?ref=stable'));
      return '';
    }
    root.set(found[0], plain('fork'));
    return '';
  },
  'no longer let an input follow': (root, pick) => {
    const found = one(
      ownInputs(root).filter(([, input]) => Object.keys(input.follows).length > 0),
      pick,
    );
    if (found === undefined) return null;
    root.set(found[0], { ...found[1], follows: {} });
    return '';
  },
  'move everything': () => commit('leaf') + commit('other') + commit('top') + commit('fork'),
  'a root input follows': (root) => {
    if (root.has('same')) return null;
    root.set('same', 'leaf');
    return '';
  },
  'retarget a follows': (root) => {
    const target = root.get('same');
    if (target === undefined) return null;
    const other = ownInputs(root).find(([, input]) => input.flake && input.url === 'middle');
    root.set('same', target === 'leaf' && other !== undefined ? `${other[0]}/leaf` : 'leaf');
    return commit('leaf');
  },
  'read plain files': (root, pick) => {
    const found = one(
      ownInputs(root).filter(
        ([, { flake, follows }]) => flake && Object.keys(follows).length === 0,
      ),
      pick,
    );
    if (found === undefined) return null;
    root.set(found[0], { ...found[1], flake: false });
    retarget(root, found[0], null);
    return '';
  },
  'remove an input': (root, pick) => {
    const found = one(
      ownInputs(root).filter(([name]) => name !== 'middle'),
      pick,
    );
    if (found === undefined || root.size < 6) return null;
    root.delete(found[0]);
    retarget(root, found[0], null);
    return '';
  },
};

/** Twenty updates, one after the other on one flake: each kind of step at least once, some two at a time. */
const generateUpdates = (seed: number): readonly Update[] => {
  const pick = numbersFrom(seed);
  const root = new Map(first);
  const kinds = Object.entries(steps);
  const updates: Update[] = [];
  for (let turn = 0; updates.length < 20; turn += 1) {
    const chosen = [
      kinds[turn % kinds.length],
      ...(pick(3) === 0 ? [kinds[pick(kinds.length)]] : []),
    ];
    const done = chosen.flatMap((kind): readonly (readonly [string, string])[] => {
      const script = kind?.[1](root, pick) ?? null;
      return kind === undefined || script === null ? [] : [[kind[0], script]];
    });
    if (done.length === 0) continue;
    updates.push({
      title: `${updates.length + 1}: ${done.map(([title]) => title).join(', ')}`,
      script: [
        ...done.map(([, script]) => script),
        writeRoot(root),
        'cd "$BASE/root"; git add .; cp flake.lock "$BASE/old.lock"',
        `{ ${updateAll('root')}; } 2>"$BASE/said" || { cat "$BASE/said" >&2; exit 1; }`,
        'git add .; git commit -q -m update --allow-empty',
        'cat "$BASE/said"',
      ].join('\n'),
    });
  }
  return updates;
};

/** One thing that Nix says of an update: what became of a path, and what stands there now. */
const shortened = (reference: string): string => {
  const revision = /[?&]rev=([0-9a-f]{40})/.exec(reference)?.[1];
  return revision ?? /^follows '(.*)'$/.exec(reference)?.[0] ?? reference;
};

/** `Updated a/b: REV or follows → …`, one for each that Nix printed, sorted. */
const linesOfNix = (said: string): readonly string[] => {
  const found: string[] = [];
  for (const block of said.split('\n• ').slice(1)) {
    const [head = '', ...rest] = block.split('\n');
    const [, verb = '', path = ''] = /^(Updated|Added|Removed) input '([^']*)'/.exec(head) ?? [];
    const references = rest
      .map(
        (line) =>
          /^ {2}[ →] ?'?(follows '.*'|[^']+)'?(?: \(.*\))?$/u.exec(
            line.replace(/^ {2}→/u, '  →'),
          )?.[1],
      )
      .filter((reference) => reference !== undefined)
      .map(shortened);
    found.push(
      verb === 'Removed' ? `Removed ${path}` : `${verb} ${path}: ${references.join(' → ')}`,
    );
  }
  return found.sort();
};

const sideText = (side: LockChange['old']): string => {
  if (side === null) return '';
  const locked = lockedSide(side);
  return locked === null
    ? `follows '${'follows' in side ? side.follows : ''}'`
    : (locked.rev ?? '');
};

const pathsBelow = (lock: FlakeLock, path: string): ReadonlyMap<string, string> =>
  new Map(
    listInputs(lock)
      .filter(({ path: names }) => `${showPath(names)}/`.startsWith(`${path}/`))
      .map(({ path: names, edge }) => {
        const locked = typeof edge === 'string' ? lock.nodes.get(edge)?.locked : undefined;
        const shown =
          typeof edge === 'string' ? String(locked?.['rev'] ?? '') : `follows '${showPath(edge)}'`;
        return [showPath(names), shown];
      }),
  );

/** The same lines from nixup's difference, without the classes that Nix does not print. */
const linesOfDifference = (
  changes: readonly LockChange[],
  old: FlakeLock,
  now: FlakeLock,
): readonly string[] => {
  const renamed = changes.filter(({ kind }) => kind === 'renamed');
  const found = changes.flatMap((change): readonly string[] => {
    const { path, kind } = change;
    switch (kind) {
      case 'added':
        return [`Added ${path}: ${sideText(change.new)}`];
      case 'removed':
        return [`Removed ${path}`];
      case 'renamed':
        // To Nix this is one that goes and one that comes, with all below them.
        return [
          ...[...pathsBelow(old, change.from ?? '').keys()].map((gone) => `Removed ${gone}`),
          ...[...pathsBelow(now, path)].map(([came, shown]) => `Added ${came}: ${shown}`),
        ];
      case 'follows':
        return [`Updated ${path}: ${sideText(change.old)} → ${sideText(change.new)}`];
      default:
        // Nix compares locked references only: not what flake.nix asks for, nor how it is read.
        return change.lockedChanged
          ? [`Updated ${path}: ${sideText(change.old)} → ${sideText(change.new)}`]
          : [];
    }
  });
  const isBelowRenamed = (line: string): boolean =>
    renamed.some(({ path }) => line.startsWith(`Updated ${path}/`));
  return [...new Set(found.filter((line) => !isBelowRenamed(line)))].sort();
};

/** Runs a bash script on a machine; `$BASE` is a folder of its own there. Throws where it fails. */
export type Shell = (script: string) => Promise<string>;

export interface CarriedOut {
  readonly title: string;
  readonly nix: readonly string[];
  readonly nixup: readonly string[];
}

const readLock = async (shell: Shell, path: string): Promise<FlakeLock> => {
  const lock = parseFlakeLock(await shell(`cat "$BASE/${path}"`), path);
  if (!lock.ok) throw new Error(`${path} cannot be read: ${JSON.stringify(lock.failure)}`);
  return lock.value;
};

/** Lets Nix carry out twenty updates; what it said of each, and what nixup reads from the locks. */
export const carryOutUpdates = async (
  shell: Shell,
  seed: number,
): Promise<readonly CarriedOut[]> => {
  await shell(firstScript);
  const done: CarriedOut[] = [];
  for (const { title, script } of generateUpdates(seed)) {
    const said = await shell(script);
    const old = await readLock(shell, 'old.lock');
    const now = await readLock(shell, 'root/flake.lock');
    done.push({
      title,
      nix: linesOfNix(said),
      nixup: linesOfDifference(diffLocks(old, now), old, now),
    });
  }
  return done;
};

const six = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const buildFlake = `{
${six.map((name) => `  inputs.${name}.url = "git+file://@BASE@/${name}";\n`).join('')}  outputs = inputs: {
    packages.x86_64-linux.default = derivation {
      name = "words"; system = "x86_64-linux"; builder = "/bin/sh";
      args = [ "-c" "echo \${builtins.concatStringsSep " " (map (name: inputs.\${name}.word) [ ${six.map((name) => `"${name}"`).join(' ')} ])} > $out" ];
    };
  };
}`;

const wordOf = (name: string, word: string): string =>
  `mkdir -p "$BASE/${name}"; cd "$BASE/${name}"; [ -e .git ] || git init -q -b main .; ` +
  `echo '{ outputs = _: { word = "${word}"; }; }' > flake.nix; ${commit(name)}`;

/**
 * Updates five of six inputs, puts one back, and builds: the words of the
 * inputs that the build used, and whether Nix left the lock byte for byte.
 */
export const revertOneOfFive = async (
  shell: Shell,
): Promise<{ readonly words: string; readonly isKept: boolean }> => {
  const lockNow = `{ ${updateAll('root')}; } 2>/dev/null`;
  await shell(
    [
      'echo 0 > "$BASE/day"',
      ...six.map((name) => wordOf(name, `${name}1`)),
      'mkdir -p "$BASE/root"; cd "$BASE/root"; git init -q -b main .',
      `sed "s,@BASE@,$BASE,g" > flake.nix <<'END'\n${buildFlake}\nEND`,
      `git add .; ${lockNow}; git add .; git commit -q -m first; cp flake.lock "$BASE/old.lock"`,
      ...six.slice(1).map((name) => wordOf(name, `${name}2`)),
      `cd "$BASE/root"; ${lockNow}`,
    ].join('\n'),
  );
  const old = await readLock(shell, 'old.lock');
  const now = await readLock(shell, 'root/flake.lock');
  const reverted = revertInputs(old, now, ['c']);
  if (!reverted.ok) throw new Error(JSON.stringify(reverted.failure));
  const text = writeFlakeLock(reverted.value);
  const words = await shell(
    [
      `cat > "$BASE/root/flake.lock" <<'END'\n${text}END`,
      'cd "$BASE/root"; cp flake.lock "$BASE/spliced.lock"',
      'nix flake metadata --no-update-lock-file "$BASE/root" >/dev/null',
      'nix build --no-link "$BASE/root#default"; nix flake lock "$BASE/root"',
      'cat "$(nix eval --raw "$BASE/root#packages.x86_64-linux.default.outPath")"',
    ].join('\n'),
  );
  return { words: words.trim(), isKept: (await shell('cat "$BASE/root/flake.lock"')) === text };
};

/** What every script begins with. */
export const shellStart = (base: string): string =>
  [
    'set -eu',
    `export BASE=${base}`,
    'export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org',
    'export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org',
    'mkdir -p "$BASE"',
    '',
  ].join('\n');
