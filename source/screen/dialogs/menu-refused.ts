import type { DeployPlan } from '../../model/deploy/plan.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { counted } from '../../model/words/sentences.ts';
import { keyName } from '../key-names.ts';
import type { Menu, MenuItem } from '../overlay.ts';
import { narrowedWords } from '../rows/shown-hosts.ts';
import { plain } from '../toned.ts';
import { leftOutLine } from './confirmation-targets.ts';

/** Hosts named in a line; more of them are counted. */
const namedAtMost = 4;

const named = (hosts: readonly string[]): string =>
  hosts.length > namedAtMost ? counted(hosts.length, 'host') : hosts.join(', ');

/**
 * Not every chosen host is built and tested, so none of them is deployed
 * together. Says which and why, and offers the others, which were chosen with
 * them, and the test.
 */
export const refusedMenu = (
  hosts: readonly string[],
  plan: DeployPlan,
  at: number,
  narrowed: string | null = null,
): Menu => {
  const refused = plan.leftOut.filter(({ kind }) => kind === 'refused');
  const waiting = plan.leftOut.filter(({ kind }) => kind !== 'refused');
  const ready = plan.targets.map(({ host }) => host);
  const closed = new Set(refused.map(({ host }) => host));
  const others = hosts.filter((host) => !closed.has(host));
  const reasons = new Map<string, readonly string[]>();
  for (const { host, reason } of refused)
    reasons.set(reason, [...(reasons.get(reason) ?? []), host]);
  const items: readonly MenuItem[] = [
    {
      id: 'test',
      label: 'build and test',
      detail: named([...closed]),
      wish: { kind: 'test', hosts: [...closed], options: {} },
      refused: null,
    },
    ...(ready.length === 0
      ? []
      : [
          {
            id: 'others',
            label: 'deploy the others',
            detail: `${named(ready)}; asks before`,
            wish: { kind: 'plan-deploy', hosts: others } as const,
            refused: null,
          },
        ]),
  ];
  return {
    kind: 'menu',
    title: `${closed.size} of ${counted(hosts.length, 'host')} cannot be deployed yet`,
    note: [
      ...(narrowed === null ? [] : [plain(narrowedWords(narrowed))]),
      ...[...reasons].map(([reason, [first = '', ...more]]) => ({
        text: aboutHost(more.length === 0 ? first : named([first, ...more]), reason),
        tone: 'bad' as const,
      })),
      // With these, the hosts that are refused and the others add up to all that were chosen.
      ...leftOutLine(waiting),
      {
        text: `All are built before any is touched. ${keyName('mark')} marks hosts in the fleet, and ${keyName('deploy')} deploys the marked ones.`,
        tone: 'plain',
      },
    ],
    items,
    cursor: null,
    careful: true,
    openedAt: at,
  };
};
