import type { DemoHost } from '../data/fleet-data.ts';
import { newestVersion } from '../data/input-source.ts';
import type { DemoSystems } from '../data/system-data.ts';
import type { DemoProgram } from '../process/process.ts';
import { closureText } from './closure-text.ts';
import { demoEvaluate } from './evaluate.ts';
import { badLock, type DemoFlake, fail, lockedVersions } from './locked.ts';
import type { DemoStore } from './store.ts';
import { demoUpdate } from './update.ts';

interface DemoNixOptions extends DemoFlake {
  readonly fleet: readonly DemoHost[];
  readonly systems: DemoSystems;
  readonly store: DemoStore;
  readonly build: DemoProgram;
  /** `nix copy`. */
  readonly copy: DemoProgram;
}

const nixVersion = '2.34.1';

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

/** Nix as nixup uses it, over the embedded fleet. */
// Over 60 lines: a table, one entry for each command of Nix.
export const createDemoNix = (options: DemoNixOptions): DemoProgram => {
  const { flake, fleet, locks, systems, store } = options;

  const metadata: DemoProgram = async (call) => {
    await call.sleep(350);
    if ((await lockedVersions(options, flake)) === null) return badLock(call, options);
    call.print(
      JSON.stringify({
        description: "Ada's machines",
        lastModified: locks.locked(locks.sources[0], newestVersion)['lastModified'],
        url: `git+file://${flake}`,
      }),
    );
    return 0;
  };

  const showSettings: DemoProgram = async (call) => {
    await call.sleep(60);
    const values = Object.entries(settings).map(([name, value]) => [name, { value }]);
    call.print(JSON.stringify(Object.fromEntries(values)));
    return 0;
  };

  const pathInfo: DemoProgram = async (call) => {
    await call.sleep(30);
    const paths = call.args.slice(call.args.indexOf('--') + 1);
    const gone = paths.find((one) => !store.isValid(one));
    if (gone !== undefined) return fail(call, `error: path '${gone}' is not valid`);
    const [path = ''] = paths;
    const system = systems.find(path);
    if (call.args.includes('--recursive') && system !== undefined)
      call.print(closureText(systems, system));
    else call.print(`${paths.join('\n')}\n`);
    return 0;
  };

  const programs: readonly (readonly [string, DemoProgram])[] = [
    ['eval', demoEvaluate(options, fleet, systems)],
    ['build', options.build],
    ['copy', options.copy],
    ['path-info', pathInfo],
    ['flake update', demoUpdate(options)],
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
