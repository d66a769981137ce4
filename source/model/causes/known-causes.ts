import type { TestCause } from './test-causes.ts';

/**
 * Causes that an earlier test found on hosts that are not tested now. A cause that concerns the
 * whole flake is looked for again.
 */
export const causesOfOthers = (
  known: readonly TestCause[],
  tested: readonly string[],
): readonly TestCause[] =>
  tested.length === 0
    ? []
    : known.flatMap((cause) => {
        const hosts = cause.hosts.filter((host) => !tested.includes(host));
        return hosts.length === 0 ? [] : [{ ...cause, hosts }];
      });

/** The causes of this test beside those of other hosts, one row for the same cause. */
export const besideOthers = (
  found: readonly TestCause[],
  others: readonly TestCause[],
): readonly TestCause[] => [
  ...found.map((cause) => {
    const same = others.find(({ id }) => id === cause.id);
    return same === undefined ? cause : { ...cause, hosts: [...cause.hosts, ...same.hosts] };
  }),
  ...others.filter(({ id }) => !found.some((cause) => cause.id === id)),
];
