import { type CheckRow, row } from '../../model/board/board.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showSize } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import { isAtLeast, type NixVersion } from '../../parsers/nix/version.ts';
import { flakeCaches } from '../build/flake-settings.ts';
import { ignoredCaches } from '../nix/daemon-trust.ts';
import type { NixSettings } from '../nix/settings.ts';
import { askSubstituters, type SubstituterAnswer, shownUrl } from '../nix/substituters.ts';
import type { Nix } from '../nix.ts';
import type { World } from '../world/world.ts';
import { failureRow, questionOf, someOf } from './row.ts';

const question = questionOf('nix');

export const nixQuestions = {
  version: question('version', 'Nix'),
  flakes: question('flakes', 'flakes'),
  substituters: question('substituters', 'substituters'),
  store: question('store', 'space in the store'),
} as const;

/** The oldest Nix that nixup is tested with. */
const oldest = [2, 8, 0] as const;

export const judgeVersion = (version: Result<NixVersion, Failure>): CheckRow => {
  const asked = nixQuestions.version;
  if (!version.ok)
    return version.failure.code === 'program-missing'
      ? row(asked, 'red', 'Nix is not installed on this machine', {
          text: 'install it as on https://nixos.org/download; nixup diff works without',
        })
      : failureRow(asked, version.failure);
  const { text, flavor } = version.value;
  const name = { nix: 'Nix', lix: 'Lix', determinate: 'Determinate Nix' }[flavor];
  return isAtLeast(version.value, oldest)
    ? row(asked, 'green', `${name} ${text}`)
    : row(asked, 'red', `${name} ${text} is older than ${oldest.join('.')}`, {
        text: 'update Nix; older ones write other lock files',
      });
};

export const judgeFlakes = (settings: Result<NixSettings, Failure>): CheckRow => {
  const asked = nixQuestions.flakes;
  if (!settings.ok) return failureRow(asked, settings.failure);
  const { flakesAdvice, system } = settings.value;
  return flakesAdvice === null
    ? row(asked, 'green', `enabled, for ${system}`)
    : row(asked, 'red', 'flakes are not enabled in the Nix configuration', flakesAdvice);
};

const whyOf = ({ url, answer }: SubstituterAnswer): string =>
  answer.kind === 'answers' ? url : `${url}: ${answer.why}`;

const renewLogin = {
  text: 'write a login for it that is valid into the netrc-file of Nix (its token may have expired: cachix authtoken, attic login); without it more is built here',
} as const;

export const judgeSubstituters = (answers: readonly SubstituterAnswer[]): CheckRow => {
  const asked = nixQuestions.substituters;
  if (answers.length === 0)
    return row(asked, 'not-set-up', 'none: everything is built from source');
  const ofKind = (kind: SubstituterAnswer['answer']['kind']): readonly SubstituterAnswer[] =>
    answers.filter(({ answer }) => answer.kind === kind);
  const [broken, unasked, unused] = [ofKind('fails'), ofKind('not-asked'), ofKind('unused')];
  const names = (some: readonly SubstituterAnswer[]): string => someOf(some.map(({ url }) => url));
  const refusing = ofKind('refuses');
  const detail = [...broken, ...refusing, ...unused, ...unasked].map(whyOf);
  if (detail.length === 0) return row(asked, 'green', names(answers));
  const notAsked = [
    ...(refusing.length === 0 ? [] : [`refuses the login: ${names(refusing)}`]),
    ...(unused.length === 0 ? [] : [`not used: ${names(unused)}`]),
    ...(unasked.length === 0 ? [] : [`not asked: ${names(unasked)}`]),
  ].join('; ');
  if (broken.length === 0) {
    const good = ofKind('answers');
    const evidence = good.length === 0 ? notAsked : `${names(good)}; ${notAsked}`;
    return row(
      asked,
      refusing.length === answers.length ? 'red' : 'warning',
      evidence,
      refusing.length > 0
        ? renewLogin
        : unused.length > 0
          ? {
              text: 'let the daemon use it: trusted-substituters, or yourself among trusted-users, in /etc/nix/nix.conf (NixOS: nix.settings), then restart nix-daemon; without it more is built here',
            }
          : { text: 'ask it yourself, or read the log of the Nix daemon' },
      detail,
    );
  }
  const all = broken.length === answers.length;
  const said = all
    ? `no substituter answers: ${names(broken)}`
    : `${broken.length} of ${counted(answers.length, 'substituter')} ${broken.length === 1 ? 'does' : 'do'} not answer: ${names(broken)}`;
  return row(
    asked,
    all ? 'red' : 'warning',
    notAsked === '' ? said : `${said}; ${notAsked}`,
    { text: 'check the network, or remove it from nix.conf; without it more is built here' },
    detail,
  );
};

const gibibyte = 1024 ** 3;

export const judgeStore = (freeBytes: Result<number, Failure>): CheckRow => {
  const asked = nixQuestions.store;
  if (!freeBytes.ok) return failureRow(asked, freeBytes.failure, 'warning');
  const evidence = `${showSize(freeBytes.value)} free in /nix/store`;
  if (freeBytes.value >= 10 * gibibyte) return row(asked, 'green', evidence);
  return row(
    asked,
    freeBytes.value < 2 * gibibyte ? 'red' : 'warning',
    evidence,
    advise(
      'remove generations older than 30 days; younger ones are the way back',
      'sudo nix-collect-garbage --delete-older-than 30d',
    ),
  );
};

/** Reads the fourth column of `df -Pk`: free blocks of 1024 bytes. */
export const parseFree = (text: string): number | null => {
  const fields = (text.trim().split('\n').at(-1) ?? '').trim().split(/\s+/);
  const free = Number(fields[3]);
  return fields.length >= 6 && Number.isFinite(free) ? free * 1024 : null;
};

const readFree = async (world: Pick<World, 'exec'>): Promise<Result<number, Failure>> => {
  const command = { file: 'df', args: ['-Pk', '--', '/nix/store'], env: { LC_ALL: 'C' } };
  const answer = await world.exec(command, { quiet: true, timeoutMs: 10_000 });
  if (!answer.ok) return answer;
  const free = parseFree(answer.value.stdout);
  return free === null
    ? failed({
        code: 'output-unreadable',
        command: 'df -Pk -- /nix/store',
        detail: 'no free space in it',
      })
    : success(free);
};

/** The caches of Nix's settings, and those that the flake names for itself. */
const askCaches = async (
  world: BoardWorld,
  flake: string,
  { substituters, netrcFile }: NixSettings,
  version: NixVersion,
): Promise<readonly SubstituterAnswer[]> => {
  const { agreed, open } = await flakeCaches(world, flake);
  const known = new Set(substituters.map(shownUrl));
  const isNew = (url: string): boolean => !known.has(shownUrl(url));
  const wanted = [...substituters, ...agreed.filter(isNew)];
  const ignored = await ignoredCaches(world, version, wanted);
  const answers = await askSubstituters(
    world,
    wanted.filter((url) => !ignored.has(url)),
    netrcFile,
  );
  return [
    ...answers,
    ...[...ignored].map(
      (url): SubstituterAnswer => ({
        url: shownUrl(url),
        answer: {
          kind: 'unused',
          why: `the Nix daemon ignores it, because ${world.userName} is not among its trusted-users and it is not among its trusted-substituters`,
        },
      }),
    ),
    ...open.filter(isNew).map(
      (url): SubstituterAnswer => ({
        url: shownUrl(url),
        answer: {
          kind: 'not-asked',
          why: 'nixConfig of the flake names it, and nobody agreed to that; Nix uses it with --accept-flake-config',
        },
      }),
    ),
  ];
};

type BoardWorld = Parameters<typeof askSubstituters>[0] &
  Parameters<typeof flakeCaches>[0] &
  Pick<World, 'userName'>;

/** The rows of Nix. Without Nix there is one, and it is red. */
export const nixRows = async (
  world: BoardWorld,
  nix: Pick<Nix, 'version' | 'settings'>,
  flake: string,
): Promise<readonly CheckRow[]> => {
  const version = await nix.version();
  if (!version.ok) return [judgeVersion(version)];
  const [settings, free] = await Promise.all([nix.settings(), readFree(world)]);
  const answers = settings.ok ? await askCaches(world, flake, settings.value, version.value) : [];
  return [
    judgeVersion(version),
    judgeFlakes(settings),
    ...(settings.ok ? [judgeSubstituters(answers)] : []),
    judgeStore(free),
  ];
};
