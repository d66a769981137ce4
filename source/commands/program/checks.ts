import type { Console } from './console.ts';
import type { Program } from './open.ts';

/** Hosts whose sudo wants a password get it from the person, before anything is done to them. */
export const unlockTargets = async (
  program: Pick<Program, 'engine'>,
  plan: { readonly targets: readonly { readonly host: string }[] },
  console: Console,
): Promise<void> => {
  if (!console.canAsk || plan.targets.length === 0) return;
  await program.engine.hosts.unlock(
    plan.targets.map(({ host }) => host),
    (question) => console.askSecret(question),
  );
};
