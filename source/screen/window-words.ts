import { isOver } from '../model/host/host.ts';
import { withoutControls } from '../model/words/without-controls.ts';
import { endingOf } from '../state/run.ts';
import { nextStage, stageOrder } from '../state/stage.ts';
import type { AppState } from '../state/state.ts';

/** How far a run is, 0 to 1; null where nobody can tell. */
const shareOf = (app: AppState): number | null => {
  const { run, runProgress } = app;
  if (run.kind !== 'active') return null;
  if (run.goal === 'test' || run.goal === 'bisect') {
    if (runProgress === null) return null;
    const { builds, fetches, copies } = runProgress;
    const expected = builds.expected + fetches.expected + copies.expected;
    return expected === 0 ? null : (builds.done + fetches.done + copies.done) / expected;
  }
  const works = run.hosts.flatMap((name) => app.hosts[name]?.work ?? []);
  return works.length === 0 ? null : works.filter(isOver).length / works.length;
};

/** What a terminal shows beside its window: nothing runs, something does, so much of it is done. */
export type WindowProgress =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'part' | 'paused' | 'failed'; readonly percent: number };

export const windowProgress = (app: AppState): WindowProgress => {
  const { run } = app;
  if (run.kind === 'done')
    return endingOf(run.result.exitCode) === 'failed'
      ? { kind: 'failed', percent: 100 }
      : { kind: 'none' };
  if (run.kind !== 'active') return { kind: 'none' };
  const share = shareOf(app);
  if (share === null) return { kind: 'unknown' };
  return {
    kind: app.isPaused ? 'paused' : 'part',
    percent: Math.round(Math.max(0, Math.min(1, share)) * 100),
  };
};

const endingWords = {
  well: 'done',
  partly: 'partly done',
  unhealthy: 'done, unhealthy',
  canceled: 'canceled',
  failed: 'failed',
} as const;

const doing = (app: AppState): string => {
  const { run } = app;
  switch (run.kind) {
    case 'active': {
      const progress = windowProgress(app);
      const part = 'percent' in progress ? ` ${progress.percent} %` : '';
      return `${run.goal}${part}${app.isPaused ? ', paused' : ''}`;
    }
    case 'canceling':
      return `stopping the ${run.goal}`;
    case 'done':
      return `${run.goal} ${endingWords[endingOf(run.result.exitCode)]}`;
    case 'none': {
      const next = nextStage(app);
      return next === undefined
        ? 'all steps done'
        : `step ${stageOrder(app).indexOf(next) + 1} of ${stageOrder(app).length}: ${next}`;
    }
  }
};

/** The title of the terminal's window: which flake, which step, how far. */
export const windowTitle = (app: AppState): string => {
  const name = app.demo ? 'demo' : (app.flakePath?.split('/').filter(Boolean).at(-1) ?? '');
  return withoutControls(`nixup${name === '' ? '' : ` ${name}`}: ${doing(app)}`);
};
