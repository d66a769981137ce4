import { ownCommitUrl } from '../../model/forge/own-commit.ts';
import { oldCodeWords } from '../../model/host/old-code.ts';
import {
  fitLine,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  wrapText,
} from '../../model/words/line.ts';
import { runningRevision } from '../../state/hosts.ts';
import { shownAnswer } from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { troubleText } from '../texts/panes.ts';
import { changesSection } from './changes-section.ts';
import { answerLines } from './details.ts';
import { checkSection, unitsSection, watchSection } from './health-sections.ts';
import { besideEachOther, type HostTold } from './host-sections.ts';
import {
  askedSection,
  diskSection,
  loadSection,
  portsSection,
  silentSection,
} from './machine-sections.ts';
import { nextSection } from './next-section.ts';
import type { Section } from './pane-sections.ts';
import { deployedSection, historySection } from './past-sections.ts';
import { progressLines } from './progress.ts';
import { under, wrapped } from './section-lines.ts';
import {
  bootSection,
  generationsSection,
  kernelSection,
  madeOfSection,
  runsSection,
  wantsSection,
} from './system-sections.ts';
import { warnSection } from './warn-section.ts';

/** `── Health ─────`. */
export const titleRule = (title: string, cells: number): Line => {
  const begin: Line = [muted(`${glyph.rule}${glyph.rule} `), strong(title), span(' ')];
  return [...begin, muted(glyph.rule.repeat(Math.max(0, cells - lineWidth(begin))))];
};

/** Sections below a title; nothing where none of them has a line. */
const group = (title: string, sections: readonly Section[], cells: number): readonly Line[] => {
  const lines = sections.flat();
  return lines.length === 0
    ? []
    : [
        titleRule(title, cells),
        ...lines.map((line) => (lineWidth(line) > cells ? fitLine(line, cells) : line)),
      ];
};

/** What somebody looks for first stands first. */
const systemGroups = (
  { host, packages, history, git, now }: HostTold,
  cells: number,
): readonly (readonly Line[])[] => {
  const { facts } = host;
  return [
    group(
      'System',
      [
        runsSection(host, now, cells),
        answerLines(shownAnswer(host), now),
        wantsSection(host, cells),
        ...(facts === null
          ? []
          : [
              bootSection(host),
              kernelSection(facts),
              madeOfSection(facts, runningRevision(host), ownCommitUrl(git, runningRevision(host))),
            ]),
      ],
      cells,
    ),
    group('What changes', [changesSection(host, packages, cells)], cells),
    ...(facts === null
      ? []
      : [
          group(
            'Generations',
            [
              deployedSection(host, facts, history, { cells, now }),
              generationsSection(facts, cells),
            ],
            cells,
          ),
        ]),
  ];
};

const stateGroups = (
  { host, history, board, now }: HostTold,
  cells: number,
): readonly (readonly Line[])[] => {
  const { facts } = host;
  const runs = group('Runs', [historySection(host, history, cells)], cells);
  if (facts === null) return [group('Health', [silentSection(host)], cells), runs];
  const oldCode = host.probe.kind === 'failed' ? null : oldCodeWords(facts.oldCode);
  return [
    group(
      'Health',
      [
        unitsSection(host, cells),
        ...(oldCode === null ? [] : [under('old code', wrapped(oldCode, cells))]),
        watchSection(host, cells, now),
        checkSection(board, host, cells),
      ],
      cells,
    ),
    group(
      'Machine',
      [
        loadSection(facts),
        diskSection(facts, cells),
        portsSection(facts, cells),
        askedSection(host, facts, { cells, now }),
      ],
      cells,
    ),
    runs,
  ];
};

/** Its address, tags and policy; nothing where it has none of them, as its name stands above. */
const entryLines = ({ name, address, tags, policy }: HostState['entry']): readonly Line[] => {
  const words = [
    ...(address === name ? [] : [address]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(' ')}`]),
    ...(policy === 'auto' ? [] : [policy]),
  ];
  return words.length === 0 ? [] : [[muted(` ${words.join('   ')}`)]];
};

/** What is wrong, without the keys that stand below it. */
const troubleOnPage = (host: HostState, columns: number): readonly Line[] => {
  const { kind } = host.work;
  const told = troubleText(host);
  const shown =
    kind === 'rolledBack' ? told.slice(0, 1) : kind === 'unhealthy' ? told.slice(0, -1) : told;
  return shown.flatMap(({ text, tone }, place) =>
    wrapText(text, columns - 5).map((line, row): Line => {
      const isSign = place === 0 && row === 0 && (tone === 'bad' || tone === 'warn');
      const sign = tone === 'bad' ? glyph.failed : glyph.look;
      return [span(isSign ? ` ${sign} ` : '   ', tone), span(line, tone)];
    }),
  );
};

/** In the whole width: what is wrong, what can be done, what should be known before, and what is built now. */
const headOfPage = ({ host, now }: HostTold, columns: number): readonly Line[] => [
  ...entryLines(host.entry),
  ...troubleOnPage(host, columns),
  ...nextSection(host, columns),
  ...(host.facts === null ? [] : warnSection(host, host.facts, columns)),
  ...progressLines(host, columns, now),
];

/** The page of a host without its log: in one column or in two. */
export const pageLines = (told: HostTold, columns: number, isInTwo: boolean): readonly Line[] => {
  const head = headOfPage(told, columns);
  if (isInTwo) {
    const half = Math.floor(columns / 2);
    return [
      ...head,
      ...besideEachOther(
        systemGroups(told, half - 2).flat(),
        stateGroups(told, columns - half).flat(),
        half,
      ),
    ];
  }
  const [health = [], ...state] = stateGroups(told, columns);
  const [system = [], changes = [], ...past] = systemGroups(told, columns);
  return [...head, ...health, ...system, ...changes, ...state.flat(), ...past.flat()];
};
