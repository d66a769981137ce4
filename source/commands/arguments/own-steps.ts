import type { StageName } from '../../state/stage.ts';
import type { SubcommandName } from './subcommands.ts';

/** The steps of the runbook that each subcommand does: it tells the state of these only. */
export const ownSteps: Readonly<Partial<Record<SubcommandName, readonly StageName[]>>> = {
  check: ['check'],
  update: ['update'],
  test: ['check', 'test'],
  deploy: ['deploy', 'verify'],
  verify: ['verify'],
  watch: ['watch'],
  commit: ['review', 'commit'],
  run: ['check', 'update', 'review', 'test', 'deploy', 'verify', 'commit'],
  resume: ['deploy', 'verify', 'commit'],
};
