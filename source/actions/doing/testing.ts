import { buildableHosts } from '../../state/hosts.ts';
import type { ActionContext } from '../action.ts';
import { isReadingHosts } from '../reasons.ts';
import { forShown } from './shown-hosts.ts';
import { startRun } from './start-run.ts';
import { tell } from './tell.ts';

export const testHosts = (context: ActionContext, hosts: readonly string[]): void => {
  context.ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
  startRun(context, (engine) => engine.build.test(hosts));
};

/**
 * Tests every host that the filter of the fleet shows; a key pressed before the hosts are known is
 * kept, and acts then.
 */
export const testAll = (context: ActionContext): void => {
  const now = (): void =>
    forShown(context, 'test', buildableHosts(context.state().app), (hosts) =>
      testHosts(context, hosts),
    );
  if (!isReadingHosts(context.state())) {
    now();
    return;
  }
  context.ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
  tell(context, 'every host is tested as soon as the hosts are read');
  context.whenRead('test all', now);
};
