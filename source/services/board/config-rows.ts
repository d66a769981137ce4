import { type CheckRow, row } from '../../model/board/board.ts';
import type { StalePlace } from '../../model/config/against-flake.ts';
import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { counted } from '../../model/words/sentences.ts';
import { questionOf } from './row.ts';

const question = questionOf('config');

export const configQuestions = {
  file: question('file', 'nixup.toml'),
  stale: question('stale', 'names in it'),
  trust: question('trust', 'its commands'),
} as const;

export interface ObservedConfig {
  /** Null when there is no file. */
  readonly file: string | null;
  readonly failures: readonly Failure[];
  readonly stale: readonly StalePlace[];
  /** False when the flake could not be asked: its names are not compared then. */
  readonly areHostsKnown?: boolean;
  /** Whether it holds commands that would run. */
  readonly hasCommands: boolean;
  readonly isTrusted: boolean;
}

const line = (failure: Failure): string =>
  failure.code === 'config-invalid'
    ? `${failure.file}${failure.line === null ? '' : `, line ${failure.line}`}: ${failure.detail} (${failure.remedy})`
    : explainShortly(failure);

/** The rows of the configuration; a fleet without a file has one. */
export const configRows = (observed: ObservedConfig): readonly CheckRow[] => {
  const { file, failures, stale, hasCommands, isTrusted } = observed;
  if (failures.length > 0) {
    const lines = failures.map(line);
    return [
      row(
        configQuestions.file,
        'red',
        lines.length === 1
          ? (lines[0] ?? '')
          : `${counted(lines.length, 'mistake')}: ${lines[0] ?? ''}`,
        { text: 'mend what is named, then check again', command: 'nixup config check' },
        lines,
      ),
    ];
  }
  const rows: CheckRow[] = [
    file === null
      ? row(configQuestions.file, 'not-set-up', 'no file, the defaults are used')
      : row(configQuestions.file, 'green', 'valid'),
  ];
  const [first] = stale;
  if (first !== undefined)
    rows.push(
      row(
        configQuestions.stale,
        'red',
        stale.length === 1
          ? first.detail
          : `${counted(stale.length, 'place')} that the flake does not bear out: ${first.detail}`,
        { text: first.remedy, command: 'nixup config check' },
        stale.map(({ detail, remedy }) => `${detail} (${remedy})`),
      ),
    );
  else if (file !== null)
    rows.push(
      observed.areHostsKnown === false
        ? row(
            configQuestions.stale,
            'not-set-up',
            'not compared: the flake does not name its hosts',
          )
        : row(configQuestions.stale, 'green', 'the flake knows them all'),
    );
  if (hasCommands)
    rows.push(
      isTrusted
        ? row(configQuestions.trust, 'green', 'trusted as they are now')
        : row(
            configQuestions.trust,
            'red',
            'commands of the repository do not run before you trusted the file',
            { text: 'read nixup.toml, then trust it', command: 'nixup check --trust' },
          ),
    );
  return rows;
};
