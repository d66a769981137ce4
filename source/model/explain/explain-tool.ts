import type { Failure } from '../failure.ts';
import { advise } from '../words/advice.ts';
import { type Explanation, told } from './explanation.ts';

export type ToolFailure = Extract<Failure, { code: 'tool-failed' }>;

/** Programs that most machines have. */
const usual = { editor: 'nano', pager: 'less' } as const;

/** `$EDITOR`, or the setting of git: only those have a dot. */
const shown = (variable: string): string =>
  variable.includes('.') ? `${variable} of git` : `$${variable}`;

const called = ({ tool, variable, words }: ToolFailure): string =>
  variable === null ? `The ${tool} ${words}` : `The ${tool} ${words} (${shown(variable)})`;

const kept = ({ keptIn }: ToolFailure): string =>
  keptIn === undefined ? '' : `What you saved is kept and offered again: ${keptIn}. `;

/** Why an editor or a pager did not do its work, and what to set instead. */
export const explainTool = (failure: ToolFailure): Explanation => {
  const { tool, ending } = failure;
  const variable = failure.variable ?? (tool === 'editor' ? 'EDITOR' : 'PAGER');
  const setAnother = variable.includes('.')
    ? advise('Set another one', `git config ${variable} ${usual[tool]}`)
    : advise('Set another one and start nixup again', `export ${variable}=${usual[tool]}`);
  switch (ending.kind) {
    case 'missing':
      return told(
        failure.variable === null
          ? `${called(failure)} is not on PATH, and $${variable} names no other.`
          : `${called(failure)} is not on PATH or cannot be run.`,
        setAnother,
      );
    case 'unreadable':
      return told(
        `${shown(variable)} is not what a shell can read (quotes that do not end?): ${failure.words}`,
        setAnother,
      );
    case 'exited':
      return told(
        `${called(failure)} ended with status ${ending.exitCode}.`,
        tool === 'editor'
          ? `${kept(failure)}Try it by hand when it did not open.`
          : 'Try it by hand when it showed nothing.',
      );
    case 'killed':
      return told(
        `${called(failure)} was ended by ${ending.signal}.`,
        `${kept(failure)}Open it again.`,
      );
  }
};
