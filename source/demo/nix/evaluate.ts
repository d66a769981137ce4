import type { DemoHost } from '../data/fleet-data.ts';
import type { DemoSystems } from '../data/system-data.ts';
import type { DemoProgram } from '../process/process.ts';
import { badLock, type DemoFlake, fail, lockedVersions } from './locked.ts';

/** Milliseconds of one evaluation; short where a thousand hosts are evaluated. */
const evaluationMs = (fleet: readonly DemoHost[]): number => (fleet.length > 100 ? 20 : 420);

const optionOf = (args: readonly string[], name: string): string =>
  args[args.indexOf(name) + 1] ?? '';

const factsOf = (host: DemoHost) => ({
  system: host.system,
  hostName: host.image === undefined ? host.name : 'nixos',
  hasToplevel: true,
  isImage: host.image !== undefined,
});

/** `nix eval`: names and facts of the hosts, and the system of one. */
export const demoEvaluate =
  (demo: DemoFlake, fleet: readonly DemoHost[], systems: DemoSystems): DemoProgram =>
  async (call) => {
    const { flake, files } = demo;
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
    const locked = await lockedVersions(demo, folder);
    if (locked === null) return badLock(call, demo);
    const { derivation, toplevel } = systems.systemOf(host, locked);
    call.print(JSON.stringify({ derivation, toplevel }));
    return 0;
  };
