import type { CommitFacts } from '../commit/facts.ts';
import { lockedSide } from '../lock/change.ts';
import { type BodyPart, fitBody } from './fit.ts';
import { inert } from './inert.ts';

/** Inputs that move to another release or major version: such an update is work of several days. */
export const majorInputs = ({ changes, breaking = [] }: CommitFacts): readonly string[] => [
  ...new Set([
    ...changes.flatMap(({ change }) =>
      change.alarms.includes('release-change') ? [change.path] : [],
    ),
    ...breaking.flatMap((text) => /^(\S+): a new major version/.exec(text)?.[1] ?? []),
  ]),
];

/** Title and text of the issue that tracks a major update, with the steps of the runbook. Pure. */
export const trackingIssue = (
  facts: CommitFacts,
  request: string,
): { readonly title: string; readonly body: string } => {
  const inputs = majorInputs(facts);
  const moves = facts.changes.flatMap(({ change }) => {
    if (!inputs.includes(change.path)) return [];
    const [old, now] = [lockedSide(change.old)?.ref, lockedSide(change.new)?.ref];
    return [
      `- ${inert(change.path)}${old !== undefined && now !== undefined ? `: ${inert(old)} → ${inert(now)}` : ''}`,
    ];
  });
  const parts: readonly BodyPart[] = [
    { before: [`The update is in ${request} .`, ''], lines: moves, after: [] },
    {
      before: [
        '### Steps',
        '',
        '- [ ] release notes read, and what needs work by hand is done',
        '- [ ] data is backed up: databases change their format with a major version',
        '- [ ] every host built',
        '- [ ] one host deployed, and looked at',
        '- [ ] every host deployed and healthy',
        '- [ ] watched for a day',
        '- [ ] `system.stateVersion` left as it is',
        '- [ ] merged',
      ],
      lines: [],
      after: [],
    },
    {
      before: ['### What may break', ''],
      lines: (facts.breaking ?? []).map((text) => `- ${inert(text.slice(0, 300))}`),
      after: [],
    },
  ];
  return {
    title: `Major update: ${inputs.join(', ')}`,
    body: fitBody(parts, '<!-- nixup: {"version":1,"kind":"tracking"} -->'),
  };
};
