import type { Engine } from '../../source/engine/contract.ts';

/** Some methods of some topics of the engine. */
export type EngineParts = {
  readonly [Topic in keyof Engine]?: Engine[Topic] extends (...given: never[]) => unknown
    ? Engine[Topic]
    : Partial<Engine[Topic]>;
};

/** The engine with these methods in place of its own. */
export const withParts = (engine: Engine, parts: EngineParts = {}): Engine => ({
  ...engine,
  ...parts,
  stages: { ...engine.stages, ...parts.stages },
  hosts: { ...engine.hosts, ...parts.hosts },
  inputs: { ...engine.inputs, ...parts.inputs },
  lock: { ...engine.lock, ...parts.lock },
  build: { ...engine.build, ...parts.build },
  deploy: { ...engine.deploy, ...parts.deploy },
  rollback: { ...engine.rollback, ...parts.rollback },
  health: { ...engine.health, ...parts.health },
  clean: { ...engine.clean, ...parts.clean },
  commit: { ...engine.commit, ...parts.commit },
  runs: { ...engine.runs, ...parts.runs },
});

/** Writes down what is asked of it, `lock.update ["nixpkgs"]`, and asks it. */
export const recorded = <Part extends object>(part: Part, calls: string[], topic = ''): Part =>
  new Proxy(part, {
    get: (whole, name, receiver) => {
      const member: unknown = Reflect.get(whole, name, receiver);
      if (typeof member === 'object' && member !== null)
        return recorded(member, calls, `${topic}${String(name)}.`);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]) => {
        const words = given.map((one) => JSON.stringify(one));
        calls.push([`${topic}${String(name)}`, ...words].join(' '));
        return Reflect.apply(member, whole, given);
      };
    },
  });
