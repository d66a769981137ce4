import { showDuration, showTime } from '../../model/words/format-time.ts';
import type { SaidAt } from '../../model/words/log.ts';
import { logLevel } from '../../model/words/log-level.ts';
import { counted } from '../../model/words/sentences.ts';
import type { CommandRecord } from '../../state/events.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';
import { splitCommand } from './command-parts.ts';

/** What a past run ran and said, as it was read. */
interface ShownEvidence {
  readonly commands: readonly CommandRecord[];
  readonly steps: readonly { readonly at: SaidAt; readonly text: string }[];
  readonly logs: readonly {
    readonly host: string | null;
    readonly lines: readonly { readonly at: SaidAt; readonly text: string }[];
    readonly isCut: boolean;
  }[];
}

const tones = { all: 'plain', warning: 'warn', error: 'bad' } as const;

const commandText = (record: CommandRecord): TonedText => {
  const isWell = record.ending === 'done';
  const where = record.host === null ? '' : `${record.host}: `;
  const how = isWell ? '' : `   ${record.ending}`;
  return {
    text: `  ${isWell ? glyph.proven : glyph.failed} ${showTime(record.startedAt)}  ${where}${splitCommand(record).what}   ${showDuration(record.tookMs)}${how}`,
    tone: isWell ? 'plain' : 'bad',
  };
};

const lineText = ({ at, text }: ShownEvidence['steps'][number]): TonedText => ({
  text: `  ${at === null ? '' : `${showTime(at)} `}${text}`,
  tone: tones[logLevel(text)],
});

const stepTexts = (steps: ShownEvidence['steps']): readonly TonedText[] =>
  steps.length === 0
    ? []
    : [
        plain(''),
        quiet(
          `What it did, step by step, times in UTC; ${keyName('pager')} reads it with the lines of all hosts`,
        ),
        ...steps.map(lineText),
      ];

/** The steps and commands of a past run in their order, and the end of each of its logs. */
export const runEvidenceText = ({ commands, steps, logs }: ShownEvidence): readonly TonedText[] => [
  ...stepTexts(steps),
  plain(''),
  quiet(
    commands.length === 0
      ? 'Its commands were not kept.'
      : `Its commands (${commands.length}), times in UTC`,
  ),
  ...commands.map(commandText),
  ...logs.flatMap(({ host, lines, isCut }): readonly TonedText[] => [
    plain(''),
    quiet(
      `Log of ${host ?? 'nixup itself'}${isCut ? `, the last ${counted(lines.length, 'line')}; ${keyName('pager')} reads all` : ''}`,
    ),
    ...lines.map(lineText),
  ]),
  ...(logs.length === 0 ? [plain(''), quiet('No log of it is here.')] : []),
];
