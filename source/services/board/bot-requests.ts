import { type CheckRow, row } from '../../model/board/board.ts';
import type { Config } from '../../model/config/settings.ts';
import { counted } from '../../model/words/sentences.ts';
import { isOwnBranch, listRequests } from '../forge/requests.ts';
import type { OpenRequest } from '../forge/tool.ts';
import { toolOf, whichForge } from '../forge/which.ts';
import type { Git } from '../git/git.ts';
import type { World } from '../world/world.ts';
import type { Question } from './row.ts';

const question: Question = {
  id: 'tasks.bots',
  group: 'tasks',
  label: 'pull requests of bots',
};

/**
 * Bots that update flake.lock, by the branches that they make (docs.renovatebot.com, branchPrefix;
 * docs.github.com, Dependabot; update-flake-lock, inputs.branch) and by their accounts.
 */
const botBranch =
  /^(?:renovate\/|dependabot\/|update[_-]flake[_-]lock|flake-lock-update|nixup-bot\/)/i;
const botAuthor = /^(?:app\/)?(?:renovate|dependabot)(?:[-_\w]*)(?:\[bot\])?$/i;

/** What of them is about the lock: others update programs, actions and images. */
const aboutLock = /flake[._-]?lock|lock-file-maintenance|lock file|\bnix(?:pkgs)?\b|\bflake\b/i;

const isBotsLock = ({ branch, author, title }: OpenRequest): boolean =>
  !isOwnBranch(branch) &&
  (botBranch.test(branch) || botAuthor.test(author ?? '')) &&
  (aboutLock.test(branch) || aboutLock.test(title));

/** A warning for requests of bots that move the lock as nixup does; no row where there is none, or nobody can be asked. */
export const botRows = async (
  world: Pick<World, 'exec'>,
  git: Pick<Git, 'observe'>,
  { commit }: Pick<Config, 'commit'>,
): Promise<readonly CheckRow[]> => {
  const seen = await git.observe();
  if (!seen.ok) return [];
  const { remoteUrl, remote, root, branch } = seen.value;
  if (remoteUrl === null || remote === null) return [];
  const place = await whichForge(world, [remoteUrl], commit.forge);
  const tool = place === null ? null : toolOf(place.forge);
  if (place === null || tool === null) return [];
  const { repository } = place;
  const listed = await listRequests(world, { tool, repository, remote, root }, branch);
  const found = listed.ok ? listed.value.filter(isBotsLock) : [];
  const [first] = found;
  return first === undefined
    ? []
    : [
        row(
          question,
          'warning',
          `${counted(found.length, 'open request')} of bots that ${found.length === 1 ? 'moves' : 'move'} flake.lock too: ${first.title}`,
          { text: `merge or close ${found.length === 1 ? 'it' : 'them'} first: ${first.url}` },
          found.map(({ title, url }) => `${title} ${url}`),
        ),
      ];
};
