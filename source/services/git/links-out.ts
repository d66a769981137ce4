import { basename, dirname, join, normalize } from 'node:path';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import type { World } from '../world/world.ts';
import { answerOf } from './why-unseen.ts';

/** More links than these are not looked through. */
const mostLinks = 500;

/** Where a link leads as Nix sees it, which has the repository in a folder of the store. */
const ledTo = (link: string, target: string): string =>
  target.startsWith('/')
    ? normalize(target)
    : normalize(join('/store/source', dirname(link), target));

/**
 * The link of git that leads out of the repository, to a path that Nix did not
 * find or was not allowed to read: `/etc/hostname`, or `/nix/store/lib` for a
 * link to `../lib` in the root.
 */
export const findLinkOut = async (
  world: Pick<World, 'exec' | 'files'>,
  repository: string,
  path: string,
): Promise<UnseenFile | null> => {
  const listed = await answerOf(world, repository, ['ls-files', '--stage', '-z']);
  const links = (listed ?? '')
    .split('\0')
    .flatMap((entry) =>
      entry.startsWith('120000 ') ? [entry.slice(entry.indexOf('\t') + 1)] : [],
    );
  for (const link of links.slice(0, mostLinks)) {
    const target = await answerOf(world, repository, ['cat-file', 'blob', `:0:${link}`]);
    if (target === null) continue;
    const led = ledTo(link, target);
    const isRelative = !target.startsWith('/');
    if (isRelative && (led === '/store/source' || led.startsWith('/store/source/'))) continue;
    const isIt = isRelative
      ? led.startsWith('/store/') && `${led}/`.startsWith(`/store/${basename(path)}/`)
      : path === led || path.startsWith(`${led}/`) || led.startsWith(`${path}/`);
    if (isIt) return { kind: 'link', repository, file: link, link, target, inside: null };
  }
  return null;
};
