import { showCommand } from '../../model/command.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Gives the terminal to a shell on the host, or to one command there, and takes it back. */
export const openShell = (context: ActionContext, host: string, line: string): void => {
  const engine = context.engine();
  if (engine === undefined) return;
  context.start(async () => {
    const ended = await engine.hosts.shell(host, line, async (command) =>
      context.terminal.runCommand(command, showCommand(command), line.trim() !== ''),
    );
    if (ended === null) tell(context, `${host} is not in the flake`, 'warn');
    else
      tell(
        context,
        `${host}: ${ended.text}; R asks the hosts again`,
        ended.isWell ? 'plain' : 'warn',
      );
  });
};
