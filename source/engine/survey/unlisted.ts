import { besideOthers } from '../../model/causes/known-causes.ts';
import type { HostCause } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import { causeOfFailure, findCauses, syntaxCause } from '../build/causes.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * The reason why no host can be listed is shown like a cause of a failed test: with its place in
 * the flake, and what can be done. Where files do not parse, every such file.
 */
export const tellUnlisted = async (context: EngineContext, failure: Failure): Promise<void> => {
  if (failure.code !== 'evaluation-failed') return;
  const syntax = await context.nix.checkFlakeSyntax(context.flake);
  const { files, problems } = syntax.ok ? syntax.value : { files: [], problems: [] };
  const named = failure.because?.class === 'syntax' ? problems.map(syntaxCause) : [];
  const causes = named.length > 0 ? named : [causeOfFailure(failure)];
  const found = findCauses(
    context,
    causes.map((cause): HostCause => ({ host: null, step: 'evaluate', cause })),
    new Set(files),
  );
  const ofHosts = context.state().causes.filter(({ hosts }) => hosts.length > 0);
  context.emitter.emit({ type: 'causes-found', causes: besideOthers(found, ofHosts) });
};
