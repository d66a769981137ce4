import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { pushHookWords } from '../../parsers/git/push.ts';
import type { Pushed } from '../../services/git/push.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** What the hooks of a push say goes to the log, and is told when it is over. */
export const pushTold = async (
  { git, emitter }: EngineContext,
  session: RunSession,
  target: Parameters<EngineContext['git']['push']>[0],
): Promise<Result<Pushed, Failure>> => {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    session.log(null, line);
  };
  const pushed = await git.push({ ...target, onLine });
  const words = pushed.ok ? pushHookWords(lines) : [];
  if (words.length > 0)
    emitter.emit({
      type: 'noticed',
      tone: 'info',
      text: `The hooks of the push said: ${words.join(' / ')}`,
    });
  return pushed;
};
