/** Trouble first: the order of the headings when the fleet is grouped. */
export const troubles = [
  'failed',
  'unreachable',
  'unhealthy',
  'working',
  'behind',
  'newer than the flake',
  'reboot needed',
  'unknown',
  'current',
  'asleep',
  'left out',
] as const;

export type Trouble = (typeof troubles)[number];
