import { quoteWords } from '../../model/command.ts';
import { showStorePath } from '../../model/words/format.ts';
import { showDuration, showMoment } from '../../model/words/format-time.ts';
import { outcomeWords } from '../../state/outcome.ts';
import type { RunResult } from '../../state/run.ts';
import type { MovedInput, RunFacts } from '../documents/run-facts.ts';
import type { RunCase } from './run-cases.ts';

/** GitHub takes 1 MiB of a step's summary and nothing of a longer one. */
const mostCharacters = 250_000;

const mostHosts = 500;

/** Markdown of one line: nothing of it is markup, a mention, a reference or the end of a cell. */
const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|~&]/g, (sign) => `\\${sign}`)
    .replaceAll(/([@#])(?=\w)/g, '$1\u2060');

const showRevision = (text: string | null): string =>
  text === null ? 'none' : /^[0-9a-f]{40,64}$/.test(text) ? `\`${text.slice(0, 9)}\`` : plain(text);

const fence = (lines: readonly string[]): readonly string[] => {
  const longest = Math.max(
    3,
    ...lines.map((line) => /^\s*(`{3,})/.exec(line)?.[1]?.length ?? 0).map((length) => length + 1),
  );
  const mark = '`'.repeat(longest);
  return [`${mark}text`, ...lines, mark];
};

const inputLine = ({ name, from, to }: MovedInput): string =>
  `- ${plain(name)}: ${showRevision(from)} → ${showRevision(to)}`;

const titles: Readonly<Record<number, string>> = {
  0: 'well',
  3: 'refused',
  4: 'partly done',
  5: 'unhealthy',
  130: 'canceled',
};

export interface ReportedRun {
  readonly command: string;
  readonly result: RunResult;
  readonly facts: RunFacts;
  readonly cases: readonly RunCase[];
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const hostRows = ({ hosts }: RunResult): readonly string[] => {
  const all = Object.entries(hosts);
  if (all.length === 0) return [];
  return [
    '',
    '| host | result | generation | from | to | reason |',
    '| --- | --- | --- | --- | --- | --- |',
    ...all
      .slice(0, mostHosts)
      .map(
        ([host, { status, generation, from, to, reason }]) =>
          `| ${plain(host)} | ${outcomeWords[status]} | ${generation ?? ''} | ${from === null ? '' : plain(showStorePath(from))} | ${to === null ? '' : plain(showStorePath(to))} | ${plain(reason ?? '')} |`,
      ),
    ...(all.length > mostHosts ? ['', `And ${all.length - mostHosts} more hosts.`] : []),
  ];
};

const failures = (cases: readonly RunCase[]): readonly string[] =>
  cases.flatMap(({ stage, host, ending }) =>
    ending.kind !== 'failed' || (host === null && ending.lines.length === 0)
      ? []
      : [
          '',
          `### ${plain(host ?? stage)} in ${stage}`,
          '',
          plain(ending.why),
          ...(ending.lines.length === 0 ? [] : ['', ...fence(ending.lines)]),
        ],
  );

/** A run as Markdown: its one sentence first, then inputs, hosts, and what failed with its last lines. Pure. */
export const runReport = ({
  command,
  result,
  facts,
  cases,
  startedAt,
  endedAt,
}: ReportedRun): string => {
  const next = result.next === undefined ? [] : ['', plain(result.next)];
  const lines = [
    `## nixup ${command}: ${titles[result.exitCode] ?? 'failed'}`,
    '',
    plain(result.summary),
    ...next,
    '',
    `- ${showMoment(startedAt)} UTC, ${showDuration(endedAt - startedAt)}, exit status ${result.exitCode}`,
    ...(facts.run === null
      ? []
      : [`- run ${facts.run}: \`${quoteWords(['nixup', 'history', facts.run])}\``]),
    ...(result.commit === null ? [] : [`- commit ${showRevision(result.commit)}`]),
    ...(result.pullRequest === undefined ? [] : [`- pull request: <${result.pullRequest}>`]),
    ...(facts.inputs.length === 0 ? [] : ['', '### Inputs', '', ...facts.inputs.map(inputLine)]),
    ...hostRows(result),
    ...failures(cases),
    '',
  ];
  const text = lines.join('\n');
  return text.length <= mostCharacters
    ? text
    : `${text.slice(0, mostCharacters)}\n\nThe rest is left out: it is in \`nixup history ${facts.run ?? ''}\`.\n`;
};
