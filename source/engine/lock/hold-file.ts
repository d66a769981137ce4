import { isAbsolute, join } from 'node:path';
import type { Config } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseConfig } from '../../parsers/config/config.ts';
import { createTrust } from '../../services/config/trust.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** The configuration as messages name it. */
export const configName = (context: EngineContext): string => context.configFile ?? 'nixup.toml';

const configPath = (context: EngineContext): string => {
  const shown = configName(context);
  return isAbsolute(shown) ? shown : join(context.flake, shown);
};

/**
 * Changes the text of the configuration, and writes it only if it then says what it should: the
 * edited text is parsed to prove that.
 */
export const changeConfig = async (
  context: EngineContext,
  session: RunSession,
  deed: string,
  change: (text: string) => Result<string, Failure>,
  isMeant: (config: Config) => boolean,
): Promise<Result<void, Failure>> => {
  const { world } = context;
  const path = configPath(context);
  const read = await world.files.read(path);
  if (!read.ok) return read;
  const changed = change(read.value ?? '');
  if (!changed.ok) return changed;
  const text = changed.value;
  const config = parseConfig(text, configName(context));
  if (!config.ok || !isMeant(config.value))
    return failed({
      code: 'config-invalid',
      file: configName(context),
      line: null,
      detail: `nixup cannot ${deed} in it without breaking something else, and wrote nothing`,
      ...advised(advise('Change it by hand, then', 'nixup config check')),
    });
  const written = await session.perform(
    { host: null, deed },
    // A file that contained only holds is removed with the last hold: an empty file says the same
    // as none.
    () => (text === '' ? world.files.remove(path) : world.files.write(path, text)),
    () => `${configName(context)} was written`,
  );
  if (!written.ok) return written;
  // A hold runs no command: a file that was trusted before stays trusted with this line.
  if (context.isTrusted) await createTrust(world).trust(path, text);
  await context.reloadConfig();
  return success(undefined);
};
