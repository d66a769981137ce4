import { showGeneration } from '../../model/host/generation.ts';
import { onceWords } from '../../model/host/next-boot.ts';
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
  wrapText,
} from '../../model/words/line.ts';
import { isBuilt, keptWanted } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { troubleText } from '../texts/panes.ts';

export const labelled = (label: string, ...rest: Line): Line => [
  muted(` ${fitText(label, 11)}`),
  ...rest,
];

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
export const rememberedHostLines = (host: RememberedHost, now: number): readonly Line[] => [
  nameLine(host),
  ...answerLines(host.answer, now),
  [muted(' Not asked yet since nixup was started.')],
];

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
