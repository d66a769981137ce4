import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findFlake } from '../../engine/open.ts';
import { quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { timerPath } from '../../model/run/timer-path.ts';
import { type TimerUnits, type TimerWish, timerUnits } from '../../model/run/timer-units.ts';
import { adviceLine } from '../../model/words/advice.ts';
import type { World } from '../../services/world/world.ts';
import { allRead, type GlobalFlags } from '../arguments/invocation.ts';
import { refusalDocument } from '../documents/refusal.ts';
import type { CommandRun } from '../program/command.ts';
import { openFolder } from '../program/open.ts';

/** Flags of this command line that the run of the timer gets too. */
const handedOn = (
  { config, confirm, on, jobs, trust }: GlobalFlags,
  workingFolder: string,
): readonly string[] => [
  ...(config === null ? [] : ['--config', path.resolve(workingFolder, config)]),
  ...confirm.flatMap((host) => ['--confirm', host]),
  ...on.flatMap((tag) => ['--on', tag]),
  ...(jobs === null ? [] : ['--jobs', String(jobs)]),
  ...(trust ? ['--trust'] : []),
];

const textOf = ({ files, commands }: TimerUnits): string =>
  [
    ...files.flatMap(({ path, text }) => [`# ${path}`, text]),
    '# Then:',
    ...commands.map((command) => `#   ${quoteWords(command)}`),
  ].join('\n');

const store = '/nix/store/';

/**
 * The words that start nixup. A program of the Nix store goes with the next garbage collection:
 * what a profile has of that name stays, and is the newer one after an update.
 */
const ownProgram = async ({
  files,
  environment,
}: Pick<World, 'files' | 'environment'>): Promise<{
  readonly words: readonly string[];
  readonly isLasting: boolean;
}> => {
  const script = realpathSync(process.argv[1] ?? '');
  if (!script.startsWith(store)) return { words: [process.execPath, script], isLasting: true };
  for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
    const found = path.join(folder, 'nixup');
    if (path.isAbsolute(folder) && !folder.startsWith(store) && (await files.exists(found)))
      return { words: [found], isLasting: true };
  }
  return { words: [process.execPath, script], isLasting: false };
};

/** What a run of the timer starts. */
const neededPrograms = ['git', 'ssh', 'nix'] as const;

/** Programs that only a temporary folder of the PATH has: the timer does not find them. */
const onlyTemporary = async (
  { files }: Pick<World, 'files'>,
  kept: readonly string[],
  temporary: readonly string[],
): Promise<readonly string[]> => {
  const placeOf = async (program: string, folders: readonly string[]): Promise<string | null> => {
    for (const folder of folders) {
      const found = path.join(folder, program);
      if (await files.exists(found)) return found;
    }
    return null;
  };
  const lines = await Promise.all(
    neededPrograms.map(async (program) => {
      const found =
        (await placeOf(program, kept)) === null ? await placeOf(program, temporary) : null;
      return found === null
        ? []
        : [
            `The timer does not find ${program}: ${found} lies in a folder of temporary files, which is left out of its PATH.\n  Install ${program}, then print the timer again.`,
          ];
    }),
  );
  return lines.flat();
};

/** What a run of the timer gets of the environment here. */
const environmentOf = async (
  world: World,
  tell: (line: string) => void,
): Promise<Pick<TimerWish, 'searchPath' | 'stateHome'>> => {
  const { environment, workingFolder } = world;
  const { kept, temporary } = timerPath(environment['PATH'] ?? '', environment['TMPDIR']);
  for (const line of await onlyTemporary(world, kept, temporary)) tell(line);
  const stateHome = environment['XDG_STATE_HOME'] || null;
  return {
    searchPath: kept.join(':'),
    stateHome: stateHome === null ? null : path.resolve(workingFolder, stateHome),
  };
};

/** Prints the systemd units that run nixup unattended. Writes nothing. */
export const run: CommandRun<'timer'> = async ({ flags, own }, context) => {
  const { calendar, ...rest } = own;
  allRead(rest);
  const { world, console } = context;
  const refuse = (code: string, what: string, next: string): number => {
    console.tell(next === '' ? what : `${what}\n  ${next}`);
    if (flags.json) console.answerJson(refusalDocument(2, [{ code, what, next }]));
    return 2;
  };
  if (flags.readOnly)
    return refuse(
      'command-line',
      'A timer runs nixup run, which changes hosts: it goes without --read-only.',
      '',
    );
  const when = calendar ?? 'Sun 04:00';
  const checked = await world.exec(
    { file: 'systemd-analyze', args: ['calendar', '--', when] },
    { quiet: true, timeoutMs: 10_000 },
  );
  if (!checked.ok && checked.failure.code === 'command-failed')
    return refuse(
      'command-line',
      `systemd does not read ${JSON.stringify(when)} as a time.`,
      'Write it as in: --calendar "Sun 04:00", --calendar daily. See man systemd.time',
    );
  if (!checked.ok) console.tell(`The time was not checked. ${explain(checked.failure).what}`);
  const found = await findFlake(world, openFolder(context, flags.flake));
  if (!found.ok) {
    const { what, next } = explain(found.failure);
    return refuse(found.failure.code, what, adviceLine(next));
  }
  const flake = found.value;
  const { readsSubmodules } = readFlakeArgument(flags.flake ?? '.');
  const { words, isLasting } = await ownProgram(world);
  if (!isLasting)
    console.tell(
      `This nixup lies in the Nix store alone, and a garbage collection removes it: ${words.at(-1) ?? ''}\n  Install it in a profile, or use the module for NixOS or Home Manager of its flake.`,
    );
  const units = timerUnits({
    command: [
      ...words,
      'run',
      '--yes',
      '--flake',
      readsSubmodules ? `${flake}?submodules=1` : flake,
      ...handedOn(flags, world.workingFolder),
    ],
    flake,
    ...(await environmentOf(world, console.tell)),
    calendar: when,
    isRoot: world.userName === 'root',
  });
  if (flags.json) console.answerJson({ version: 1, calendar: when, ...units });
  else console.answer(textOf(units));
  return 0;
};
