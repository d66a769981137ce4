import type { DemoHost } from '../data/fleet-data.ts';
import type { DemoSystem, DemoSystems } from '../data/system-data.ts';
import type { Call, DemoProgram } from '../process/process.ts';
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

/** Answers of `services/nix/batch-expression.ts`, printed as Nix prints what is traced. */
const evaluateBatch = async (
  call: Call,
  expression: string,
  {
    fleet,
    systemOf,
    refuse,
  }: {
    readonly fleet: readonly DemoHost[];
    readonly systemOf: (host: DemoHost) => Promise<DemoSystem | null>;
    readonly refuse: () => number;
  },
): Promise<number> => {
  const id = /builtins\.trace "(nixup-\S+) /.exec(expression)?.[1] ?? '';
  const systems = /systems = \[ (.*)\];/.exec(expression)?.[1] ?? '';
  for (const [, name, describes, wanted] of expression.matchAll(/\(ask "([^"]*)" (\w+) (\d)\)/g)) {
    const host = fleet.find((one) => one.name === name);
    if (host === undefined) continue;
    await call.sleep(evaluationMs(fleet));
    const say = (answer: object): void =>
      call.say(`trace: ${id} ${JSON.stringify({ host: name, ...answer })}`);
    if (describes === 'true') say({ found: factsOf(host) });
    const runs =
      host.image === undefined && (systems.trim() === '' || systems.includes(`"${host.system}"`));
    if (wanted === '0' || (wanted === '1' && !runs)) {
      say({});
      continue;
    }
    const system = await systemOf(host);
    if (system === null) return refuse();
    say({ derivation: system.derivation, toplevel: system.toplevel });
  }
  call.print('0');
  return 0;
};

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
    if (attribute === 'nixosConfigurations')
      return await evaluateBatch(call, expression, {
        fleet,
        systemOf: async (host) => {
          const locked = await lockedVersions(demo, folder);
          return locked === null ? null : systems.systemOf(host, locked);
        },
        refuse: () => badLock(call, demo),
      });
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
