import { type Command, hostCommandLine } from '../../model/command.ts';
import type { AskedText, Choice, Confirmation, Required } from '../overlay.ts';

/** First in every confirmation, with the focus. */
export const no: Choice = { label: 'No', wish: null, guarded: false };

interface ConfirmationParts {
  readonly title: string;
  readonly body: readonly AskedText[];
  readonly commands: readonly Command[];
  readonly choices: readonly Choice[];
  readonly required?: Required;
  readonly at: number;
}

/** A confirmation as it opens: nothing typed, the focus on the first choice, which is harmless. */
export const ask = ({
  title,
  body,
  commands,
  choices,
  required,
  at,
}: ConfirmationParts): Confirmation => ({
  kind: 'confirm',
  title,
  body,
  commands: commands.map(hostCommandLine),
  choices,
  focus: 0,
  required: required ?? { kind: 'nothing' },
  typed: '',
  top: 0,
  openedAt: at,
});
