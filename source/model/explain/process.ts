import type { Failure } from '../failure.ts';
import { advise } from '../words/advice.ts';
import { showDuration } from '../words/format-time.ts';
import { type Explanation, told } from './explanation.ts';

/** Ways in which a child process ends without an answer. */
type ProcessFailure = Extract<
  Failure,
  {
    code:
      | 'program-missing'
      | 'command-failed'
      | 'command-killed'
      | 'command-timeout'
      | 'canceled'
      | 'output-unreadable';
  }
>;

/** Packages that bring a program which nixup runs. */
const packageOf = (program: string): string => (program === 'ssh' ? 'openssh' : program);

/** How a command ended. */
export const explainProcess = (failure: ProcessFailure): Explanation => {
  switch (failure.code) {
    case 'program-missing':
      return told(
        `The program ${failure.program} is not on PATH.`,
        advise('Install it, for instance with', `nix shell nixpkgs#${packageOf(failure.program)}`),
      );
    case 'command-failed':
      return told(
        `A command ended with status ${failure.exitCode}: ${failure.command}`,
        'Read its last lines below; @ lists all commands that ran.',
        failure.tail,
      );
    case 'command-killed':
      return told(
        `A command was ended by ${failure.signal}: ${failure.command}`,
        failure.signal === 'SIGKILL'
          ? 'The machine may be out of memory. Lower [fleet] jobs in nixup.toml and try again.'
          : 'Try again; @ lists all commands that ran.',
        failure.tail,
      );
    case 'command-timeout':
      return told(
        `A command took longer than ${showDuration(failure.afterMs)} and was stopped: ${failure.command}`,
        'Run it by hand to see what it waits for.',
        failure.tail,
      );
    case 'canceled':
      return told(
        `Canceled: ${failure.what}`,
        'Nothing needs to be fixed; start it again when you like.',
      );
    case 'output-unreadable':
      return told(
        `The answer of a command could not be read: ${failure.detail}`,
        advise('Run it by hand and look at what it prints', failure.command),
      );
  }
};
