import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { isFields, readJson } from '../../parsers/json.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import { stateFolder } from '../../services/world/state-folder.ts';
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

/** Nothing is asked: a shell waits for the answer. */
const liveNames = (named: string | null): LiveNames => {
  const { folder } = readFlakeArgument(named ?? '.');
  const start = folder.replace(/^~(?=\/|$)/, os.homedir());
  const flake = findFlakeNow(path.resolve(start));
  const fleet = flake === null ? null : readLastFacts(flake, Date.now());
  const hosts = fleet?.hosts ?? [];
  return {
    hosts: () => hosts.map(({ name }) => name),
    tags: () => [...new Set(hosts.flatMap(({ tags }) => tags))].sort(),
    inputs: () => (flake === null ? [] : inputsOf(flake)),
    runs: () => (flake === null ? [] : runsOf(flake)),
  };
};

/** Answers the completion script of a shell; `words` are those after `__complete --`. */
export const answerCompletion = (words: readonly string[]): string => {
  const before = words.slice(0, -1);
  const { candidates, hasFiles } = complete(before, words.at(-1) ?? '', liveNames(flakeOf(before)));
  return [
    hasFiles ? 'files' : 'words',
    ...candidates.map(({ word, help }) => (help === '' ? word : `${word}\t${help}`)),
    '',
  ].join('\n');
};
