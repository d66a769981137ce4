import type { Command } from '../../model/command.ts';

/** The person's terminal, for programs that must ask: a key with a passphrase, a login, a host key. */
export interface LentTerminal {
  /** Its device, which gpg wants to know (GPG_TTY); null where it has no name. */
  readonly name: string | null;
  /** Gives it away while the work runs; `why` is told there first. */
  lend<Value>(why: string, work: () => Promise<Value>): Promise<Value>;
}

/** A command of git that may ask on the terminal, and nowhere else. */
export const askingOn = (terminal: LentTerminal, command: Command): Command => ({
  ...command,
  env: {
    ...command.env,
    GIT_TERMINAL_PROMPT: '1',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GPG_TTY: terminal.name ?? '',
  },
});
