import { type Reviewer, reviewed } from '../../state/review.ts';
import { type StageName, whyUnfinished } from '../../state/stage.ts';
import type { EngineTools } from '../run/tools.ts';
import { tellReviewed } from './check.ts';
import { judgeStages } from './judge-fleet.ts';

/**
 * What a person says about the steps of the runbook; everything else about them is found by facts.
 */
export interface StagesEngine {
  /** A person has looked at the lock: the review passes. Where nobody has, it is skipped and says so. */
  passReview(reviewer: Reviewer): void;
  /**
   * The person continues without a step that failed: it counts as skipped, with the failure as the
   * reason.
   */
  skip(stage: StageName): void;
}

export const createStagesEngine = ({ context, emit }: EngineTools): StagesEngine => ({
  passReview: (reviewer) => {
    const { lock } = context().state();
    const changes = lock.kind === 'read' ? lock.changes : [];
    const state = reviewed(changes, reviewer, context().world.clock.now());
    emit({ type: 'stage-changed', stage: 'review', state });
    if (state.kind === 'passed') tellReviewed(context());
  },
  skip: (stage) => {
    const reason = whyUnfinished(context().state().stages[stage]);
    if (reason === null) return;
    emit({ type: 'stage-changed', stage, state: { kind: 'skipped', reason } });
    judgeStages(context());
  },
});
