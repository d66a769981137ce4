import { resolve } from 'node:path';
import { lockDifferenceJson } from '../../model/inputs/lock-json.ts';
import { lockDifferenceMarkdown } from '../../model/inputs/report-markdown.ts';
import { lockDifferenceText } from '../../model/inputs/report-text.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import type { Result } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import {
  findLockFolder,
  type LabelledLock,
  readNewLock,
  readOldLock,
  type UnreadSource,
} from '../../services/config/lock-sources.ts';
import { withRememberedCounts } from '../../services/inputs/cache.ts';
import { withRememberedChoices } from '../../services/inputs/chosen-remembered.ts';
import type { World } from '../../services/world/world.ts';

export interface DiffRequest {
  /** A file or a git revision of the flake; HEAD when absent. */
  readonly old?: string;
  /** The same; the working tree's lock when absent. */
  readonly new?: string;
  /** The flake's folder. */
  readonly flake: string;
  readonly json: boolean;
  readonly markdown: boolean;
  /** Commits and what may break too: asks git, the store and forges. */
  readonly facts?: boolean;
}

export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const wrong = async ({ failure, next }: UnreadSource): Promise<CommandAnswer> => {
  // Most of the time nothing is wrong, and nobody pays for the sentences.
  const { explain } = await import('../../model/explain/explain.ts');
  const explanation = explain(failure);
  const lines = [`nixup diff: ${explanation.what}`, `  ${next ?? adviceLine(explanation.next)}`];
  return { exitCode: 2, stdout: '', stderr: `${lines.join('\n')}\n` };
};

const refusalText = async ({ failure, next }: UnreadSource): Promise<string> => {
  const { refusalDocument, refusalsOf } = await import('../documents/refusal.ts');
  const errors = refusalsOf([failure]).map((one) => (next === null ? one : { ...one, next }));
  return `${JSON.stringify(refusalDocument(2, errors), null, 2)}\n`;
};

const textOf = (side: Result<LabelledLock, UnreadSource>): string | undefined =>
  side.ok ? side.value.text : side.failure.text;

/** The line difference of two files of which one is no lock; empty where one was not read. */
const rawText = async (old: string | undefined, now: string | undefined): Promise<string> => {
  if (old === undefined || now === undefined) return '';
  const { rawDifference } = await import('../../screen/texts/difference.ts');
  const signs = { added: '+', removed: '-', same: ' ' } as const;
  const lines = rawDifference(old, now).flatMap(({ oldStart, newStart, lines: changed }) => [
    `@@ line ${oldStart} → ${newStart} @@`,
    ...changed.map(({ kind, text }) => withoutControls(`${signs[kind]}${text}`)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
};

/**
 * `nixup diff`: what differs between two locks, as text, JSON or Markdown, the
 * same content in each. Needs neither Nix nor network. A lock that cannot be
 * read ends with exit status 2.
 */
export const runDiff = async (request: DiffRequest, world: World): Promise<CommandAnswer> => {
  const flake = await findLockFolder(world, resolve(world.workingFolder, request.flake));
  const [old, now] = await Promise.all([
    readOldLock(world, flake, request.old),
    readNewLock(world, flake, request.new),
  ]);
  const refuse = async (refusal: UnreadSource): Promise<CommandAnswer> => {
    const answer = await wrong(refusal);
    // Scripts get why; a person still sees what differs line by line.
    return request.json
      ? { ...answer, stdout: await refusalText(refusal) }
      : { ...answer, stdout: await rawText(textOf(old), textOf(now)) };
  };
  if (!old.ok) return await refuse(old.failure);
  if (!now.ok) return await refuse(now.failure);
  const counted = await withRememberedCounts(world, diffLocks(old.value.lock, now.value.lock));
  const changes = await withRememberedChoices(world, flake, counted);
  const answer = (text: string, problems: readonly string[] = []): CommandAnswer => ({
    exitCode: 0,
    stdout: `${text}\n`,
    stderr: problems.map((line) => `${line}\n`).join(''),
  });
  const { label: oldLabel } = old.value;
  const { label: newLabel, lock } = now.value;
  // Scripts ask for the bare difference often, and nobody pays for more than it.
  if (request.json && request.facts !== true)
    return answer(JSON.stringify(lockDifferenceJson(oldLabel, newLabel, changes), null, 2));
  const { askForFacts, reviewOfLock } = await import('../reports/diff-facts.ts');
  const {
    changes: told,
    review,
    problems,
  } = request.facts === true
    ? await askForFacts(world, changes, lock)
    : { changes, review: reviewOfLock(changes, lock), problems: [] };
  if (request.json)
    return answer(
      JSON.stringify(lockDifferenceJson(oldLabel, newLabel, told, review), null, 2),
      problems,
    );
  return answer(
    request.markdown ? lockDifferenceMarkdown(told, review) : lockDifferenceText(told, 100, review),
    problems,
  );
};
