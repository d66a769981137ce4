import { explainInLine } from '../../model/explain/explain.ts';
import { tellHolds } from '../inputs/standings.ts';
import type { EngineContext } from '../run/context.ts';

/** In which order this fleet does its steps. */
export const tellOrder = ({ config, emitter }: EngineContext): void =>
  emitter.emit({ type: 'order-read', commitsFirst: config.commit.when === 'before-deploy' });

/** Reads the configuration again where its file has changed. Answers whether it has. */
export const readConfigAgain = async (context: EngineContext): Promise<boolean> => {
  if (!(await context.reloadConfig())) return false;
  const { configFile, configFailures, emitter } = context;
  for (const failure of configFailures)
    emitter.emit({ type: 'noticed', tone: 'error', text: explainInLine(failure) });
  if (configFailures.length === 0)
    emitter.emit({
      type: 'noticed',
      tone: 'info',
      text:
        configFile === null
          ? 'nixup.toml is gone: the defaults are used from now on.'
          : `${configFile} changed and was read again. New keys and jobs count from the next start of nixup.`,
    });
  tellOrder(context);
  tellHolds(context);
  return true;
};
