import { showGeneration } from '../../model/host/generation.ts';
import { onceWords } from '../../model/host/next-boot.ts';
import { oldCodeWords } from '../../model/host/old-code.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { whatChanges } from '../../model/packages/what-changes.ts';
import type { RememberedAnswer, RememberedHost } from '../../model/remembered/host.ts';
import { showStorePath } from '../../model/words/format.ts';
import { showAge, showMoment, showShortDate } from '../../model/words/format-time.ts';
import {
  fitText,
  type Line,
  muted,
  type Span,
  span,
  strong,
  type Tone,
  wrapText,
} from '../../model/words/line.ts';
import { awaitsReboot, comparedNow, isBuilt, keptWanted } from '../../state/hosts.ts';
import { type FleetHost, isRemembered, shownAnswer } from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import { troubleText } from '../texts/panes.ts';
import { activityLine, progressLine } from './progress.ts';

export const labelled = (label: string, ...rest: Line): Line => [
  muted(` ${fitText(label, 11)}`),
  ...rest,
];

/** What a person acts on is told whole, in as many lines as it takes. */
const labelledWhole = (label: string, text: string, columns: number, tone: Tone): readonly Line[] =>
  wrapText(text, columns - 13).map((line, index) =>
    labelled(index === 0 ? label : '', span(line, tone)),
  );

export const troubleLines = (host: HostState, columns: number): readonly Line[] =>
  troubleText(host).flatMap(({ text, tone }) =>
    wrapText(text, columns - 3).map((line): Line => [span(` ${line}`, tone)]),
  );

/** Whether the system that the flake wants is there, and where. */
export const builtSpan = (host: HostState): Span => {
  if (isBuilt(host)) return span('   built', 'good');
  const kept = keptWanted(host);
  return muted(kept === undefined ? '   not built' : `   its ${showGeneration(kept.number)}`);
};

const expectedWords = (host: HostState): Line => {
  const { expectation, entry } = host;
  if (entry.role.kind === 'left-out' || entry.role.kind === 'refused')
    return [muted('never: it is left out of tests and deploys')];
  switch (expectation.kind) {
    case 'unknown':
      return [muted(`not evaluated yet; ${keyName('refresh')} asks, ${keyName('test')} builds`)];
    case 'evaluating':
      return [span('being evaluated', 'busy')];
    case 'failed':
      return [span('does not evaluate', 'bad')];
    case 'known':
      return [
        span(showStorePath(expectation.toplevel)),
        expectation.toplevel === host.facts?.current ? muted('   the same') : builtSpan(host),
      ];
  }
};

export const nameLine = ({
  name,
  address,
  tags,
  policy,
}: Pick<HostState['entry'], 'name' | 'address' | 'tags' | 'policy'>): Line => [
  strong(` ${name}`),
  muted(address === name ? '' : `   ${address}`),
  muted(tags.length === 0 ? '' : `   tags ${tags.join(' ')}`),
  muted(policy === 'auto' ? '' : `   ${policy}`),
];

/** What the host said when it answered last; nothing where it never did. */
export const answerLines = (answer: RememberedAnswer | null, now: number): readonly Line[] => {
  if (answer === null) return [];
  const { at, generation, nixosVersion, kernel, failed, down } = answer;
  const words = [
    ...(generation === null
      ? []
      : [`${showGeneration(generation.number)} of ${showShortDate(generation.at)}`]),
    ...(nixosVersion === null ? [] : [`NixOS ${nixosVersion}`]),
    ...(kernel === null ? [] : [`kernel ${kernel}`]),
  ];
  const units = [...failed, ...down];
  return [
    labelled('ran', muted(words.length === 0 ? 'unknown' : words.join('   '))),
    ...(units.length === 0 ? [] : [labelled('failed', muted(units.join(', ')))]),
    labelled('as of', muted(`${showAge(now - at)} ago, ${showMoment(at)}`)),
  ];
};

/** A host that the flake has not listed now: all of it is as it was known. */
const rememberedLines = (host: RememberedHost, now: number): readonly Line[] => [
  nameLine(host),
  ...answerLines(host.answer, now),
  [muted(' Not asked yet since nixup was started.')],
];

/** What runs, what would run, what is wrong, what is being built: for the pane below the fleet. */
export const hostDetailLines = (
  host: FleetHost,
  columns: number,
  now: number,
  packages?: HostPackages,
): readonly Line[] => {
  if (isRemembered(host)) return rememberedLines(host, now);
  const { entry, facts } = host;
  const changes = whatChanges(comparedNow(host, packages)).long;
  const oldCode = host.probe.kind === 'failed' ? null : oldCodeWords(facts?.oldCode);
  return [
    nameLine(entry),
    ...troubleLines(host, columns),
    labelled(
      'runs',
      ...(facts === null || facts.current === null
        ? [muted('not known yet')]
        : [
            span(showStorePath(facts.current)),
            ...(host.probe.kind === 'failed'
              ? [muted(`   as of ${showAge(now - facts.at)} ago`)]
              : awaitsReboot(host)
                ? [span('   reboot needed', 'warn')]
                : []),
          ]),
    ),
    ...answerLines(shownAnswer(host), now),
    labelled('would run', ...expectedWords(host)),
    ...(changes === '' ? [] : [labelled('changes', span(changes))]),
    ...(host.progress === null
      ? []
      : [
          progressLine(host.progress, columns),
          ...host.progress.activities.map(
            (activity): Line => [span('   '), ...activityLine(activity, columns - 3, now)],
          ),
        ]),
    ...(facts === null || facts.failedUnits.length === 0
      ? []
      : labelledWhole(
          'failed',
          facts.failedUnits.map(showUnitFailure).join(', '),
          columns,
          'warn',
        )),
    ...(oldCode === null ? [] : labelledWhole('old code', oldCode, columns, 'plain')),
  ];
};

export const bootWords = (host: HostState): string => {
  const boot = host.facts?.bootDefault;
  if (boot === undefined) return 'unknown';
  const once = onceWords(boot);
  const usual =
    boot.kind === 'resolved'
      ? `${showStorePath(boot.toplevel)}, by ${boot.loader}`
      : `not verifiable: ${boot.reason}`;
  return once === null ? usual : `${once}; then ${usual}`;
};
