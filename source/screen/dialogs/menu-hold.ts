import { holdReason } from '../../model/causes/hold-reason.ts';
import type { InputStanding } from '../../model/inputs/standing.ts';
import { ownOf } from '../../model/own-of.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showDate } from '../../model/words/format-time.ts';
import { keyName } from '../key-names.ts';
import type { Menu, MenuItem } from '../overlay.ts';

const byHand = 'held by hand';

const releaseItems = (held: readonly string[]): readonly MenuItem[] =>
  held.length === 0
    ? []
    : [
        {
          id: 'release',
          label: 'not any more',
          detail: `takes the hold of ${held.join(', ')} away`,
          wish: { kind: 'release', inputs: held },
          refused: null,
        },
      ];

/** For how long inputs are held; the reason can be written in the editor. */
export const holdMenu = (
  inputs: readonly string[],
  standings: Readonly<Record<string, InputStanding>>,
  at: number,
): Menu => {
  const held = inputs.flatMap((name) => {
    const standing = ownOf(standings, name);
    return standing?.kind === 'held' ? [{ name, ...standing }] : [];
  });
  // A hold that is only prolonged keeps its reason.
  const [first] = held;
  const [only, ...others] = inputs;
  const failed = only === undefined || others.length > 0 ? undefined : standings[only];
  const known =
    failed?.kind === 'failed-before'
      ? holdReason(failed.hosts, failed.why, failed.at)
      : first !== undefined && others.length === 0
        ? first.reason
        : byHand;
  const end = (days: number): string => showDate(at + days * dayMs);
  const item = (
    id: string,
    label: string,
    detail: string,
    until: string | null,
    reason: string | null = known,
  ): MenuItem => ({
    id,
    label,
    detail,
    wish: { kind: 'hold', inputs, reason, until },
    refused: null,
  });
  return {
    kind: 'menu',
    title: `Hold ${inputs.join(', ')}`,
    note: [
      ...held.map(({ name, reason, until }) => ({
        text: `${name} is held${until === null ? '' : ` until ${until}`}: ${reason}`,
        tone: 'plain' as const,
      })),
      {
        text: 'Writes the hold to nixup.toml. An input that changed goes back to the committed lock.',
        tone: 'muted',
      },
    ],
    items: [
      item('week', 'for a week', `until ${end(7)}`, end(7)),
      item('month', 'for 30 days', `until ${end(30)}`, end(30)),
      item('open', 'no end date', `until ${keyName('hold')} takes the hold away`, null),
      item('written', 'for 30 days, with a reason', 'opens the editor', end(30), null),
      ...releaseItems(held.map(({ name }) => name)),
    ],
    cursor: null,
    careful: false,
    openedAt: at,
  };
};

/** What the editor shows for the reason of a hold. */
export const unfinishedReason = (inputs: readonly string[], at: number): string =>
  `${inputs.join(', ')} held since ${showDate(at)}: `;
