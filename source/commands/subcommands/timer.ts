import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findFlake } from '../../engine/open.ts';
import { quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { type TimerUnits, timerUnits } from '../../model/run/timer-units.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { allRead, type GlobalFlags } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { openFolder } from '../program/open.ts';

/** Flags of this command line that the run of the timer gets too. */
const handedOn = (
  { config, on, jobs, trust }: GlobalFlags,
  workingFolder: string,
): readonly string[] => [
  ...(config === null ? [] : ['--config', path.resolve(workingFolder, config)]),
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

/** Prints the systemd units that run nixup unattended. Writes nothing. */
export const run: CommandRun<'timer'> = async ({ flags, own }, context) => {
  const { calendar, ...rest } = own;
  allRead(rest);
  const { world, console } = context;
  const when = calendar ?? 'Sun 04:00';
  const checked = await world.exec(
    { file: 'systemd-analyze', args: ['calendar', '--', when] },
    { quiet: true, timeoutMs: 10_000 },
  );
  if (!checked.ok && checked.failure.code === 'command-failed') {
    console.tell(
      `systemd does not read ${JSON.stringify(when)} as a time.\n  Write it as in: --calendar "Sun 04:00", --calendar daily. See man systemd.time`,
    );
    return 2;
  }
  if (!checked.ok) console.tell(`The time was not checked. ${explain(checked.failure).what}`);
  const found = await findFlake(world, openFolder(context, flags.flake));
  if (!found.ok) {
    const { what, next } = explain(found.failure);
    console.tell(`${what}\n  ${adviceLine(next)}`);
    return 2;
  }
  const flake = found.value;
  const { readsSubmodules } = readFlakeArgument(flags.flake ?? '.');
  const units = timerUnits({
    command: [
      process.execPath,
      realpathSync(process.argv[1] ?? ''),
      'run',
      '--yes',
      '--flake',
      readsSubmodules ? `${flake}?submodules=1` : flake,
      ...handedOn(flags, world.workingFolder),
    ],
    flake,
    searchPath: world.environment['PATH'] ?? '',
    calendar: when,
    isRoot: world.userName === 'root',
  });
  if (flags.json) console.answerJson({ version: 1, calendar: when, ...units });
  else console.answer(textOf(units));
  return 0;
};
