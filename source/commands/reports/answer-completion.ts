import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { parseGitStatus } from '../../parsers/git/status.ts';
import { isFields, readJson } from '../../parsers/json.ts';
import { startEarly } from '../../services/world/process-early.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import { stateFolder } from '../../services/world/state-folder.ts';
import { after } from '../../services/world/timer.ts';
import { complete, flakeOf, type LiveNames } from '../arguments/complete.ts';
import { findFlakeNow, readLastFacts, readNow } from '../tui/last-facts.ts';

/** The newest runs are the ones that somebody means. */
const mostRuns = 50;

/** The inputs of the flake itself, as its lock names them: `nodes.root.inputs` of flake.lock. */
const inputsOf = (flake: string): readonly string[] => {
  const lock = readJson(readNow(path.join(flake, 'flake.lock')) ?? '');
  const root = isFields(lock) && typeof lock['root'] === 'string' ? lock['root'] : 'root';
  const nodes = isFields(lock) && isFields(lock['nodes']) ? lock['nodes'] : {};
  const node = nodes[root];
  return isFields(node) && isFields(node['inputs']) ? Object.keys(node['inputs']) : [];
};

const runsOf = (flake: string): readonly string[] => {
  try {
    return readdirSync(path.join(stateFolder({ folders: findFolders() }, flake), 'runs'))
      .sort()
      .toReversed()
      .slice(0, mostRuns);
  } catch {
    return [];
  }
};

/** A shell does not wait longer for a slow repository, ms. */
const gitMs = 1_000;

/** Changed files but for the lock. Only git knows these, and nothing in the repository is changed by the question. */
const changedIn = async (flake: string): Promise<readonly string[]> => {
  const early = startEarly({
    file: 'git',
    args: ['-C', flake, 'status', '--porcelain=v2', '-z', '--untracked-files=all'],
    env: { GIT_OPTIONAL_LOCKS: '0' },
  });
  const enough = after(gitMs, early.stop);
  const { exitCode, stdout } = await early.ended;
  enough();
  const { dirty } = parseGitStatus(exitCode === 0 ? stdout : '');
  return dirty.map(({ path: file }) => file).filter((file) => !/(^|\/)flake\.lock$/.test(file));
};

const flakeHere = (named: string | null): string | null => {
  const { folder } = readFlakeArgument(named ?? '.');
  return findFlakeNow(path.resolve(folder.replace(/^~(?=\/|$)/, os.homedir())));
};

/** Nothing is asked: a shell waits for the answer. */
const liveNames = (flake: string | null): Omit<LiveNames, 'changed'> => {
  const fleet = flake === null ? null : readLastFacts(flake, Date.now());
  const hosts = fleet?.hosts ?? [];
  const units = hosts.flatMap(({ answer }) => [...(answer?.failed ?? []), ...(answer?.down ?? [])]);
  return {
    hosts: () => hosts.map(({ name }) => name),
    tags: () => [...new Set(hosts.flatMap(({ tags }) => tags))].sort(),
    inputs: () => (flake === null ? [] : inputsOf(flake)),
    runs: () => (flake === null ? [] : runsOf(flake)),
    units: () => [...new Set(units)].sort(),
  };
};

/** Answers the completion script of a shell; `words` are those after `__complete --`. */
const answerCompletion = async (words: readonly string[]): Promise<string> => {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const flake = flakeHere(flakeOf(before));
  const live = liveNames(flake);
  let isAsked = false;
  const remembered = complete(before, word, {
    ...live,
    changed: () => {
      isAsked = true;
      return [];
    },
  });
  const files = isAsked && flake !== null ? await changedIn(flake) : [];
  const { candidates, hasFiles } = isAsked
    ? complete(before, word, { ...live, changed: () => files })
    : remembered;
  return [
    hasFiles ? 'files' : 'words',
    ...candidates.map((one) => (one.help === '' ? one.word : `${one.word}\t${one.help}`)),
    '',
  ].join('\n');
};

/** `nixup __complete -- WORD…`; `words` are those after `__complete`. */
export const showCompletion = async (words: readonly string[]): Promise<void> => {
  // Nobody hears of trouble in the middle of a line that is typed.
  process.stdout.on('error', () => undefined);
  const answer = await answerCompletion(words[0] === '--' ? words.slice(1) : words);
  process.stdout.write(answer);
};
