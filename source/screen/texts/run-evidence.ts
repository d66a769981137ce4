import { fileAddress } from '../../model/words/addresses.ts';
import { showDuration, showTime } from '../../model/words/format-time.ts';
import { fitRight, widthOf } from '../../model/words/line.ts';
import type { SaidAt } from '../../model/words/log.ts';
import { type LogLevel, logLevel } from '../../model/words/log-level.ts';
import { counted } from '../../model/words/sentences.ts';
import type { CommandRecord } from '../../state/events.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';
import { splitCommand } from './command-parts.ts';

interface ShownStep {
  readonly at: SaidAt;
  /** Null: of the run itself. */
  readonly host: string | null;
  readonly text: string;
  readonly level: LogLevel;
}

/** What a past run ran and said, as it was read. */
interface ShownEvidence {
  readonly commands: readonly CommandRecord[];
  /** Commands before these, and logs after these, that are not shown. */
  readonly commandsLeft: number;
  readonly logsLeft: number;
  readonly steps: readonly ShownStep[];
  readonly logs: readonly {
    readonly host: string | null;
    readonly lines: readonly { readonly at: SaidAt; readonly text: string }[];
    readonly isCut: boolean;
    readonly path?: string;
  }[];
}

/** Cells of a command before its words: sign, time, duration. */
const commandHang = 23;

const tones = { all: 'plain', warning: 'warn', error: 'bad' } as const;

const commandText = (record: CommandRecord): TonedText => {
  const isWell = record.ending === 'done';
  const where = record.host === null ? '' : `${record.host}: `;
  const how = isWell ? '' : `   ${record.ending}`;
  return {
    text: `${isWell ? glyph.proven : glyph.failed} ${showTime(record.startedAt)}  ${fitRight(showDuration(record.tookMs), 9)}  ${where}${splitCommand(record).what}${how}`,
    tone: isWell ? 'plain' : 'bad',
    hang: commandHang,
  };
};

const lineText = (
  { at, text }: { readonly at: SaidAt; readonly text: string },
  level: LogLevel,
): TonedText => ({
  text: `  ${at === null ? '' : `${showTime(at)} `}${text}`,
  tone: tones[level],
});

/** A step that several hosts took in the same second. */
interface StepOfHosts extends Omit<ShownStep, 'host'> {
  readonly hosts: readonly string[];
}

const secondOf = (at: SaidAt): number | null => (at === null ? null : Math.floor(at / 1_000));

/** Hosts that took the same step in the same second stand in one line, at the place of the first of them. */
const ofHosts = (steps: readonly ShownStep[]): readonly StepOfHosts[] => {
  const found = new Map<string, StepOfHosts>();
  for (const { host, ...step } of steps) {
    const key = JSON.stringify([secondOf(step.at), step.text, host === null ? found.size : '']);
    const known = found.get(key);
    const hosts = known?.hosts ?? [];
    found.set(key, {
      ...(known ?? step),
      hosts: host === null || hosts.includes(host) ? hosts : [...hosts, host],
    });
  }
  return [...found.values()];
};

/** What the page says above: how the run began and ended, and its steps with their results. */
const isToldAbove = ({ host, text }: ShownStep): boolean => {
  if (host !== null) return false;
  const [first = ''] = text.split(' ');
  const rest = text.slice(first.length + 1);
  return (
    /^(?:began\b|ended\b|canceled:|failed(?::|$)|…$|passed:|done |skipped:|to be done again:)/.test(
      rest,
    ) && /^[a-z]+$/.test(first)
  );
};

const stepText = ({ hosts, ...step }: StepOfHosts): TonedText => {
  const time = step.at === null ? '' : `${showTime(step.at)} `;
  const line = lineText(
    { at: step.at, text: hosts.length === 0 ? step.text : `${hosts.join(', ')}: ${step.text}` },
    step.level,
  );
  return { ...line, hang: widthOf(`  ${time}`) };
};

const stepTexts = (all: ShownEvidence['steps']): readonly TonedText[] => {
  const steps = ofHosts(all.filter((step) => !isToldAbove(step)));
  return steps.length === 0
    ? []
    : [
        plain(''),
        quiet(
          `What it did, step by step, times in UTC; ${keyName('pager')} reads it with the lines of all hosts`,
        ),
        ...steps.map(stepText),
      ];
};

const commandsHeading = ({
  commands,
  commandsLeft,
}: Pick<ShownEvidence, 'commands' | 'commandsLeft'>): string => {
  if (commands.length === 0) return 'Its commands were not kept.';
  return commandsLeft === 0
    ? `Its commands (${commands.length}), times in UTC`
    : `The last ${commands.length} of its ${counted(commandsLeft + commands.length, 'command')}, times in UTC`;
};

const linkedTo = (text: TonedText, link: string | null): TonedText =>
  link === null ? text : { ...text, link };

/** The steps and commands of a past run in their order, and the end of each of its logs. */
export const runEvidenceText = ({
  steps,
  logs,
  logsLeft,
  ...evidence
}: ShownEvidence): readonly TonedText[] => [
  ...stepTexts(steps),
  plain(''),
  quiet(commandsHeading(evidence)),
  ...evidence.commands.map(commandText),
  ...logs.flatMap(({ host, lines, isCut, path = '' }): readonly TonedText[] => [
    plain(''),
    linkedTo(
      quiet(
        `Log of ${host ?? 'nixup itself'}${isCut ? `, the last ${counted(lines.length, 'line')}; ${keyName('pager')} reads all` : ''}`,
      ),
      fileAddress(path),
    ),
    ...lines.map((line) => lineText(line, logLevel(line.text))),
  ]),
  ...(logsLeft === 0
    ? []
    : [
        plain(''),
        quiet(
          `${counted(logsLeft, 'more log')} of this run ${logsLeft === 1 ? 'is' : 'are'} not shown here; ${keyName('pager')} reads all`,
        ),
      ]),
  ...(logs.length === 0 ? [plain(''), quiet('No log of it is here.')] : []),
];
