import { showStorePath } from '../../model/words/format.ts';
import { showAge } from '../../model/words/format-time.ts';
import { doneSinceWords, pausedWords } from '../../state/done-since.ts';
import { filesDoneWords, filesToComeWords } from '../../state/partly-back.ts';
import type { InterruptedRun } from '../../state/run.ts';
import { aRun, startLostWords, unreadWords } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import { item } from '../menu-item.ts';
import type { Menu, TonedText } from '../overlay.ts';

const truthOf = (app: AppState, run: InterruptedRun, host: string): TonedText => {
  const facts = app.hosts[host]?.facts;
  const target = run.targets[host];
  const origin = run.origins[host];
  if (facts === undefined || facts === null)
    return { text: `${host}   not asked yet, or it does not answer`, tone: 'muted' };
  if (facts.current !== null && facts.current === target)
    return facts.profile === target
      ? { text: `${host}   runs the new system, and boots it`, tone: 'good' }
      : {
          text: `${host}   runs the new system, but does not boot it yet${facts.supervision === undefined ? '' : '; goes back by itself unless finished soon'}`,
          tone: 'warn',
        };
  if (facts.current !== null && facts.current === origin)
    return { text: `${host}   runs the system that it had before`, tone: 'plain' };
  return {
    text: `${host}   runs ${facts.current === null ? 'an unknown system' : showStorePath(facts.current)}`,
    tone: 'warn',
  };
};

const hasHosts = (run: InterruptedRun): boolean => Object.keys(run.targets).length > 0;

/** What nobody can know of it. */
const unknownOf = (run: InterruptedRun): readonly string[] => [
  ...(run.isStartLost === undefined ? [] : [startLostWords]),
  ...(run.unread === undefined ? [] : [unreadWords(run.unread)]),
  ...run.openDeeds.map(
    ({ deed, host }) => `Started, result unknown: ${deed}${host === null ? '' : ` on ${host}`}.`,
  ),
];

/** Explains a run that was cut off, and offers to finish it, to roll back, or to leave it. */
export const interruptedMenu = (run: InterruptedRun, app: AppState, at: number): Menu => ({
  kind: 'menu',
  title: `${aRun(run.isStartLost === true ? 'run' : run.goal, 'A')} was interrupted`,
  note: [
    {
      text: `It began ${showAge(at - run.startedAt)} ago and last wrote ${showAge(at - run.lastEventAt)} ago.${run.hosts.length === 0 ? '' : ` Hosts: ${run.hosts.join(', ')}.`}`,
      tone: 'plain',
    },
    ...(run.finishedHosts.length === 0
      ? []
      : [{ text: `Finished before: ${run.finishedHosts.join(', ')}.`, tone: 'muted' as const }]),
    ...[...pausedWords(run), ...doneSinceWords(run)].map((text) => ({
      text,
      tone: 'warn' as const,
    })),
    ...(run.alsoBack === undefined
      ? []
      : [{ text: filesToComeWords(run.alsoBack), tone: 'plain' as const }]),
    ...unknownOf(run).map((text) => ({ text, tone: 'warn' as const })),
    {
      text: hasHosts(run) ? 'What is true now:' : 'No host was started.',
      tone: 'plain' as const,
    },
    ...Object.keys(run.targets).map((host) => truthOf(app, run, host)),
  ],
  items: [
    item('leave', 'Leave it', 'everything stays as it is; the run is closed', {
      kind: 'resume',
      choice: 'leave',
    }),
    ...(hasHosts(run) || run.alsoBack !== undefined
      ? [
          item(
            'finish',
            'Finish it',
            run.alsoBack !== undefined
              ? `takes the remaining hosts back, then ${filesDoneWords(run.alsoBack)}`
              : run.mode === 'rollback'
                ? 'takes the remaining hosts back'
                : 'brings the remaining hosts to the new system',
            { kind: 'resume', choice: 'finish' },
          ),
        ]
      : []),
    item(
      'rollback',
      'Roll back',
      hasHosts(run)
        ? 'takes the hosts to the system that they had before'
        : 'puts flake.lock back as it was before the run',
      { kind: 'resume', choice: 'rollback' },
      hasHosts(run) && run.mode === 'rollback'
        ? 'it was a rollback: this would return to the system that was rolled back'
        : null,
    ),
  ],
  cursor: null,
  careful: true,
  openedAt: at,
});
