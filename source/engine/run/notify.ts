import { explainInLine } from '../../model/explain/explain.ts';
import { type Notification, notificationOfRun } from '../../model/run/notification.ts';
import { endingOf, type RunSummary } from '../../state/run.ts';
import type { EngineContext } from './context.ts';

const timeoutMs = 30_000;

type Notifying = Pick<EngineContext, 'isTrusted' | 'flake'> & {
  readonly world: Pick<EngineContext['world'], 'exec'>;
  readonly config: Pick<EngineContext['config'], 'notify'>;
  readonly emitter: Pick<EngineContext['emitter'], 'emit'>;
};

/** Its words stand in the command as words of their own: no shell reads them. */
const wordsWith = (words: readonly string[], { title, text }: Notification): readonly string[] =>
  words.map((word) => word.replaceAll('{title}', title).replaceAll('{text}', text));

/** Tells the person who waits: by the screen's terminal, and by the command of the config. */
export const notifyPerson = async (
  { world, config, emitter, isTrusted, flake }: Notifying,
  notification: Notification,
): Promise<void> => {
  const { terminal, command } = config.notify;
  emitter.emit({ type: 'notified', notification, terminal });
  const [file, ...args] = command === null ? [] : wordsWith(command, notification);
  if (file === undefined) return;
  if (!isTrusted) {
    emitter.emit({
      type: 'noticed',
      tone: 'warning',
      text: 'The command of [notify] was not run: nixup.toml is not trusted yet. Trust it with --trust.',
    });
    return;
  }
  const done = await world.exec(
    { file, args, cwd: flake },
    {
      input: `${JSON.stringify({ version: 1, ...notification, flake })}\n`,
      timeoutMs,
      does: 'tells that something ended',
    },
  );
  if (!done.ok)
    emitter.emit({
      type: 'noticed',
      tone: 'warning',
      text: `The command of [notify] failed. ${explainInLine(done.failure)}`,
    });
};

/** Tells that the newest run ended, where somebody waits for it. */
export const notifyOfRun = async (
  context: EngineContext,
  run: RunSummary | undefined,
): Promise<void> => {
  if (run?.ending == null) return;
  const { result, at } = run.ending;
  const ending = endingOf(result.exitCode);
  const notification = notificationOfRun({
    run: run.id,
    goal: run.goal,
    startedAt: run.startedAt,
    endedAt: at,
    ending,
    isBad: ending === 'failed' || ending === 'unhealthy',
    summary: result.summary,
  });
  if (notification !== null) await notifyPerson(context, notification);
};
