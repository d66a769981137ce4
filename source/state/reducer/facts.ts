import { withChart } from '../../model/watch/chart.ts';
import type { AppEvent, Fact } from '../events.ts';
import type { AppState } from '../state.ts';
import { answeredAt, mergeRows } from './board-rows.ts';
import { withCheckByBoard } from './check-step.ts';
import { reduceFleetFact, withDeploys } from './hosts.ts';
import { addUnitLines } from './kept-logs.ts';
import { reduceLockFact } from './lock.ts';

const keptCommands = 500;
const keptNotices = 50;

// Whole: one case for each fact, and the compiler asks for each.
/** Folds a fact into the state. Pure. */
export const reduceFact = (state: AppState, event: AppEvent & Fact): AppState => {
  switch (event.type) {
    case 'lock-observed':
    case 'commits-counted':
    case 'commits-uncounted':
    case 'release-notes-read':
    case 'inputs-put-back':
    case 'input-hosts-found':
    case 'forge-limited':
    case 'inputs-asked':
    case 'subjects-listed':
      return reduceLockFact(state, event);
    case 'packages-compared':
    case 'fleet-listing':
    case 'fleet-listed':
    case 'fleet-unlisted':
    case 'host-probing':
    case 'host-probed':
    case 'checks-asked':
    case 'host-previewed':
    case 'host-unprobed':
    case 'host-sampled':
    case 'host-expected':
    case 'position-judged':
    case 'system-committed':
      return reduceFleetFact(state, event);
    case 'flake-opened':
      return { ...state, flakePath: event.path, demo: event.demo, readOnly: event.readOnly };
    case 'order-read':
      return event.commitsFirst === state.commitsFirst
        ? state
        : { ...state, commitsFirst: event.commitsFirst };
    case 'git-observed':
      return { ...state, git: event.git, gitProblem: event.why };
    case 'requests-observed':
      return { ...state, waitingRequests: event.waiting };
    case 'board-checking':
      return mergeRows(
        state,
        state.board
          .filter((row) => event.ids.includes(row.id))
          .map((row) => ({ ...row, state: 'checking' as const })),
      );
    case 'board-observed':
      return withCheckByBoard(mergeRows(state, answeredAt(event.rows, event.at)), event.at);
    case 'history-listed':
      return {
        ...state,
        history: event.runs,
        olderRuns: event.older ?? 0,
        madeCommits: event.made ?? state.madeCommits,
      };
    case 'package-runs-found':
      return { ...state, packageRuns: { asked: event.asked, runs: event.runs } };
    case 'active-found':
      return { ...state, active: event.run };
    case 'interruption-found':
      return { ...state, interrupted: event.run };
    case 'pending-listed':
      return { ...state, pending: event.hosts };
    case 'watches-listed':
      return { ...state, watches: event.watches };
    case 'unit-logged':
      return { ...state, unitLogs: addUnitLines(state.unitLogs, event) };
    case 'chart-read':
      return { ...state, charts: withChart(state.charts, event.answer) };
    case 'trends-read':
      return { ...state, trends: event.trends };
    case 'notified': {
      const { notification, terminal } = event;
      return { ...state, notified: { notification, terminal } };
    }
    case 'deploys-listed':
      return withDeploys(state, event.systems);
    case 'accepted-listed':
      return { ...state, accepted: event.units };
    case 'command-ran':
      return { ...state, commands: [...state.commands, event.command].slice(-keptCommands) };
    case 'noticed': {
      const id = (state.notices.at(-1)?.id ?? 0) + 1;
      const notice = { id, at: event.at, tone: event.tone, text: event.text };
      return { ...state, notices: [...state.notices, notice].slice(-keptNotices) };
    }
  }
};
