import { join } from 'node:path';
import { withChosen } from '../../model/inputs/chosen-revision.ts';
import type { ChosenRevision, LockChange } from '../../model/lock/change.ts';
import { sharedPlace } from '../git/folder.ts';
import { parseKept, readKept } from '../world/kept-file.ts';
import { stateFolder } from '../world/state-folder.ts';
import type { World } from '../world/world.ts';

/** Revisions that people chose; where the users of a checkout share their records, else in the state folder. */
export const chosenFile = 'chosen.json';

type RememberedChoice = { readonly input: string; readonly at: number } & ChosenRevision;

const isText = (value: unknown): value is string => typeof value === 'string';

/** By hand: the reader of schemas takes longer to load than two locks to compare. */
const readRecord = (value: unknown): readonly RememberedChoice[] => {
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { input, revision, wish, date, branch, onBranch, tip, at } = fields;
  if (!isText(input) || !isText(revision) || !isText(wish)) return [];
  return [
    {
      input,
      revision,
      wish,
      date: typeof date === 'number' ? date : null,
      branch: isText(branch) ? branch : null,
      onBranch: typeof onBranch === 'boolean' ? onBranch : null,
      tip: isText(tip) ? tip : null,
      at: typeof at === 'number' ? at : 0,
    },
  ];
};

const readChoices = async (
  files: World['files'],
  folder: string,
): Promise<readonly RememberedChoice[]> => {
  const kept = await readKept({ files }, join(folder, chosenFile));
  const json = kept.kind === 'text' ? parseKept(kept.text) : null;
  const entries: readonly unknown[] =
    json?.ok === true && Array.isArray(json.value) ? json.value : [];
  return entries.flatMap(readRecord);
};

/** The changes with what is remembered of choices, for who opens no engine. What cannot be read is told by it. */
export const withRememberedChoices = async (
  world: Pick<World, 'files' | 'folders'>,
  flake: string,
  changes: readonly LockChange[],
): Promise<readonly LockChange[]> => {
  if (changes.length === 0) return changes;
  const real = await world.files.realPath(flake);
  const at = real.ok ? real.value : flake;
  const shared = await sharedPlace(world, at);
  const records = await Promise.all([
    readChoices(world.files, stateFolder(world, at)),
    ...(shared.kind === 'open' || shared.kind === 'closed'
      ? [readChoices(shared.files, shared.path)]
      : []),
  ]);
  return withChosen(
    changes,
    records.flat().toSorted((one, other) => one.at - other.at),
  );
};
