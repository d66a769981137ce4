import type { DemoHost } from '../data/fleet-data.ts';
import { canonicalVersion, newestVersion } from '../data/input-source.ts';
import type { DemoLocks, Versions } from '../data/lock-data.ts';
import type { DemoSystems } from '../data/system-data.ts';
import type { DemoFiles } from '../process/files.ts';
import type { Call, Program } from '../process/process.ts';
import { closureText } from './closure-text.ts';
import type { DemoStore } from './store.ts';

export interface DemoNixOptions {
  readonly flake: string;
  readonly fleet: readonly DemoHost[];
  readonly files: DemoFiles;
  readonly locks: DemoLocks;
  readonly systems: DemoSystems;
  readonly store: DemoStore;
  readonly build: Program;
  /** `nix copy`. */
  readonly copy: Program;
}

const nixVersion = '2.34.1';

/** Milliseconds of one evaluation; short where a thousand hosts are evaluated. */
const evaluationMs = (fleet: readonly DemoHost[]): number => (fleet.length > 100 ? 20 : 420);

const fail = (call: Call, ...lines: readonly string[]): number => {
  for (const line of lines) call.say(line);
  return 1;
};

const optionOf = (args: readonly string[], name: string): string =>
  args[args.indexOf(name) + 1] ?? '';

const settings = {
  'access-tokens': {},
  builders: '',
  'experimental-features': ['nix-command', 'flakes'],
  'extra-platforms': ['i686-linux', 'x86_64-v1-linux', 'x86_64-v2-linux', 'x86_64-v3-linux'],
  'max-jobs': 16,
  substituters: ['https://cache.nixos.org/'],
  system: 'x86_64-linux',
  'trusted-users': ['root', '@wheel'],
};

const factsOf = (host: DemoHost) => ({
  system: host.system,
  hostName: host.image === undefined ? host.name : 'nixos',
  hasToplevel: true,
  isImage: host.image !== undefined,
});

/** A locked reference as `nix flake update` shows it. */
const describeLocked = (locked: Readonly<Record<string, unknown>>): string => {
  const seconds = Number(locked['lastModified'] ?? 0);
  const day = new Date(seconds * 1000).toISOString().slice(0, 10);
  const hash = encodeURIComponent(String(locked['narHash']));
  const where =
    locked['type'] === 'git'
      ? `git+${String(locked['url'])}?ref=${String(locked['ref'])}&rev=${String(locked['rev'])}&narHash=${hash}`
      : `${String(locked['type'])}:${String(locked['owner'])}/${String(locked['repo'])}/${String(locked['rev'])}?narHash=${hash}`;
  return `'${where}' (${day})`;
};

/** Nix as nixup uses it, over the embedded fleet. */
export const createDemoNix = (options: DemoNixOptions): Program => {
  const { flake, fleet, files, locks, systems, store } = options;
  const lockFile = `${flake}/flake.lock`;

  const versions = async (folder = flake): Promise<Versions | null> => {
    const text = await files.read(`${folder}/flake.lock`);
    return text.ok && text.value !== undefined ? locks.read(text.value) : null;
  };
  const badLock = (call: Call): number =>
    fail(call, `error: '${lockFile}' is not a lock file that can be read`);

  const evaluate: Program = async (call) => {
    const [reference = '', attribute = ''] = (call.args.at(-1) ?? '').split('#');
    // A scratch copy of the flake, in which a bisection tries locks.
    const folder = decodeURI(reference.replace(/^path:/, ''));
    if (folder !== flake && !(await files.exists(`${folder}/flake.nix`)))
      return fail(call, `error: path '${folder}' does not exist`);
    const expression = optionOf(call.args, '--apply');
    if (attribute === 'nixosConfigurations' && expression === 'builtins.attrNames') {
      await call.sleep(evaluationMs(fleet));
      call.print(JSON.stringify(fleet.map(({ name }) => name).sort()));
      return 0;
    }
    if (attribute === 'nixosConfigurations') {
      const names = expression.slice(expression.lastIndexOf('[')).matchAll(/"([^"]*)"/g);
      await call.sleep(evaluationMs(fleet));
      const wanted = new Set([...names].map(([, name]) => name));
      const found = fleet.filter(({ name }) => wanted.has(name));
      call.print(
        JSON.stringify(Object.fromEntries(found.map((host) => [host.name, factsOf(host)]))),
      );
      return 0;
    }
    const name = /^nixosConfigurations\."([^"]+)"/.exec(attribute)?.[1];
    const host = fleet.find((one) => one.name === name);
    if (host === undefined)
      return fail(
        call,
        `error: flake 'git+file://${flake}' does not provide attribute '${attribute}'`,
      );
    await call.sleep(evaluationMs(fleet));
    if (!attribute.endsWith('.config.system.build.toplevel')) {
      call.print(JSON.stringify(factsOf(host)));
      return 0;
    }
    const locked = await versions(folder);
    if (locked === null) return badLock(call);
    const { derivation, toplevel } = systems.systemOf(host, locked);
    call.print(JSON.stringify({ derivation, toplevel }));
    return 0;
  };

  const update: Program = async (call) => {
    const at = call.args.indexOf('--');
    const names = at === -1 ? [] : call.args.slice(at + 1);
    const before = await versions();
    if (before === null) return badLock(call);
    for (const name of names)
      if (!locks.sources.some((source) => source.name === name.split('/')[0]))
        call.say(`warning: Flake input '${name}' does not match any input of this flake`);
    const after = new Map(before);
    const moved: string[] = [];
    for (const source of locks.sources) {
      if (names.length > 0 && !names.includes(source.name)) continue;
      const newest = canonicalVersion(source, newestVersion);
      await call.sleep(180);
      if (before.get(source.name) === newest) continue;
      call.say(
        `unpacking '${source.name}' at ${locks.revision(source.name, newest)} into the Git cache...`,
      );
      await call.sleep(source.name === 'nixpkgs' ? 900 : 120);
      after.set(source.name, newest);
      moved.push(source.name);
    }
    if (moved.length === 0) return 0;
    call.say(`warning: updating lock file "${lockFile}":`);
    for (const source of locks.sources.filter(({ name }) => moved.includes(name))) {
      call.say(`• Updated input '${source.name}':`);
      call.say(`    ${describeLocked(locks.locked(source, before.get(source.name) ?? 0))}`);
      call.say(`  → ${describeLocked(locks.locked(source, newestVersion))}`);
    }
    await files.write(lockFile, locks.write(after));
    return 0;
  };

  const metadata: Program = async (call) => {
    await call.sleep(350);
    if ((await versions()) === null) return badLock(call);
    call.print(
      JSON.stringify({
        description: "Ada's machines",
        lastModified: locks.locked(locks.sources[0], newestVersion)['lastModified'],
        url: `git+file://${flake}`,
      }),
    );
    return 0;
  };

  const showSettings: Program = async (call) => {
    await call.sleep(60);
    const values = Object.entries(settings).map(([name, value]) => [name, { value }]);
    call.print(JSON.stringify(Object.fromEntries(values)));
    return 0;
  };

  const pathInfo: Program = async (call) => {
    await call.sleep(30);
    const path = call.args.at(-1) ?? '';
    if (!store.isValid(path)) return fail(call, `error: path '${path}' is not valid`);
    const system = systems.find(path);
    if (call.args.includes('--recursive') && system !== undefined)
      call.print(closureText(systems, system));
    else call.print(call.args.includes('--closure-size') ? `${path}\t9126805504\n` : `${path}\n`);
    return 0;
  };

  const programs: readonly (readonly [string, Program])[] = [
    ['eval', evaluate],
    ['build', options.build],
    ['copy', options.copy],
    ['path-info', pathInfo],
    ['flake update', update],
    ['flake metadata', metadata],
    ['config show', showSettings],
  ];

  return async (call) => {
    if (call.args[0] === '--version') {
      call.print(`nix (Nix) ${nixVersion}\n`);
      return 0;
    }
    // Options may stand before the words: `nix --extra-experimental-features nix-command copy`.
    const words: string[] = [];
    for (let index = 0; index < call.args.length && words.length < 2; index += 1) {
      const word = call.args[index] ?? '';
      if (word === '--extra-experimental-features') index += 1;
      else if (word.startsWith('-')) break;
      else words.push(word);
    }
    const named = programs.find(
      ([name]) => name === words.slice(0, name.split(' ').length).join(' '),
    );
    return named === undefined
      ? fail(call, `error: the Nix of the demo does not know 'nix ${words.join(' ')}'`)
      : await named[1](call);
  };
};
