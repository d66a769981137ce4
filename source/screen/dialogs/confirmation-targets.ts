import type { LeftOut } from '../../model/deploy/plan.ts';
import type { HostPreview } from '../../model/deploy/preview.ts';
import { type BriefPart, previewBrief } from '../../model/deploy/preview-brief.ts';
import { previewLines } from '../../model/deploy/preview-lines.ts';
import { showGeneration } from '../../model/host/generation.ts';
import type { Policy } from '../../model/host/host.ts';
import type { Repeat } from '../../model/host/setback.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { showStorePath } from '../../model/words/format.ts';
import { padText, widthOf } from '../../model/words/line.ts';
import type { AskedText, Required, TonedText } from '../overlay.ts';
import { brief, plain, quiet, warning } from '../toned.ts';

interface Target {
  readonly host: string;
  readonly policy: Policy;
  readonly fromGeneration: number | null;
  readonly from: StorePath | null;
  readonly restart?: 'planned' | 'offered';
  readonly notes?: readonly string[];
  readonly preview?: HostPreview;
  readonly repeats?: Repeat;
  readonly goesBack?: string;
}

/**
 * A protected host needs its name, and so does one that is restarted, has a step by hand first,
 * would leave its specialisation, or failed with that system before.
 */
export const needsItsName = (target: Target): boolean =>
  target.policy === 'protected' ||
  target.restart === 'planned' ||
  target.preview?.leaves !== undefined ||
  target.repeats !== undefined ||
  (target.notes ?? []).length > 0;

/**
 * What must be typed covers all that is agreed to: the names of hosts that need them, and the count
 * of all where there are others.
 */
export const requiredFor = (targets: readonly Target[]): Required => {
  const named = targets.filter(needsItsName).map((target) => target.host);
  if (named.length > 0)
    return {
      kind: 'name',
      names: named,
      count: targets.length > named.length ? targets.length : null,
    };
  return targets.length > 1 ? { kind: 'count', count: targets.length } : { kind: 'nothing' };
};

export const hostsNamed = (targets: readonly Target[]): string =>
  targets.length === 1 ? (targets[0]?.host ?? '') : `${targets.length} hosts`;

const fromOf = (target: Target): string => {
  if (target.fromGeneration !== null) return showGeneration(target.fromGeneration);
  return target.from === null ? 'unknown' : showStorePath(target.from);
};

export const aligned = (targets: readonly Target[]): number =>
  Math.max(0, ...targets.map((target) => widthOf(target.host)));

const policyWord = (target: Target): string =>
  target.policy === 'auto' ? '' : `   ${target.policy}`;

const previewTexts = (
  { preview }: { readonly preview?: HostPreview },
  isRestarted: boolean,
): readonly TonedText[] =>
  preview === undefined
    ? [quiet('   what it would do could not be asked')]
    : previewLines(preview, isRestarted).map(({ text, tone }) => ({ text: `   ${text}`, tone }));

/**
 * To which system a host is taken, and below it what that does there; `generations` come before the
 * system.
 */
export const targetLines = (
  target: Target & { readonly to: StorePath },
  { name, generations = '' }: { readonly name: number; readonly generations?: string },
): readonly AskedText[] => [
  {
    ...plain(
      `${padText(target.host, name)}   ${padText(fromOf(target), 5)} → ${generations}${showStorePath(target.to)}${policyWord(target)}`,
    ),
    // What has no room goes on below its systems, not below its name.
    hang: name + 3,
  },
  ...(target.goesBack === undefined ? [] : [warning(`   ${target.host} ${target.goesBack}`)]),
  ...(target.repeats === undefined ? [] : [warning(`   ${target.host} ${target.repeats.words}`)]),
  ...previewTexts(target, target.restart === 'planned'),
];

/** A sentence without what explains it; a time of day (`11:40`) is whole. */
const beginning = (words: string): string => words.replace(/(?:: | \().*$/, '');

/** What one target means, in parts of a few words. */
const briefParts = (target: Target): readonly BriefPart[] => [
  ...(target.policy === 'auto' ? [] : [{ text: target.policy, isWarning: false }]),
  ...((target.notes ?? []).length === 0
    ? []
    : [{ text: 'a step by hand comes first', isWarning: true }]),
  ...(target.goesBack === undefined ? [] : [{ text: beginning(target.goesBack), isWarning: true }]),
  ...(target.repeats === undefined
    ? []
    : [{ text: beginning(target.repeats.words), isWarning: true }]),
  ...(target.preview === undefined
    ? [{ text: 'what it would do could not be asked', isWarning: true }]
    : previewBrief(target.preview, target.restart === 'planned')),
];

/** A row for each of several targets, and what is the same on all of them once: read where the rest has no room. */
export const briefLines = (targets: readonly Target[], name: number): readonly AskedText[] => {
  if (targets.length < 2) return [];
  const all = targets.map((target) => ({ target, parts: briefParts(target) }));
  const same = (all[0]?.parts ?? []).filter(({ text }) =>
    all.every(({ parts }) => parts.some((part) => part.text === text)),
  );
  const shared = new Set(same.map(({ text }) => text));
  const line = (before: string, parts: readonly BriefPart[]): AskedText => ({
    ...brief({
      text: `${before}${parts.map(({ text }) => text).join(' · ')}`.trimEnd(),
      tone: parts.some(({ isWarning }) => isWarning) ? 'warn' : 'plain',
    }),
    hang: widthOf(before),
  });
  return [
    ...all.map(({ target, parts }) =>
      line(
        `${padText(target.host, name)}  ${padText(fromOf(target), 5)} `,
        parts.filter(({ text }) => !shared.has(text)),
      ),
    ),
    ...(same.length === 0 ? [] : [line(`all ${targets.length}: `, same)]),
  ];
};

/** Parts them from what says the same in full. */
export const fullHeading = (targets: readonly Target[]): readonly AskedText[] =>
  targets.length < 2 ? [] : [brief(quiet('')), brief(quiet('Each host in full:'))];

/** `p510 and samsung pending: asleep`: hosts with the same reason share it. */
export const leftOutWords = (leftOut: readonly LeftOut[]): string => {
  const reasons = new Map<string, string[]>();
  for (const { host, kind, reason } of leftOut) {
    const key = `${kind}: ${reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), host]);
  }
  return [...reasons].map(([reason, hosts]) => `${hosts.join(', ')} ${reason}`).join(' · ');
};

export const leftOutLine = (leftOut: readonly LeftOut[]): readonly TonedText[] =>
  leftOut.length === 0 ? [] : [quiet(`not now: ${leftOutWords(leftOut)}`)];
