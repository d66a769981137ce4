import { failed, type Result, success } from '../../model/result.ts';
import type { World } from './world.ts';

const timeoutMs = 5_000;

/** Programs that open a page, in the order in which they are tried. */
const openers = (environment: World['environment'], platform: string): readonly string[] => {
  const chosen = environment['BROWSER']?.split(':')[0] ?? '';
  if (chosen !== '') return [chosen];
  if (platform === 'darwin') return ['open'];
  const hasDisplay = [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some(
    (display) => display !== undefined && display !== '',
  );
  return hasDisplay ? ['xdg-open', 'gio'] : [];
};

/** Opens a page in the person's browser, where there is one; else why not, in a few words. */
export const openLink = async (
  world: Pick<World, 'exec' | 'environment'>,
  platform: string,
  url: string,
): Promise<Result<void, string>> => {
  if (!/^https?:\/\//.test(url)) return failed('it is no link');
  const programs = openers(world.environment, platform);
  if (programs.length === 0) return failed('there is no display here');
  for (const file of programs) {
    const args = file === 'gio' ? ['open', url] : [url];
    const ended = await world.exec({ file, args }, { quiet: true, timeoutMs });
    // A browser that goes on running was opened too.
    if (ended.ok || ended.failure.code === 'command-timeout') return success(undefined);
  }
  return failed('no browser could be opened');
};
