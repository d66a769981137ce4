import { counted } from '../../model/words/sentences.ts';
import { isPassing, passingWords } from '../../state/passing-system.ts';
import type { AppState } from '../../state/state.ts';
import type { Confirmation, TonedText } from '../overlay.ts';
import { healthRowsOf } from '../rows/health.ts';
import { plain, quiet, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

const troubleOf = (app: AppState, name: string): readonly TonedText[] => {
  const host = app.hosts[name];
  if (host === undefined) return [];
  const work = host.work.kind === 'unhealthy' ? host.work.problems : [];
  const units = healthRowsOf(host).flatMap((row) =>
    row.kind === 'unit'
      ? [`${row.unit} ${row.problem === 'failed' ? 'failed' : 'does not run'}`]
      : [],
  );
  const told = work.length > 0 ? work : units;
  return told.length === 0
    ? [quiet(`${name}: no known trouble`)]
    : [warning(`${name}: ${told.join('; ')}`)];
};

/** Asks before the health of hosts as it is now becomes what later runs compare with. */
export const confirmAccept = (
  hosts: readonly string[],
  app: AppState,
  at: number,
): Confirmation => {
  const named = hosts.length === 1 ? (hosts[0] ?? '') : counted(hosts.length, 'host');
  return ask({
    title: `Accept the health of ${named}`,
    body: [
      ...hosts.flatMap((name) => troubleOf(app, name)),
      plain(
        `Later runs compare with this state and report nothing of it.${hosts.some((name) => isPassing(app.hosts[name])) ? ` ${passingWords}` : ''}`,
      ),
      quiet('Nothing is changed on any host.'),
    ],
    commands: [],
    choices: [no, { label: `Accept ${named}`, wish: { kind: 'accept', hosts }, guarded: true }],
    at,
  });
};
