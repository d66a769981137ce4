import type { EngineTools } from '../run/tools.ts';
import type { CommitCounts } from './commit-counts.ts';
import { loadAllCommits, loadCommitsOf, readCommitMessage } from './commits.ts';
import { tellInputHosts } from './hosts.ts';

/** What can be asked of the inputs whose lock changed. */
export interface InputsEngine {
  /** Lazily: commit count and subjects of one changed input; `onPart` after each part of a long list. */
  loadCommits(path: string, onPart?: () => void): Promise<void>;
  /** The same for all changed inputs: what their subjects say of breaking changes is then known. */
  loadAllCommits(): Promise<void>;
  /** The whole message of one of its commits, or why it is not known. */
  readMessage(
    path: string,
    revision: string,
  ): Promise<{ readonly text: string } | { readonly why: string }>;
  /** From now on the commits of all changed inputs are counted in the background, after each update too. */
  followCommits(): void;
  /** Which hosts each of these inputs changes, evaluated with only that input moved; told as events. */
  findHosts(inputs: readonly string[]): Promise<void>;
}

export const createInputsEngine = (
  { context }: EngineTools,
  counts: CommitCounts,
  isClosed: () => boolean,
): InputsEngine => ({
  loadCommits: (path, onPart) => loadCommitsOf(context(), path, onPart),
  readMessage: (path, revision) => readCommitMessage(context(), path, revision),
  loadAllCommits: () => loadAllCommits(context(), isClosed),
  followCommits: counts.follow,
  findHosts: (inputs) => tellInputHosts(context(), inputs),
});
