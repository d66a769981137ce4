import { type CheckRow, row } from '../../model/board.ts';
import { counted } from '../../model/counted.ts';
import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { showSize } from '../../model/format-size.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { isAtLeast, type NixVersion } from '../../parsers/nix-version.ts';
import type { Nix } from '../nix.ts';
import type { NixSettings } from '../nix-settings.ts';
import type { World } from '../world.ts';
import { byCommand, failureRow, questionOf, someOf } from './row.ts';

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
  const { flakesEnabled, flakesRemedy, system } = settings.value;
  return flakesEnabled
    ? row(asked, 'green', `enabled, for ${system}`)
    : row(asked, 'red', 'flakes are not enabled in the Nix configuration', {
        text: flakesRemedy ?? 'add to nix.conf: experimental-features = nix-command flakes',
      });
};

export interface SubstituterAnswer {
  readonly url: string;
  /** Null when it answered. */
  readonly problem: string | null;
}

export const judgeSubstituters = (
  configured: readonly string[],
  answers: readonly SubstituterAnswer[],
): CheckRow => {
  const asked = nixQuestions.substituters;
  if (configured.length === 0)
    return row(asked, 'not-set-up', 'none: everything is built from source');
  const broken = answers.filter(({ problem }) => problem !== null);
  const detail = broken.map(({ url, problem }) => `${url}: ${problem}`);
  if (broken.length === 0) return row(asked, 'green', someOf(configured));
  const all = broken.length === answers.length;
  return row(
    asked,
    all ? 'red' : 'warning',
    all
      ? `no substituter answers: ${someOf(broken.map(({ url }) => url))}`
      : `${broken.length} of ${counted(answers.length, 'substituter')} ${broken.length === 1 ? 'does' : 'do'} not answer: ${someOf(broken.map(({ url }) => url))}`,
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
    byCommand(
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

const askSubstituter = async (
  world: Pick<World, 'http'>,
  url: string,
): Promise<SubstituterAnswer> => {
  const base = url.split('?')[0]?.replace(/\/+$/, '') ?? url;
  const answer = await world.http({ url: `${base}/nix-cache-info`, timeoutMs: 5_000 });
  if (!answer.ok) {
    const { failure } = answer;
    return {
      url: base,
      problem: failure.code === 'http-failed' ? failure.detail : explain(failure).what,
    };
  }
  const { status, body } = answer.value;
  return {
    url: base,
    problem: status === 200 && body.includes('StoreDir') ? null : `status ${status}`,
  };
};

/** The rows of Nix. Without Nix there is one, and it is red. */
export const nixRows = async (
  world: Pick<World, 'exec' | 'http'>,
  nix: Pick<Nix, 'version' | 'settings'>,
): Promise<readonly CheckRow[]> => {
  const version = await nix.version();
  if (!version.ok) return [judgeVersion(version)];
  const [settings, free] = await Promise.all([nix.settings(), readFree(world)]);
  const configured = settings.ok ? settings.value.substituters : [];
  const answers = await Promise.all(
    configured.filter((url) => /^https?:/.test(url)).map((url) => askSubstituter(world, url)),
  );
  return [
    judgeVersion(version),
    judgeFlakes(settings),
    ...(settings.ok ? [judgeSubstituters(configured, answers)] : []),
    judgeStore(free),
  ];
};
