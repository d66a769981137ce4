import pLimit from 'p-limit';
import {
  type CheckAnswer,
  type CheckAsk,
  type CheckOrder,
  checkProblem,
  type OwnCheckKind,
} from '../../model/host/own-checks.ts';
import type { AskCheck, CheckPlace, CheckTools } from './asker.ts';
import { askPrometheus } from './prometheus.ts';
import { askCommand, askJournal, askScript } from './script.ts';
import { askTcp } from './tcp.ts';
import { askAlertmanager, askGrafana, askHttp } from './web.ts';

/** A check that did not pass. */
export interface FailedCheck {
  /** The check's name. */
  readonly check: string;
  /** One sentence: what it said last, or why it could not be asked. */
  readonly problem: string;
  /** It could not be asked, so that nobody knows whether it fails; absent where it does. */
  readonly isUnknown?: true;
}

/** How each kind is asked. */
const askers: { readonly [Kind in OwnCheckKind]: AskCheck<Kind> } = {
  http: askHttp,
  tcp: askTcp,
  command: askCommand,
  journal: askJournal,
  script: askScript,
  prometheus: askPrometheus,
  grafana: askGrafana,
  alertmanager: askAlertmanager,
};

const askOf = async <Kind extends OwnCheckKind>(
  tools: CheckTools,
  ask: CheckAsk<Kind>,
  order: CheckOrder,
  place: CheckPlace,
): Promise<CheckAnswer> => await askers[ask.kind](tools, ask, order, place);

/**
 * Asks a check. One that has no answer within its limit is asked once more: a server that stood still for a moment is no
 * trouble, one that is late twice is. Programs are not run twice: they may do something.
 */
export const askCheck = async (
  tools: CheckTools,
  order: CheckOrder,
  place: CheckPlace,
): Promise<CheckAnswer> => {
  const first = await askOf(tools, order.ask, order, place);
  return first.kind === 'failed' && first.isLate === true
    ? await askOf(tools, order.ask, order, place)
    : first;
};

/** Checks of one host that are asked at the same time. */
const atOnce = 4;

/** Asks checks of a host. Answers those that fail or could not be asked, in their order. */
export const askChecks = async (
  tools: CheckTools,
  orders: readonly CheckOrder[],
  place: CheckPlace,
): Promise<readonly FailedCheck[]> => {
  const limit = pLimit(atOnce);
  const answers = await Promise.all(
    orders.map((order) =>
      limit(async () => ({ order, answer: await askCheck(tools, order, place) })),
    ),
  );
  return answers.flatMap(({ order, answer }) =>
    answer.kind === 'passed'
      ? []
      : [
          {
            check: order.name,
            problem: checkProblem(order, answer.words),
            ...(answer.kind === 'unasked' ? { isUnknown: true as const } : {}),
          },
        ],
  );
};
