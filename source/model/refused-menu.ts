import { counted } from './counted.ts';
import type { LeftOut } from './plan.ts';
import type { Menu, MenuItem } from './ui.ts';

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
  refused: readonly LeftOut[],
  at: number,
): Menu => {
  const closed = new Set(refused.map(({ host }) => host));
  const others = hosts.filter((host) => !closed.has(host));
  const items: readonly MenuItem[] = [
    {
      id: 'test',
      label: 'build and test again (t)',
      detail: named([...closed]),
      wish: { kind: 'test', hosts: [...closed], options: {} },
      refused: null,
    },
    {
      id: 'others',
      label: 'deploy the others',
      detail: others.length === 0 ? '' : `${named(others)}; asks before`,
      wish: { kind: 'plan-deploy', hosts: others },
      refused: others.length === 0 ? 'there are no others' : null,
    },
  ];
  return {
    kind: 'menu',
    title: 'Nothing is deployed yet',
    note: [
      ...refused.map(({ host, reason }) => ({ text: `${host}: ${reason}`, tone: 'bad' as const })),
      {
        text: 'All are built before any is touched. Space marks hosts in the fleet, and d deploys the marked ones.',
        tone: 'plain',
      },
    ],
    items,
    cursor: null,
    careful: true,
    openedAt: at,
  };
};
