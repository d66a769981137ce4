import type { CommandContext } from './commands/program/command.ts';
import { isPlainLocale } from './commands/terminal/plain-locale.ts';
import type { Begun } from './commands/tui/begin.ts';

/** Loaded when something is really done: most of the program hangs on it. */
const openEngine: CommandContext['openEngine'] = async (options) => {
  const [{ createEngine }, { findSharedKeys }] = await Promise.all([
    import('./engine/engine.ts'),
    import('./commands/arguments/shared-keys.ts'),
  ]);
  return createEngine({ findSharedKeys, ...options });
};

/** Whether a screen can be drawn; a dumb terminal cannot place its cursor and gets plain text. */
const isTerminal = (): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';

/**
 * `nixup diff` with nothing but words and its own switches. A lock of 3,000
 * nodes is compared in less time than the parser of the command line takes to load.
 */
const isPlainDiff = ([command, ...rest]: readonly string[]): boolean =>
  command === 'diff' &&
  rest.filter((word) => !word.startsWith('-')).length <= 2 &&
  rest.every((word) => word === '--json' || word === '--markdown' || /^[^-]/.test(word));

/** `nixup history`, with `--json`, or with `--host` and one name: a list of runs. Null for all other words. */
const plainHistory = ([command, option, host, ...rest]: readonly string[]) => {
  if (command !== 'history' || rest.length > 0) return null;
  if (host === undefined)
    return option === undefined || option === '--json'
      ? { isJson: option === '--json', host: null }
      : null;
  return option === '--host' && /^\w[\w.-]*$/.test(host) ? { isJson: false, host } : null;
};

/** The signals that the first file of the program hears until it is read. */
interface EarlySignals {
  /** Whether somebody told the program to end. */
  isTold(): boolean;
  /** Others listen from now on. */
  release(): void;
}

/** What is answered where the program was told to end before it began anything. */
const tellStopped = async (argv: readonly string[]): Promise<number> => {
  const [{ refusedAnswer }, { refusalsOf }, { canceledExit }] = await Promise.all([
    import('./commands/documents/result-line.ts'),
    import('./commands/documents/refusal.ts'),
    import('./commands/program/console.ts'),
  ]);
  const what = argv.find((word) => !word.startsWith('-')) ?? 'status';
  // Nobody may be there to read it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const refusal of refusalsOf([{ code: 'canceled', what }])) {
    process.stderr.write(`${refusal.what}. Nothing was begun.\n`);
    if (argv.includes('--json'))
      process.stdout.write(
        `${JSON.stringify(refusedAnswer(argv, canceledExit, refusal, Date.now()))}\n`,
      );
  }
  return canceledExit;
};

/** Whether the folder that it was started in is still there: every path and every program starts from it. */
const hasFolder = (): boolean => {
  try {
    return process.cwd() !== '';
  } catch {
    return false;
  }
};

const tellNoFolder = async (argv: readonly string[]): Promise<number> => {
  const { refusedAnswer } = await import('./commands/documents/result-line.ts');
  const refusal = {
    code: 'command-line' as const,
    what: `The folder that nixup was started in is gone: ${process.env['PWD'] ?? 'it has no name'}`,
    next: 'cd',
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.stderr.write(`${refusal.what}.\n  Go to a folder that is there, and call it again: cd\n`);
  if (argv.includes('--json'))
    process.stdout.write(`${JSON.stringify(refusedAnswer(argv, 2, refusal, Date.now()))}\n`);
  return 2;
};

const runHeadless = async (
  argv: readonly string[],
  early: EarlySignals | null,
): Promise<number> => {
  const [{ createProcessConsole }, { runCommand }] = await Promise.all([
    import('./commands/program/console.ts'),
    import('./commands/run-command.ts'),
  ]);
  // A signal that comes while nobody listens is lost: the console does before the first file stops.
  const console = createProcessConsole();
  if (early?.isTold() === true) return await tellStopped(argv);
  early?.release();
  const status = await runCommand(argv, {
    console,
    isAscii: isPlainLocale(process.env),
    createWorld: async () =>
      (await import('./services/world/process-world.ts')).createProcessWorld(),
    openEngine,
    openScreen: isTerminal()
      ? async (asked) => {
          console.release();
          const { openScreen } = await import('./commands/tui/open-screen.ts');
          return await openScreen(asked);
        }
      : undefined,
  });
  await console.flush();
  return console.statusOf(status);
};

/** A mistake of ours: told as such, kept in a file, status 1. */
const tellCrash = async (error: unknown): Promise<number> => {
  const { createProcessWorld } = await import('./services/world/process-world.ts');
  const { clock, files, folders } = createProcessWorld();
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const file = `${folders.state}/crash-${clock.now()}.log`;
  const written = await files.append(file, `${process.argv.slice(2).join(' ')}\n${text}\n`);
  process.stderr.write(
    `nixup itself failed: ${text.split('\n')[0] ?? ''}\n` +
      (written.ok ? `What is known is in ${file}\n` : `${text}\n`) +
      'To see what was begun on hosts: nixup resume\n',
  );
  if (process.argv.includes('--json')) {
    const { refusedAnswer } = await import('./commands/documents/result-line.ts');
    const what = `nixup itself failed: ${text.split('\n')[0] ?? ''}`;
    const refusal = { code: 'crash', what, next: 'nixup resume' };
    const document = refusedAnswer(process.argv.slice(2), 1, refusal, clock.now());
    // Nobody may be there to read it.
    process.stdout.on('error', () => undefined);
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  return 1;
};

/**
 * The program. `argv` is the command line without Node and the file; `begun` is there where the
 * first file has drawn the first frame, and `early` where it has not.
 */
export const main = async (
  argv: readonly string[],
  begun: Begun | null = null,
  early: EarlySignals | null = null,
): Promise<void> => {
  const isDemo = argv.length === 1 && argv[0] === 'demo';
  const start = async (): Promise<number> => {
    if (!hasFolder()) return await tellNoFolder(argv);
    // What they answer has signs that are not ASCII.
    const isUtf8 = !isPlainLocale(process.env);
    if (isUtf8 && isPlainDiff(argv)) {
      const { showPlainDiff } = await import('./commands/subcommands/plain-diff.ts');
      if (early?.isTold() === true) return await tellStopped(argv);
      return await showPlainDiff(argv);
    }
    const history = isUtf8 ? plainHistory(argv) : null;
    if (history !== null) {
      const { showPlainHistory } = await import('./commands/reports/plain-history.ts');
      const status = await showPlainHistory(history);
      if (status !== null) return status;
    }
    if (!isTerminal() || !(argv.length === 0 || isDemo)) return await runHeadless(argv, early);
    // Straight to the screen: reading the command line costs more than the first frame.
    const { openScreen } = await import('./commands/tui/open-screen.ts');
    return await openScreen({ demo: isDemo, flags: null, begun });
  };
  // Connections that are kept open must not keep the process.
  process.exit(await start().catch(tellCrash));
};
