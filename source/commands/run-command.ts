import packageFile from '../../package.json' with { type: 'json' };
import { showCommand } from '../model/command.ts';
import { toAscii } from '../model/glyphs.ts';
import type { World } from '../services/world.ts';
import type { CommandContext } from './command.ts';
import type { Console } from './console.ts';
import { helpText } from './help.ts';
import type { Invocation } from './invocation.ts';
import { parseArguments } from './parse-arguments.ts';
import { registry } from './registry.ts';

/** What differs between the process and a test. */
export interface CommandSurroundings {
  readonly console: Console;
  readonly createWorld: () => Promise<World>;
  readonly openEngine: CommandContext['openEngine'];
  /** Opens the screen; undefined where there is no terminal. */
  readonly openScreen: ((invocation: Invocation) => Promise<number>) | undefined;
}

/** The console with the signs of the ASCII set; JSON stays as it is. */
const asciiConsole = (console: Console, isJson: boolean): Console => ({
  ...console,
  answer: (text) => console.answer(toAscii(text)),
  answerRaw: (text) => console.answerRaw(isJson ? text : toAscii(text)),
  tell: (text) => console.tell(toAscii(text)),
  ask: (question) => console.ask(toAscii(question)),
  askSecret: (question) => console.askSecret(toAscii(question)),
});

const wantsScreen = ({ command, flags }: Invocation): boolean =>
  (command === null || command === 'demo') && !flags.json && !flags.plain;

/** Understands the command line and does what it says. Answers the exit status. */
export const runCommand = async (
  argv: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> => {
  const { console, createWorld, openEngine, openScreen } = surroundings;
  const parsed = parseArguments(argv);
  if (!parsed.ok) {
    console.tell(parsed.failure);
    return 2;
  }
  const wish = parsed.value;
  switch (wish.kind) {
    case 'version':
      console.answer(packageFile.version);
      return 0;
    case 'help':
      console.answer(helpText(wish.command));
      return 0;
    case 'work':
      break;
  }
  const { invocation } = wish;
  if (wantsScreen(invocation) && openScreen !== undefined) {
    if (invocation.flags.on.length === 0) return await openScreen(invocation);
    // A flag that nobody reads would let whoever gave it believe in it.
    const command = showCommand({
      file: 'nixup',
      args: ['status', '--on', invocation.flags.on.join(',')],
    });
    console.tell(
      `The screen shows every host and takes no --on: filter there with /. As text: ${command}`,
    );
    return 2;
  }
  const { run } = await registry[invocation.command ?? 'status']();
  const speaker = invocation.flags.ascii ? asciiConsole(console, invocation.flags.json) : console;
  const world = await createWorld();
  const status = await run(invocation, { console: speaker, world, openEngine });
  if (invocation.command === null && !invocation.flags.json)
    console.tell('For the screen, run nixup in a terminal. All commands: nixup --help');
  return status;
};
