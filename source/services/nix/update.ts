import { join } from 'node:path';
import type { Command } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { canNixName } from '../../model/inputs/input-name.ts';
import type { Attributes } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { isAtLeast, type NixVersion } from '../../parsers/nix/version.ts';
import type { World } from '../world/world.ts';
import {
  describeCause,
  evaluationFailure,
  flakeReference,
  type NixTrouble,
  nixCommand,
  nixString,
  runNix,
} from './command.ts';

export interface UpdateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** The names of the flake's own inputs; another is refused before Nix runs. */
  readonly names?: readonly string[] | undefined;
}

/** What ran, and what Nix warned of. Whether anything moved is read from the lock by the caller. */
export interface UpdateReport {
  readonly commands: readonly Command[];
  readonly warnings: readonly string[];
}

/** Takes a flake reference up to 2.18; from 2.19 on the names of inputs stand there (nh#46). */
const takesInputNames = (version: NixVersion): boolean => isAtLeast(version, [2, 19, 0]);

/** 2.19.0 to 2.19.3 and 2.20.0 to 2.20.4 read only the first name (nix#9764). */
const takesOneName = (version: NixVersion): boolean =>
  version.major === 2 &&
  ((version.minor === 19 && version.patch <= 3) || (version.minor === 20 && version.patch <= 4));

/** The commands that update these inputs with this version of Nix, in order. Pure. */
export const updateCommands = (
  version: NixVersion,
  flake: string,
  inputs: readonly string[] | 'all',
): readonly Command[] => {
  const { reference, cwd } = flakeReference(flake);
  if (!takesInputNames(version)) {
    if (inputs === 'all') return [nixCommand(['flake', 'update'], ['--', reference], cwd)];
    const flags = inputs.flatMap((input) => ['--update-input', input]);
    return inputs.length === 0
      ? []
      : [nixCommand(['flake', 'lock'], [...flags, '--', reference], cwd)];
  }
  const update = (names: readonly string[]): Command =>
    nixCommand(
      ['flake', 'update'],
      ['--flake', reference, ...(names.length > 0 ? ['--', ...names] : [])],
      cwd,
    );
  if (inputs === 'all') return [update([])];
  if (inputs.length === 0) return [];
  return takesOneName(version) ? inputs.map((input) => update([input])) : [update(inputs)];
};

/** Nix calls this a warning, although it is exactly what was asked for. */
const itsWork = /^(?:updating|creating) lock file/;

const unknownInput = (
  inputs: readonly string[],
  names: readonly string[] | undefined,
): Failure | null => {
  for (const name of inputs) {
    const first = name.split('/')[0] ?? name;
    const isKnown = names === undefined || names.includes(first);
    if (!canNixName(name, names) || !isKnown)
      return { code: 'input-unknown', name, nearest: nearestName(name, names ?? []) };
  }
  return null;
};

const updateFailure = (trouble: NixTrouble, flake: string): Failure => {
  const { cause, failure } = trouble;
  if (cause === null) return failure;
  switch (cause.class) {
    case 'syntax':
    case 'evaluation':
    case 'missing-attribute':
    case 'missing-file':
    case 'missing-input':
    case 'assertion':
    case 'canceled':
      return evaluationFailure(trouble, null, flake);
    case 'network':
    case 'fetch': {
      // The text becomes a part of a sentence.
      const detail = cause.message.replace(/\.$/, '');
      return {
        code: 'fetch-failed',
        inputs:
          cause.input === undefined
            ? []
            : [{ name: cause.input, place: null, why: detail, remedy: null }],
        detail,
      };
    }
    case 'removed-option':
    case 'conflicting-options':
    case 'infinite-recursion':
    case 'insecure-package':
    case 'unfree-package':
    case 'broken-package':
    case 'unsupported-package':
    case 'refused-package':
    case 'hash-mismatch':
    case 'builder-failed':
    case 'dependency-failed':
    case 'out-of-memory':
    case 'disk-full':
    case 'no-builder':
    case 'builder-lost':
    case 'build-machine':
    case 'build-stopped':
    case 'untrusted-settings':
    case 'lock-outdated':
    case 'unknown':
      return { code: 'lock-not-written', detail: describeCause(cause, flake) };
  }
};

/**
 * Updates all inputs, or these. Success says only that Nix ended well: an input
 * that could not be fetched, or that is not locked, ends well too.
 */
export const updateInputs = async (
  world: Pick<World, 'exec'>,
  version: NixVersion,
  flake: string,
  inputs: readonly string[] | 'all',
  options: UpdateOptions = {},
): Promise<Result<UpdateReport, Failure>> => {
  const refusal = inputs === 'all' ? null : unknownInput(inputs, options.names);
  if (refusal !== null) return failed(refusal);
  const commands = updateCommands(version, flake, inputs);
  const warnings: string[] = [];
  for (const command of commands) {
    const result = await runNix(world, command, {
      signal: options.signal,
      onLine: (line) => {
        const warning = /^warning: (.*)$/.exec(line)?.[1];
        if (warning !== undefined && !itsWork.test(warning)) warnings.push(warning);
        options.onLine?.(line);
      },
    });
    if (!result.ok) return failed(updateFailure(result.failure, flake));
  }
  return success({ commands, warnings });
};

/** Locks one input at another reference than flake.nix has; the lock is written, all other inputs stay. */
export const lockInputAt = async (
  world: Pick<World, 'exec'>,
  flake: string,
  input: string,
  to: string,
  options: UpdateOptions = {},
): Promise<Result<void, Failure>> => {
  if (!canNixName(input)) return failed({ code: 'input-unknown', name: input, nearest: null });
  const { reference, cwd } = flakeReference(flake);
  const command = nixCommand(
    ['flake', 'lock'],
    ['--override-input', input, to, '--', reference],
    cwd,
  );
  const result = await runNix(world, command, {
    signal: options.signal,
    onLine: options.onLine,
  });
  return result.ok ? success(undefined) : failed(updateFailure(result.failure, flake));
};

const nixValue = (value: Attributes[string]): string =>
  typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : nixString(String(value));

/**
 * The lock of a flake that has nothing but this input, called `chosen`; made in a folder that is
 * removed again. By its attributes: older versions of Nix do not know all of them in a url.
 */
export const lockAlone = async (
  world: Pick<World, 'exec' | 'files'>,
  folder: string,
  to: Attributes,
  isFlake: boolean,
  options: UpdateOptions = {},
): Promise<Result<string, Failure>> => {
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  const attributes = Object.entries(to).map(([name, value]) => `${name} = ${nixValue(value)};`);
  const text = `{ inputs.chosen = { ${attributes.join(' ')} flake = ${isFlake}; }; outputs = _: { }; }\n`;
  try {
    const written = await world.files.write(join(folder, 'flake.nix'), text);
    if (!written.ok) return written;
    const command = nixCommand(['flake', 'lock'], ['--', `path:${encodeURI(folder)}`]);
    const result = await runNix(world, command, {
      signal: options.signal,
      onLine: options.onLine,
    });
    if (!result.ok) return failed(updateFailure(result.failure, folder));
    const lock = await world.files.read(join(folder, 'flake.lock'));
    if (!lock.ok) return lock;
    return lock.value === undefined
      ? failed({ code: 'lock-not-written', detail: 'Nix wrote no lock for that revision' })
      : success(lock.value);
  } finally {
    await world.files.remove(folder);
  }
};
