import { isPersistent } from '../model/deploy/in-place.ts';
import { changedWords } from '../model/inputs/report.ts';
import { showCommit } from '../model/words/format.ts';
import { counted } from '../model/words/sentences.ts';
import { begunState, testWords } from './correct-stages.ts';
import { lastCommitOf } from './last-commit.ts';
import { testedPart } from './part-of-fleet.ts';
import { nextStage, type StageName, type StageState } from './stage.ts';
import type { AppState } from './state.ts';

type Inferred = readonly [StageName, StageState];

/** Whether the tree is what HEAD holds, and the lock with it. Pure. */
export const isNothingToCommit = ({ git, lock }: AppState): boolean =>
  git !== null &&
  git.dirty.length === 0 &&
  (lock.kind !== 'read' || (lock.uncompared === undefined && lock.changes.length === 0));

/** A runbook that was done up to the commit and has nothing to commit continues without one. */
const closedCommit = (state: AppState): readonly Inferred[] =>
  nextStage(state) === 'commit' &&
  state.stages.commit.kind !== 'running' &&
  isNothingToCommit(state)
    ? [['commit', { kind: 'skipped', reason: 'nothing to commit: the tree is clean' }]]
    : [];

/** An update that changed nothing leaves nothing to review. */
const closedReview = (state: AppState, at: number): readonly Inferred[] =>
  nextStage(state) === 'review' &&
  state.stages.review.kind !== 'running' &&
  state.lock.kind === 'read' &&
  state.lock.uncompared === undefined &&
  state.lock.changes.length === 0
    ? [['review', { kind: 'passed', evidence: 'no input changed: nothing to review', at }]]
    : [];

/**
 * The commit of HEAD where a run of nixup made it before a deploy. Where any host runs it already, the runbook of that lock
 * was deployed, and the next one begins anew.
 */
const committedFirst = (state: AppState, isBegun: boolean): string | null => {
  const { git } = state;
  const last = lastCommitOf(state);
  return git !== null &&
    git.dirty.length === 0 &&
    !isBegun &&
    last.kind === 'made' &&
    last.revision === git.head
    ? last.revision
    : null;
};

/** What a commit before the deploy proves: the tree that it holds was updated, reviewed and tested. */
const provenByCommit = (
  revision: string,
  hosts: number,
): readonly (readonly [StageName, string])[] => {
  const short = showCommit(revision);
  return [
    ['update', `the new lock is committed, ${short}`],
    ['review', `the new lock is committed, ${short}`],
    ['test', `${counted(hosts, 'toplevel')} built and valid for exactly this tree`],
    ['commit', `${short} holds this tree`],
  ];
};

/**
 * Steps of the runbook that the facts alone prove, for example when nixup starts: a changed lock
 * was updated, built systems were tested, hosts that run them were deployed. Where the tree changed
 * but not its lock, update and review pass by themselves. Only steps that were not begun are
 * answered. Pure.
 */
export const inferStages = (state: AppState, at: number): readonly Inferred[] => {
  const { git, lock, stages } = state;
  if (git === null || lock.kind !== 'read') return [];
  const inferred: Inferred[] = [];
  const pass = (name: StageName, evidence: string): void => {
    if (stages[name].kind === 'todo') inferred.push([name, { kind: 'passed', evidence, at }]);
  };
  if (git.dirty.length > 0) {
    if (lock.uncompared !== undefined) pass('update', `not compared: ${lock.uncompared}`);
    else if (lock.changes.length > 0)
      pass('update', `${changedWords(lock.changes)}, compared with HEAD`);
    else {
      pass('update', 'no input changed: the change is in the configuration only');
      pass('review', 'no input changed: nothing to review');
    }
  }
  const tested = testedPart(state);
  if (git.dirty.length > 0 && stages.test.kind === 'todo' && tested.done.length > 0) {
    const begun = begunState(tested, testWords, at);
    if (begun !== null) inferred.push(['test', begun]);
  }
  const hosts = Object.values(state.hosts).filter(({ entry }) => entry.role.kind === 'deployable');
  const expected = hosts.flatMap(({ expectation, facts }) =>
    expectation.kind === 'known' && expectation.tree === git.tree ? [{ expectation, facts }] : [],
  );
  const closed = (): readonly Inferred[] =>
    [...closedReview(state, at), ...closedCommit(state)].filter(
      ([name]) => !inferred.some(([known]) => known === name),
    );
  if (hosts.length === 0 || expected.length < hosts.length) return [...closed(), ...inferred];
  if (
    git.dirty.length > 0 &&
    tested.left.length === 0 &&
    expected.every(({ expectation }) => expectation.builtAt !== null)
  )
    pass('test', `${counted(hosts.length, 'toplevel')} built and valid for exactly this tree`);
  const inPlace = expected.every(
    ({ expectation, facts }) =>
      facts !== null &&
      facts.current === expectation.toplevel &&
      isPersistent(facts, expectation.toplevel),
  );
  if (git.dirty.length > 0 && inPlace) pass('deploy', 'every host runs what the flake says');
  const isBegun = expected.some(
    ({ expectation, facts }) => facts?.current === expectation.toplevel,
  );
  const commit =
    tested.left.length === 0 && expected.every(({ expectation }) => expectation.builtAt !== null)
      ? committedFirst(state, isBegun)
      : null;
  if (commit !== null)
    for (const [name, evidence] of provenByCommit(commit, hosts.length)) pass(name, evidence);
  return [...closed(), ...inferred];
};
