import type { Command } from '../../model/command.ts';
import { failed, type Result } from '../../model/result.ts';
import type { ExecOptions, World } from '../world/world.ts';
import {
  flakeReference,
  type NixTrouble,
  nixCommand,
  noEvaluationCache,
  parseJson,
  runNix,
} from './command.ts';

const evalCommand = (flake: string, attribute: string, expression: string | null): Command => {
  const { reference, cwd } = flakeReference(flake);
  return nixCommand(
    ['eval'],
    [
      '--json',
      '--no-update-lock-file',
      ...noEvaluationCache,
      ...(expression === null ? [] : ['--apply', expression]),
      '--',
      `${reference}#${attribute}`,
    ],
    cwd,
  );
};

/**
 * The value of a flake's attribute, or what a function of the Nix language makes
 * of it; as JSON says it. Never writes the lock.
 */
export const evaluateAttribute = async (
  world: Pick<World, 'exec'>,
  flake: string,
  attribute: string,
  expression: string | null,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs' | 'quiet'> = {},
): Promise<Result<unknown, NixTrouble>> => {
  const command = evalCommand(flake, attribute, expression);
  const result = await runNix(world, command, options);
  if (!result.ok) return result;
  const json = parseJson(command, result.value.stdout);
  return json.ok ? json : failed({ failure: json.failure, cause: null });
};
