import { type Command, showCommand } from '../../source/model/command.ts';
import { failed, success } from '../../source/model/result.ts';
import type { Exec, ExecOptions, World } from '../../source/services/world/world.ts';
import { runLine } from './documents.ts';
import { stillWorld } from './play.ts';

/** What runs at the same time, by its command line. */
const classes: readonly (readonly [name: string, match: RegExp])[] = [
  ['probes', /^ssh -T /],
  ['evaluations', /^nix eval .*toplevel/],
  ['builds', /^nix build .*--out-link/],
  ['activations', /phase activating/],
];

export interface ConfigPlay {
  /** Other files, by their whole path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** A person sits there. */
  readonly isAttended?: true;
  /** The login of this host shows a link, and waits for ten seconds. */
  readonly loginAsks?: string;
  /** This host does not come back from its restart. */
  readonly neverBack?: string;
  /** As in a world that is none of the demo: what is not played there is begun, too. */
  readonly isReal?: true;
}

/** Counts what runs at the same time. */
const createCount = () => {
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  return {
    around: async <Value>(text: string, work: () => Promise<Value>): Promise<Value> => {
      const own = classes.filter(([, match]) => match.test(text)).map(([name]) => name);
      for (const name of own) {
        const count = (running.get(name) ?? 0) + 1;
        running.set(name, count);
        most.set(name, Math.max(most.get(name) ?? 0, count));
      }
      const answer = await work();
      for (const name of own) running.set(name, (running.get(name) ?? 1) - 1);
      return answer;
    },
    lines: () => [...most].map(([name, count]) => `${name} at a time: ${count}`),
  };
};

/** A login that waits for somebody, as long as it is let. */
const waitingLogin = async (
  { clock }: World,
  { onLine, moreTime }: ExecOptions,
): Promise<string> => {
  onLine?.('# To authenticate, visit: https://login.example/a1', 'stderr');
  await clock.sleep(10_000);
  return `the login gets ${moreTime?.() ?? 0} ms more`;
};

/** The demo, which tells what is done in it. */
const tellingWorld = (
  demo: World,
  toml: string,
  { files = {}, environment = {}, loginAsks, neverBack, isReal }: ConfigPlay,
  trace: string[],
  around: <Value>(text: string, work: () => Promise<Value>) => Promise<Value>,
): World => {
  const own = new Map(Object.entries({ [`${demo.workingFolder}/nixup.toml`]: toml, ...files }));
  const asks = ({ file, args }: Command, host: string | undefined): boolean =>
    host !== undefined && file === 'ssh' && args[0] === '-T' && args.includes(host);
  let isDown = false;
  const exec: Exec = async (command, options = {}) => {
    const text = `${showCommand(command)}${options.input === undefined ? '' : ` < ${options.input}`}`;
    trace.push(`ran ${text}`);
    if (options.timeoutMs !== undefined)
      trace.push(`${command.file} may take ${options.timeoutMs} ms`);
    if (asks(command, neverBack)) {
      if (isDown)
        return failed({
          code: 'command-failed',
          command: 'ssh',
          exitCode: 255,
          tail: ['ssh: connect to host razer port 22: No route to host'],
        });
      isDown = options.input?.includes('systemctl reboot') === true;
    }
    if (asks(command, loginAsks)) trace.push(await waitingLogin(demo, options));
    return await around(text, () => demo.exec(command, options));
  };
  return {
    ...demo,
    isDemo: isReal !== true,
    environment: { ...demo.environment, ...environment },
    files: {
      ...demo.files,
      read: async (path, options) => {
        const text = own.get(path);
        return text === undefined ? await demo.files.read(path, options) : success(text);
      },
    },
    clock: {
      ...demo.clock,
      sleep: async (ms, signal) => {
        trace.push(`paused for ${ms} ms`);
        await demo.clock.sleep(ms, signal);
      },
    },
    exec,
    http: async (request) => {
      trace.push(
        `asked ${JSON.stringify({ ...request, signal: undefined, form: request.form?.toString() })}`,
      );
      return await demo.http(request);
    },
  };
};

/**
 * Runs command lines in the demo with that nixup.toml. Answers all that nixup did and said: commands with what they
 * read and how long they may take, questions to the web, pauses, messages, answers, and how much ran at the same time.
 */
export const playConfig = async (
  toml: string,
  lines: readonly string[],
  play: ConfigPlay = {},
): Promise<readonly string[]> => {
  const trace: string[] = [];
  const count = createCount();
  const world = tellingWorld(stillWorld(), toml, play, trace, count.around);
  for (const line of lines) {
    const { status, answers, messages } = await runLine(world, line, play.isAttended);
    trace.push(
      ...messages.split('\n'),
      ...answers.flatMap((answer) =>
        typeof answer === 'string' ? answer.split('\n') : [JSON.stringify(answer)],
      ),
      `${line}: status ${status}`,
    );
  }
  return [...trace, ...count.lines()];
};

/** How long all pauses were together, ms. */
export const pausedMs = (trace: readonly string[]): number =>
  trace.reduce((sum, line) => sum + Number(/^paused for ([\d.]+) ms$/.exec(line)?.[1] ?? 0), 0);
