import type { Command } from '../../model/command.ts';
import { flakeReference, nixCommand, noEvaluationCache } from './command.ts';

/** The value of a flake's attribute as JSON, or what a function makes of it. Never writes the lock. */
export const evalCommand = (
  flake: string,
  attribute: string,
  expression: string | null,
): Command => {
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

/** Asks for the names of the hosts, which is what a first start waits for. */
export const hostNamesCommand = (flake: string): Command =>
  evalCommand(flake, 'nixosConfigurations', 'builtins.attrNames');
