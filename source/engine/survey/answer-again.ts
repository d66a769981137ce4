import type { CheckRow } from '../../model/board/board.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { gitQuestions, gitRows } from '../../services/board/git-rows.ts';
import { flakeQuestion, hostQuestion, judgeHost } from '../../services/board/host-rows.ts';
import { failureRow } from '../../services/board/row.ts';
import type { Goal } from '../../state/run.ts';
import type { HostState } from '../../state/state.ts';
import type { EngineContext } from '../run/context.ts';

/** What the host answered last, and when; null where it was never asked. */
const lastAnswer = ({
  probe,
  facts,
}: HostState): { readonly answer: Result<HostFacts, Failure>; readonly at: number } | null => {
  switch (probe.kind) {
    case 'answered':
      return facts === null ? null : { answer: success(facts), at: facts.at };
    case 'failed':
      return { answer: failed(probe.failure), at: probe.at };
    case 'never':
    case 'probing':
      return null;
  }
};

/**
 * Answers the rows of hosts that were asked since, by whatever step: a deploy, a verification, or a
 * refresh.
 */
export const answerHostsAgain = ({ state, emitter }: EngineContext): void => {
  const { board, hosts } = state();
  const byId = new Map(
    Object.values(hosts).map((host) => [hostQuestion(host.entry.name).id, host]),
  );
  const rows = board.flatMap((row): readonly CheckRow[] => {
    const host = byId.get(row.id);
    const last = host === undefined ? null : lastAnswer(host);
    if (host === undefined || last === null || row.state === 'checking') return [];
    if (row.askedAt !== undefined && last.at <= row.askedAt) return [];
    return [{ ...judgeHost(host.entry, last.answer), askedAt: last.at }];
  });
  if (rows.length > 0) emitter.emit({ type: 'board-observed', rows });
};

/** The hosts of the flake were listed again, or could not be: the row that tells it comes or goes. */
export const answerFlakeAgain = ({ state, emitter }: EngineContext): void => {
  const { board, fleet } = state();
  const rows = board.filter(({ group }) => group === 'nix');
  const isTold = rows.some(({ id }) => id === flakeQuestion.id);
  const failure = fleet.kind === 'failed' ? fleet.failure : null;
  if (rows.length === 0 || rows.some((row) => row.state === 'checking')) return;
  if (failure === null && !isTold) return;
  emitter.emit({
    type: 'board-observed',
    rows: [
      ...rows.filter(({ id }) => id !== flakeQuestion.id),
      ...(failure === null ? [] : [failureRow(flakeQuestion, failure)]),
    ],
  });
};

/** Whether a run of this goal changes what the rows of git ask: remote, hooks, author, and files. */
export const changesGit = (goal: Goal): boolean => {
  switch (goal) {
    case 'update':
    case 'revert':
    case 'hold':
    case 'commit':
    case 'push':
    case 'request':
    case 'rollback':
      return true;
    case 'check':
    case 'test':
    case 'bisect':
    case 'deploy':
    case 'verify':
    case 'watch':
    case 'accept':
    case 'clean':
    case 'restart':
    // Headless: it ends the program, and nobody sees its board again.
    case 'run':
      return false;
  }
};

/**
 * Asks every question of git again, where a board holds their answers. These stay until the new
 * ones are there: a remote may take its time, and the step check needs a whole board.
 */
export const askGitAgain = async ({ state, emitter, git }: EngineContext): Promise<void> => {
  // Of the rows of git, only a whole look answers this one: a newer look has another.
  const known = (): CheckRow | undefined =>
    state().board.find(({ id }) => id === gitQuestions.push.id);
  const before = known();
  if (before === undefined || before.state === 'checking') return;
  const rows = await gitRows(git);
  if (known() === before) emitter.emit({ type: 'board-observed', rows });
};
