import path from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import type { Failure } from '../model/failure.ts';
import { readFlakeArgument } from '../model/nix/flake-argument.ts';
import { jsonInAscii, toAscii } from '../screen/glyphs.ts';
import type { LentTerminal } from '../services/world/lent-terminal.ts';
import type { World } from '../services/world/world.ts';
import { helpText } from './arguments/help.ts';
import type { BareInvocation, GlobalFlags, Invocation } from './arguments/invocation.ts';
import { parseArguments } from './arguments/parse.ts';
import { findSubcommand } from './arguments/subcommands.ts';
import { refusalDocument, refusalsOf } from './documents/refusal.ts';
import { refusedAnswer } from './documents/result-line.ts';
import type { CommandContext } from './program/command.ts';
import type { Console } from './program/console.ts';
import { failureLines } from './program/open.ts';
import { tellUnnarrowed } from './program/unnarrowed.ts';
import { runSubcommand } from './registry.ts';

type AnyInvocation = Invocation | BareInvocation;

/** What opens the screen: nixup alone, or its demo. */
interface Asked {
  readonly demo: boolean;
  readonly flags: GlobalFlags;
}

/** What differs between the process and a test. */
export interface CommandSurroundings {
  readonly console: Console;
  /** The locale has no UTF-8: texts are ASCII without being asked. */
  readonly isAscii?: boolean;
  readonly createWorld: () => Promise<World>;
  readonly openEngine: CommandContext['openEngine'];
  /** Opens the screen; undefined where there is no terminal. */
  readonly openScreen: ((asked: Asked) => Promise<number>) | undefined;
}

const asciiTerminal = (terminal: LentTerminal): LentTerminal => ({
  ...terminal,
  lend: async (why, work) => await terminal.lend(toAscii(why), work),
});

/**
 * The console in ASCII alone. JSON says the same with escapes where that is asked for by `--ascii`; a locale is about
 * text, and JSON is UTF-8 in each of them (RFC 8259).
 */
const asciiConsole = (
  console: Console,
  { isJson, isAsked }: { readonly isJson: boolean; readonly isAsked: boolean },
): Console => {
  const shown = (text: string): string =>
    !isJson ? toAscii(text) : isAsked ? jsonInAscii(text) : text;
  return {
    ...console,
    answer: (text) => console.answer(shown(text)),
    answerRaw: (text) => console.answerRaw(shown(text)),
    answerJson: (value) =>
      isAsked
        ? console.answerRaw(`${jsonInAscii(JSON.stringify(value))}\n`)
        : console.answerJson(value),
    tell: (text) => console.tell(toAscii(text)),
    ask: (question) => console.ask(toAscii(question)),
    askSecret: (question) => console.askSecret(toAscii(question)),
    terminal: console.terminal === null ? null : asciiTerminal(console.terminal),
  };
};

const wantsScreen = ({ command, flags }: AnyInvocation): boolean =>
  (command === null || command === 'demo') && !flags.json && !flags.plain;

/** These answer without an engine, which would look at the tags of `--on`. */
const opensNoFlake = ({ command }: AnyInvocation): boolean =>
  findSubcommand(command ?? '')?.opensNoFlake === true;

/** What is wrong with the tags of `--on`; the demo has those of its own fleet. */
const problemsOfTags = async (
  { command, flags }: AnyInvocation,
  createWorld: () => Promise<World>,
): Promise<readonly Failure[]> => {
  if (flags.on.length === 0) return [];
  const isDemo = command === 'demo';
  const world = isDemo ? (await import('../demo/world.ts')).createDemoWorld() : await createWorld();
  const { wrongTags } = await import('./arguments/wrong-tags.ts');
  const { workingFolder } = world;
  const configFile = flags.config === null ? undefined : path.resolve(workingFolder, flags.config);
  const folder = path.resolve(workingFolder, readFlakeArgument(flags.flake ?? '.').folder);
  return await wrongTags(
    world,
    isDemo ? { folder: workingFolder } : { folder, configFile },
    flags.on,
  );
};

/** Understands the command line and does what it says. Answers the exit status. */
export const runCommand = async (
  argv: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> => {
  const { console, createWorld, openEngine, openScreen } = surroundings;
  // Before the flags are understood: a refusal and the help are written so as well.
  const isAsked = argv.includes('--ascii');
  const isAscii = isAsked || surroundings.isAscii === true;
  const early = isAscii ? asciiConsole(console, { isJson: false, isAsked }) : console;
  const parsed = parseArguments(argv);
  if (!parsed.ok) {
    early.tell(parsed.failure);
    if (argv.includes('--json')) {
      const [what = '', next = ''] = parsed.failure.split('\n');
      const refusal = { code: 'command-line', what, next };
      early.answerJson(refusedAnswer(argv, 2, refusal, Date.now()));
    }
    return 2;
  }
  const line = parsed.value;
  switch (line.kind) {
    case 'version':
      early.answer(packageFile.version);
      return 0;
    case 'help':
      early.answer(helpText(line.command));
      return 0;
    case 'work':
      break;
  }
  const { invocation } = line;
  if (wantsScreen(invocation) && openScreen !== undefined) {
    // Told before the terminal becomes a screen.
    const wrong = await problemsOfTags(invocation, createWorld);
    if (wrong.length === 0)
      return await openScreen({ demo: invocation.command === 'demo', flags: invocation.flags });
    for (const line of failureLines(wrong)) early.tell(line);
    return 2;
  }
  const { ascii, json } = invocation.flags;
  const speaker = isAscii ? asciiConsole(console, { isJson: json, isAsked: ascii }) : console;
  const world = await createWorld();
  if (opensNoFlake(invocation)) {
    const wrong = await problemsOfTags(invocation, async () => world);
    for (const line of failureLines(wrong)) speaker.tell(line);
    if (wrong.length > 0) {
      if (invocation.flags.json) speaker.answerJson(refusalDocument(2, refusalsOf(wrong)));
      return 2;
    }
    if (invocation.command !== null) tellUnnarrowed(invocation, speaker);
  }
  const status = await runSubcommand(
    invocation.command === null ? { ...invocation, command: 'status' } : invocation,
    { console: speaker, world, openEngine },
  );
  if (invocation.command === null && !invocation.flags.json)
    speaker.tell('For the screen, run nixup in a terminal. All commands: nixup --help');
  return status;
};
