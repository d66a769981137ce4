import { unusableBuilders } from '../../parsers/nix/warnings.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * Tells once of each builder that Nix could not use. Other builders, or this machine, do its work,
 * so nothing fails, but everything is slower than planned.
 */
export const createBuilderTeller = ({
  emitter,
}: Pick<EngineContext, 'emitter'>): ((line: string) => void) => {
  const told = new Set<string>();
  return (line) => {
    for (const [builder, reason] of unusableBuilders([line])) {
      if (told.has(builder)) continue;
      told.add(builder);
      emitter.emit({
        type: 'noticed',
        tone: 'warning',
        text: `The builder ${builder} cannot be used; others build instead, or this machine where it may. Nix says: ${reason}`,
      });
    }
  };
};
